import { DATABASE, STORAGE, STORY, TELCO, WEB } from '../plan.ts';
import { helps, onA, onB, rpFilter, type Scenario, useless } from '../scenario.ts';
import { waysOf } from './ways.ts';

const story = waysOf(STORY);
const storage = waysOf(STORAGE);
const web = waysOf(WEB);
const telco = waysOf(TELCO);
const database = waysOf(DATABASE);
const secondDefaultOnA = onA('ip route add default via 10.2.0.1 dev eth1 metric 200');

/** The kernel's reverse-path filter in all its settings, at either end. */
export const rpFilterScenarios: readonly Scenario[] = [
  {
    plan: STORY,
    name: 'both-strict',
    title: 'both servers strict: with the first mended, the second still drops',
    setup: [secondDefaultOnA, rpFilter(STORY, 'a', 1), rpFilter(STORY, 'b', 1)],
    probe: story.ping,
    fixes: [
      helps('static routes on both servers', ...story.bothRoutes),
      useless("a static route on B to the client's network", story.routeOnB),
      useless("a static route on A to B's second network", story.routeOnA),
    ],
    expected: { code: 'B_RPF_STRICT_DROPS_REQUEST', host: 'b' },
  },
  {
    plan: WEB,
    name: 'strict-by-all-alone',
    title: 'conf.all is strict and the interface off: the greater counts',
    captureStyle: 'nanoseconds',
    setup: [web.routeOnA, onB('sysctl -qw net.ipv4.conf.all.rp_filter=1')],
    probe: web.ping,
    fixes: [
      helps("a source rule on B for the second card's address", web.tableOnB, web.ruleOnB),
      helps('the interface loose: 2 is greater than 1', onB('sysctl -qw net.ipv4.conf.ens224.rp_filter=2')),
    ],
    expected: { code: 'B_RPF_STRICT_DROPS_REQUEST', host: 'b' },
  },
  {
    plan: WEB,
    name: 'all-strict-interface-loose',
    title: 'conf.all is strict and the interface loose: loose counts, any way back will do',
    setup: [web.routeOnA, onB('sysctl -qw net.ipv4.conf.all.rp_filter=1 net.ipv4.conf.ens224.rp_filter=2')],
    probe: web.ping,
    fixes: [],
    expected: { code: 'HEALTHY_ASYMMETRIC', host: null },
  },
  {
    plan: TELCO,
    name: 'default-strict-only',
    title: 'conf.default is strict: it seeds later interfaces and changes nothing here',
    setup: [telco.routeOnA, onB('sysctl -qw net.ipv4.conf.default.rp_filter=1')],
    probe: telco.ping,
    fixes: [],
    expected: { code: 'HEALTHY_ASYMMETRIC', host: null },
  },
  {
    plan: TELCO,
    name: 'originator-strict-tcp',
    title: "A's SYN leaves by the first card with the second's address; the SYN-ACK fails A's own filter",
    setup: [telco.routeOnB, { on: 'b', listen: 5061 }, onA('sysctl -qw net.ipv4.conf.bond0/200.rp_filter=1')],
    probe: telco.tcp(5061),
    fixes: [
      helps("a static route on A to B's second network", telco.routeOnA),
      useless('the first card loose', onA('sysctl -qw net.ipv4.conf.bond0/100.rp_filter=2')),
    ],
    expected: { code: 'A_RPF_STRICT_DROPS_REPLY', host: 'a' },
  },
  {
    plan: STORAGE,
    name: 'strict-with-source-rule',
    title: 'strict filter and a source rule: the check takes the rule into account',
    setup: [storage.routeOnA, storage.tableOnB, storage.ruleOnB, rpFilter(STORAGE, 'b', 1)],
    probe: storage.ping,
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORAGE,
    name: 'strict-with-dev-rule',
    title: 'the same rule with `dev` does not count in the check either',
    setup: [
      storage.routeOnA,
      storage.tableOnB,
      onB('ip rule add from 10.88.4.5 dev enp1s0f1 table storage'),
      onB('sysctl -qw net.ipv4.conf.enp1s0f1.rp_filter=1'),
    ],
    probe: storage.ping,
    fixes: [helps("a static route on B to the client's network", storage.routeOnB)],
    expected: { code: 'B_RPF_STRICT_DROPS_REQUEST', host: 'b' },
  },
  {
    plan: DATABASE,
    name: 'loose-with-default',
    title: 'loose on both servers: a default route is a way back',
    captureStyle: 'cooked-v1',
    setup: [database.routeOnA, rpFilter(DATABASE, 'a', 2), rpFilter(DATABASE, 'b', 2)],
    probe: database.ping,
    fixes: [],
    expected: { code: 'HEALTHY_ASYMMETRIC', host: null },
  },
];
