import { DATABASE, STORAGE, STORY } from '../plan.ts';
import { helps, onA, onB, type Scenario, useless } from '../scenario.ts';

const story = {
  plan: STORY,
  firewall: true,
  probe: { kind: 'ping', bind: 'eth1', to: '10.4.0.100' },
} as const;
const secondDefaultOnA = onA('ip route add default via 10.2.0.1 dev eth1 metric 200');
const tableOnB = onB('ip route add default via 10.4.0.1 dev eth1 table eth1');
const ruleOnB = onB('ip rule add from 10.4.0.100 table eth1');

const database = {
  plan: DATABASE,
  firewall: true,
  probe: { kind: 'tcp', from: '172.20.7.130', to: '192.168.77.5', port: 1521 },
} as const;
const routeOnPrimary = onA('ip route add 192.168.77.0/28 via 172.20.7.254 dev ens4');
const listener = { on: 'b', listen: 1521 } as const;
const tableOnStandby = onB('ip route add default via 192.168.77.14 dev ens4 table repl');

const storage = {
  plan: STORAGE,
  firewall: true,
  probe: { kind: 'ping', bind: 'bond1', to: '10.88.4.5' },
} as const;
const routeOnNas = onA('ip route add 10.88.4.0/29 via 192.168.2.1 dev bond1');
const tableOnBackup = onB('ip route add default via 10.88.4.1 dev enp1s0f1 table storage');

/** Policy rules on B that were meant to help. A stateful firewall drops the reply that misses them. */
export const ruleScenarios: readonly Scenario[] = [
  {
    ...story,
    name: 'rule-with-dev',
    title:
      'the rule as the story writes it: `dev eth1` means the incoming interface and never matches a reply',
    setup: [secondDefaultOnA, tableOnB, onB('ip rule add from 10.4.0.100 dev eth1 table eth1')],
    fixes: [
      helps('the same rule without `dev`', onB('ip rule del from 10.4.0.100 dev eth1 table eth1'), ruleOnB),
      useless(
        'the same rule again, earlier',
        onB('ip rule add pref 100 from 10.4.0.100 dev eth1 table eth1'),
      ),
    ],
    expected: { code: 'B_RULE_IIF_NEVER_MATCHES', host: 'b' },
  },
  {
    ...story,
    name: 'rule-table-empty',
    title: 'the rule matches, its table holds nothing, main answers',
    setup: [secondDefaultOnA, ruleOnB],
    fixes: [
      helps('a default route in the table', tableOnB),
      useless('the rule earlier', onB('ip rule add pref 100 from 10.4.0.100 table eth1')),
    ],
    expected: { code: 'B_RULE_TABLE_EMPTY', host: 'b' },
  },
  {
    ...storage,
    name: 'rule-table-no-default',
    title: 'the table holds the connected network only, which does not cover the client',
    captureStyle: 'per-interface',
    setup: [
      routeOnNas,
      onB('ip route add 10.88.4.0/29 dev enp1s0f1 src 10.88.4.5 table storage'),
      onB('ip rule add from 10.88.4.5 table storage'),
    ],
    fixes: [helps('a default route in the table', tableOnBackup)],
    expected: { code: 'B_RULE_TABLE_NO_DEFAULT', host: 'b' },
  },
  {
    ...database,
    name: 'rule-after-main',
    title: 'the rule stands after main, whose default route has already decided',
    setup: [
      routeOnPrimary,
      listener,
      tableOnStandby,
      onB('ip rule add pref 33000 from 192.168.77.5 table repl'),
    ],
    fixes: [
      helps(
        'the same rule before main',
        onB('ip rule del pref 33000'),
        onB('ip rule add pref 1000 from 192.168.77.5 table repl'),
      ),
      useless(
        'the route again with a better metric',
        onB('ip route add default via 192.168.77.14 dev ens4 metric 5 table repl'),
      ),
    ],
    expected: { code: 'B_RULE_AFTER_MAIN', host: 'b' },
  },
  {
    ...database,
    name: 'rule-wrong-selector',
    title: "the rule names the first card's address",
    setup: [routeOnPrimary, listener, tableOnStandby, onB('ip rule add from 172.17.40.9 table repl')],
    fixes: [
      helps(
        "the same rule for the second card's address",
        onB('ip rule del from 172.17.40.9 table repl'),
        onB('ip rule add from 192.168.77.5 table repl'),
      ),
    ],
    expected: { code: 'B_RULE_WRONG_SELECTOR', host: 'b' },
  },
  {
    ...storage,
    name: 'rule-table-wrong-route',
    title: "the table's default route leads out of the first card",
    setup: [
      routeOnNas,
      onB('ip route add default via 10.77.255.254 dev enp1s0f0 table storage'),
      onB('ip rule add from 10.88.4.5 table storage'),
    ],
    fixes: [
      helps(
        "the table's default by the second card",
        onB('ip route replace default via 10.88.4.1 dev enp1s0f1 table storage'),
      ),
    ],
    expected: { code: 'B_RULE_TABLE_WRONG_ROUTE', host: 'b' },
  },
  {
    ...database,
    name: 'rule-right',
    title: 'the rule done right, behind the same firewall',
    setup: [routeOnPrimary, listener, tableOnStandby, onB('ip rule add from 192.168.77.5 table repl')],
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
];
