import { DATABASE, STORAGE, STORY } from '../plan.ts';
import { helps, onA, onB, onRouter, rpFilter, type Scenario, useless } from '../scenario.ts';

const database = {
  plan: DATABASE,
  probe: { kind: 'ping', bind: 'ens4', to: '192.168.77.5' },
} as const;
const routeOnPrimary = onA('ip route add 192.168.77.0/28 via 172.20.7.254 dev ens4');
const routeOnStandby = onB('ip route add 172.20.7.128/25 via 192.168.77.14 dev ens4');

const storage = {
  plan: STORAGE,
  probe: { kind: 'ping', bind: 'bond1', to: '10.88.4.5' },
} as const;
const routeOnNas = onA('ip route add 10.88.4.0/29 via 192.168.2.1 dev bond1');
const routeOnBackup = onB('ip route add 192.168.2.0/24 via 10.88.4.1 dev enp1s0f1');

/** Routes of B's main table that send the reply elsewhere or nowhere. */
export const routeScenarios: readonly Scenario[] = [
  {
    ...storage,
    name: 'other-route-wins',
    title: 'a route for the private networks, more specific than the default, leads by the first card',
    setup: [
      routeOnNas,
      onB('ip route add 192.168.0.0/16 via 10.77.255.254 dev enp1s0f0'),
      onRouter('sysctl -qw net.ipv4.conf.net3.rp_filter=1'),
    ],
    fixes: [
      helps("a still more specific route to the client's network", routeOnBackup),
      useless(
        'a default route by the second card',
        onB('ip route add default via 10.88.4.1 dev enp1s0f1 metric 50'),
      ),
    ],
    expected: { code: 'NETWORK_DROPS_REPLY_URPF', host: 'b' },
  },
  {
    ...database,
    name: 'loose-filter-no-way-back',
    title: 'B has no default route; even the loose filter finds no way back to the client',
    setup: [routeOnPrimary, onB('ip route del default'), rpFilter(DATABASE, 'b', 2)],
    fixes: [
      helps("a static route on B to the client's network", routeOnStandby),
      helps('a default route by the first card', onB('ip route add default via 172.17.41.254 dev ens3')),
      useless('filter off: the request is taken, its answer finds no route', rpFilter(DATABASE, 'b', 0)),
    ],
    expected: { code: 'B_RPF_LOOSE_DROPS_REQUEST', host: 'b' },
  },
  {
    ...database,
    name: 'gateway-unresolved',
    title: 'the route back names a gateway that nobody answers for',
    setup: [routeOnPrimary, onB('ip route add 172.20.7.128/25 via 192.168.77.13 dev ens4')],
    fixes: [
      helps('the right gateway', onB('ip route replace 172.20.7.128/25 via 192.168.77.14 dev ens4')),
      useless('loose filter on B', rpFilter(DATABASE, 'b', 2)),
    ],
    expected: { code: 'B_GATEWAY_UNRESOLVED', host: 'b' },
  },
  {
    ...storage,
    name: 'no-route-back',
    title: 'B has no default route and no other that covers the client',
    captureStyle: 'per-interface',
    setup: [routeOnNas, onB('ip route del default')],
    fixes: [
      helps("a static route on B to the client's network", routeOnBackup),
      useless(
        'a default route in a table no rule names',
        onB('ip route add default via 10.88.4.1 dev enp1s0f1 table storage'),
      ),
    ],
    expected: { code: 'B_NO_ROUTE_FOR_REPLY', host: 'b' },
  },
  {
    ...storage,
    name: 'blackhole-back',
    title: "a blackhole route on B swallows what goes to the client's network",
    setup: [routeOnNas, onB('ip route add blackhole 192.168.2.0/24')],
    fixes: [
      helps('the blackhole removed', onB('ip route del blackhole 192.168.2.0/24')),
      useless(
        'a default route by the second card',
        onB('ip route add default via 10.88.4.1 dev enp1s0f1 metric 50'),
      ),
    ],
    expected: { code: 'B_BLACKHOLE_ROUTE', host: 'b' },
  },
  {
    ...database,
    name: 'prohibit-back',
    title: "a prohibit route on B refuses what goes to the client's network, TCP this time",
    probe: { kind: 'tcp', from: '172.20.7.130', to: '192.168.77.5', port: 1521 },
    setup: [routeOnPrimary, { on: 'b', listen: 1521 }, onB('ip route add prohibit 172.20.0.0/16')],
    fixes: [helps('a more specific route by the second card', routeOnStandby)],
    expected: { code: 'B_PROHIBIT_ROUTE', host: 'b' },
  },
  {
    plan: STORY,
    name: 'unreachable-back',
    title: "an unreachable route on B refuses what goes to the client's network",
    probe: { kind: 'ping', bind: 'eth1', to: '10.4.0.100' },
    setup: [
      onA('ip route add default via 10.2.0.1 dev eth1 metric 200'),
      onB('ip route add unreachable 10.2.0.0/24'),
    ],
    fixes: [helps('the route removed', onB('ip route del unreachable 10.2.0.0/24'))],
    expected: { code: 'B_UNREACHABLE_ROUTE', host: 'b' },
  },
  {
    ...database,
    name: 'routes-right',
    title: 'static routes on both servers under other names, strict filters, one capture a card',
    captureStyle: 'per-interface',
    setup: [routeOnPrimary, routeOnStandby, rpFilter(DATABASE, 'a', 1), rpFilter(DATABASE, 'b', 1)],
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
];
