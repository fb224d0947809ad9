import { DATABASE, STORAGE, STORY } from '../plan.ts';
import { helps, onA, onB, rpFilter, type Scenario, useless } from '../scenario.ts';

const tcp = {
  plan: STORY,
  probe: { kind: 'tcp', from: '10.2.0.100', to: '10.4.0.100', port: 1521 },
} as const;
const listener = { on: 'b', listen: 1521 } as const;
const routeOnA = onA('ip route add 10.4.0.0/24 via 10.2.0.1 dev eth1');
const routeOnB = onB('ip route add 10.2.0.0/24 via 10.4.0.1 dev eth1');

/** Connections to a database listener. */
export const tcpScenarios: readonly Scenario[] = [
  {
    ...tcp,
    name: 'synack-wrong-interface',
    title: 'the SYN-ACK leaves by the first card; the firewall there never saw the SYN',
    firewall: true,
    setup: [routeOnA, listener],
    fixes: [
      helps("a static route on B to the client's network", routeOnB),
      helps(
        "a source rule on B for the second card's address",
        onB('ip route add default via 10.4.0.1 dev eth1 table eth1'),
        onB('ip rule add from 10.4.0.100 table eth1'),
      ),
      useless('reverse-path filters of B off', rpFilter(STORY, 'b', 0)),
    ],
    expected: { code: 'NETWORK_DROPS_REPLY_STATEFUL', host: 'b' },
  },
  {
    ...tcp,
    name: 'synack-crooked-but-home',
    title: 'the same connection without a firewall: the SYN-ACK takes the other way and arrives',
    setup: [routeOnA, listener],
    fixes: [],
    expected: { code: 'HEALTHY_ASYMMETRIC', host: null },
  },
  {
    ...tcp,
    name: 'tcp-responder-strict',
    title: "B's strict reverse-path filter drops the SYN",
    setup: [routeOnA, listener, onB('sysctl -qw net.ipv4.conf.eth1.rp_filter=1')],
    fixes: [
      helps("a static route on B to the client's network", routeOnB),
      useless('the first card to loose', onB('sysctl -qw net.ipv4.conf.eth0.rp_filter=2')),
    ],
    expected: { code: 'B_RPF_STRICT_DROPS_REQUEST', host: 'b' },
  },
  {
    plan: DATABASE,
    name: 'port-closed',
    title: 'the routes are right, nobody listens on the port',
    probe: { kind: 'tcp', from: '172.20.7.130', to: '192.168.77.5', port: 1522 },
    setup: [
      onA('ip route add 192.168.77.0/28 via 172.20.7.254 dev ens4'),
      onB('ip route add 172.20.7.128/25 via 192.168.77.14 dev ens4'),
    ],
    fixes: [
      helps('a listener', { on: 'b', listen: 1522 }),
      useless('loose filter on B', rpFilter(DATABASE, 'b', 2)),
    ],
    expected: { code: 'B_PORT_CLOSED', host: 'b' },
  },
  {
    ...tcp,
    name: 'reply-source-rewritten',
    title: 'a stateless rule on B gives the SYN-ACK the source address of the first card',
    setup: [
      routeOnA,
      listener,
      onB('nft add table ip rewrite'),
      onB('nft add chain ip rewrite out { type filter hook postrouting priority 300; }'),
      onB('nft add rule ip rewrite out oifname eth0 ip saddr 10.4.0.100 ip saddr set 10.3.0.100'),
    ],
    fixes: [
      helps('the rule removed', onB('nft flush ruleset')),
      helps("a static route on B, so that the reply misses the rule's card", routeOnB),
    ],
    expected: { code: 'B_REPLY_WRONG_SOURCE', host: 'b' },
  },
  {
    plan: STORAGE,
    name: 'tcp6-right',
    title: 'a connection over IPv6 with routes on both sides',
    captureStyle: 'per-interface',
    probe: { kind: 'tcp', from: '2001:db8:2::10', to: '2001:db8:4::7', port: 2049 },
    setup: [
      onA('ip -6 route add 2001:db8:4::/64 via 2001:db8:2::1 dev bond1'),
      onB('ip -6 route add 2001:db8:2::/64 via 2001:db8:4::1 dev enp1s0f1'),
      { on: 'b', listen: 2049 },
    ],
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
];
