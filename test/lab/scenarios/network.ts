import { DATABASE, STORAGE, STORY } from '../plan.ts';
import { helps, onA, onB, onRouter, rpFilter, type Scenario, useless } from '../scenario.ts';

const story = {
  plan: STORY,
  probe: { kind: 'ping', bind: 'eth1', to: '10.4.0.100' },
  fixes: [useless('reverse-path filters of B off', rpFilter(STORY, 'b', 0))],
} as const;
const staticRoutes = [
  onA('ip route add 10.4.0.0/24 via 10.2.0.1 dev eth1'),
  onB('ip route add 10.2.0.0/24 via 10.4.0.1 dev eth1'),
];
const databaseRoutes = [
  onA('ip route add 192.168.77.0/28 via 172.20.7.254 dev ens4'),
  onB('ip route add 172.20.7.128/25 via 192.168.77.14 dev ens4'),
];
const storageRoutes = [
  onA('ip route add 10.88.4.0/29 via 192.168.2.1 dev bond1'),
  onB('ip route add 192.168.2.0/24 via 10.88.4.1 dev enp1s0f1'),
];
const filterOnRouter = (rule: string) => [
  onRouter('nft add table inet acl'),
  onRouter('nft add chain inet acl forward { type filter hook forward priority 0; }'),
  onRouter(`nft add rule inet acl forward ${rule}`),
];
const filterGone = helps('the filter removed', onRouter('nft flush ruleset'));

/** Both servers are set up properly; here, and only here, the network is to blame. */
export const networkScenarios: readonly Scenario[] = [
  {
    ...story,
    name: 'router-drops-request',
    title: 'the router drops the request and says nothing',
    setup: [...staticRoutes, ...filterOnRouter('icmp type echo-request drop')],
    fixes: [filterGone, ...story.fixes],
    expected: { code: 'NETWORK_DROPS_REQUEST', host: null },
  },
  {
    plan: DATABASE,
    name: 'router-drops-syn-ack',
    title: 'the reply leaves by the right card and the router drops it',
    captureStyle: 'per-interface',
    probe: { kind: 'tcp', from: '172.20.7.130', to: '192.168.77.5', port: 1521 },
    setup: [...databaseRoutes, { on: 'b', listen: 1521 }, ...filterOnRouter('tcp sport 1521 drop')],
    fixes: [filterGone],
    expected: { code: 'NETWORK_DROPS_REPLY', host: null },
  },
  {
    plan: STORAGE,
    name: 'router-rejects-request',
    title: 'the router refuses the request with an ICMP error, administratively prohibited',
    probe: { kind: 'ping', bind: 'bond1', to: '10.88.4.5' },
    setup: [...storageRoutes, ...filterOnRouter('ip daddr 10.88.4.5 reject with icmp admin-prohibited')],
    fixes: [filterGone, useless('reverse-path filters of A off', rpFilter(STORAGE, 'a', 0))],
    expected: { code: 'NETWORK_REJECTS_REQUEST', host: null },
  },
  {
    plan: DATABASE,
    name: 'router-has-no-way',
    title: 'the router has no way to the host and says so to a SYN',
    probe: { kind: 'tcp', from: '172.20.7.130', to: '192.168.77.5', port: 1521 },
    setup: [
      ...databaseRoutes,
      { on: 'b', listen: 1521 },
      onRouter('ip route add unreachable 192.168.77.5/32'),
    ],
    fixes: [helps('the route removed', onRouter('ip route del unreachable 192.168.77.5/32'))],
    expected: { code: 'NETWORK_HOST_UNREACHABLE', host: null },
  },
  {
    ...story,
    name: 'ttl-exceeded',
    title: 'the request may make one hop and needs two',
    probe: { ...story.probe, ttl: 1 },
    setup: staticRoutes,
    expected: { code: 'NETWORK_TTL_EXCEEDED', host: null },
  },
];
