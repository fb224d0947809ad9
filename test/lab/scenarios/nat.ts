import { STORAGE, STORY, WEB } from '../plan.ts';
import { helps, onA, onB, onNatBox, onRouter, type Scenario, useless } from '../scenario.ts';
import { waysOf } from './ways.ts';

const story = waysOf(STORY);
const web = waysOf(WEB);
const storage = waysOf(STORAGE);

/** The public address of B's second card, which only the box before it knows. */
const PUBLIC = '203.0.113.10';
const oneToOne = (inner: string) => [
  onNatBox('nft add table ip nat'),
  onNatBox('nft add chain ip nat pre { type nat hook prerouting priority -100; }'),
  onNatBox('nft add chain ip nat post { type nat hook postrouting priority 100; }'),
  onNatBox(`nft add rule ip nat pre iifname uplink ip daddr ${PUBLIC} dnat to ${inner}`),
  onNatBox(`nft add rule ip nat post oifname uplink ip saddr ${inner} snat to ${PUBLIC}`),
  onRouter(`ip route add ${PUBLIC}/32 via 192.0.2.6 dev detour`),
];
const secondDefaultOnA = onA('ip route add default via 10.2.0.1 dev eth1 metric 200');
const publicRouteOnA = onA(`ip route add ${PUBLIC}/32 via 10.2.0.1 dev eth1`);

/** Addresses translated between the servers or on B. */
export const natScenarios: readonly Scenario[] = [
  {
    plan: STORY,
    natBox: true,
    name: 'nat-box-right',
    title: 'a public address before the second card; the reply passes the same box',
    setup: [...oneToOne('10.4.0.100'), publicRouteOnA, story.routeOnB, { on: 'b', listen: 443 }],
    probe: { kind: 'tcp', from: '10.2.0.100', to: PUBLIC, port: 443 },
    also: [{ kind: 'ping', bind: '10.2.0.100', to: PUBLIC }],
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORY,
    natBox: true,
    name: 'reply-bypasses-nat',
    title: 'the reply leaves by the first card, misses the box and arrives from an address A never asked',
    setup: [...oneToOne('10.4.0.100'), publicRouteOnA, { on: 'b', listen: 443 }],
    probe: { kind: 'tcp', from: '10.2.0.100', to: PUBLIC, port: 443 },
    fixes: [
      helps("a source rule on B for the second card's address", story.tableOnB, story.ruleOnB),
      helps("a static route on B to the client's network", story.routeOnB),
    ],
    expected: { code: 'B_REPLY_BYPASSES_NAT', host: 'b' },
  },
  {
    plan: STORY,
    natBox: true,
    name: 'ping-reply-bypasses-nat',
    title: 'the same for ping, which counts the reply and says DIFFERENT ADDRESS',
    setup: [...oneToOne('10.4.0.100'), secondDefaultOnA],
    probe: { kind: 'ping', bind: 'eth1', to: PUBLIC },
    fixes: [helps("a source rule on B for the second card's address", story.tableOnB, story.ruleOnB)],
    expected: { code: 'B_REPLY_BYPASSES_NAT', host: 'b' },
  },
  {
    plan: STORY,
    natBox: true,
    name: 'source-translated-before-b',
    title: 'the box hides the clients behind its own address: B answers a neighbour',
    setup: [
      onNatBox('nft add table ip nat'),
      onNatBox('nft add chain ip nat post { type nat hook postrouting priority 100; }'),
      onNatBox('nft add rule ip nat post oifname net4 masquerade'),
      story.routeOnA,
      { on: 'b', listen: 443 },
    ],
    probe: story.tcp(443),
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: WEB,
    natBox: true,
    name: 'source-translated-and-dropped',
    title: 'the same box, and a firewall on B that does not let its address in',
    setup: [
      onNatBox('nft add table ip nat'),
      onNatBox('nft add chain ip nat post { type nat hook postrouting priority 100; }'),
      onNatBox('nft add rule ip nat post oifname net4 masquerade'),
      web.routeOnA,
      onB('iptables -A INPUT -s 10.66.0.0/30 -j ACCEPT'),
      onB('iptables -A INPUT -p icmp -j DROP'),
    ],
    probe: web.ping,
    fixes: [helps('the address let in', onB('iptables -I INPUT -s 198.18.5.65 -j ACCEPT'))],
    expected: { code: 'B_FIREWALL_DROPS_REQUEST', host: 'b' },
  },
  {
    plan: STORY,
    name: 'masquerade-on-b',
    title: 'masquerading on B leaves replies alone: conntrack knows them',
    setup: [
      story.routeOnA,
      onB('iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE'),
      { on: 'b', listen: 1521 },
    ],
    probe: story.tcp(1521),
    fixes: [],
    expected: { code: 'HEALTHY_ASYMMETRIC', host: null },
  },
  {
    plan: STORY,
    name: 'masquerade-untracked',
    title: 'the datagram is not tracked, so masquerading takes the answer for a new connection',
    setup: [
      story.routeOnA,
      { on: 'b', respond: 5300, address: '10.4.0.100' },
      onB('iptables -t raw -A PREROUTING -i eth1 -j NOTRACK'),
      onB('iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE'),
    ],
    probe: story.udp(5300),
    fixes: [
      helps('requests tracked', onB('iptables -t raw -F PREROUTING')),
      helps("a static route on B to the client's network", story.routeOnB),
    ],
    expected: { code: 'B_REPLY_WRONG_SOURCE', host: 'b' },
  },
  {
    plan: STORY,
    name: 'masquerade-untracked-echo',
    title: 'an echo reply without its request begins no connection, so nothing is translated',
    setup: [
      story.routeOnA,
      onB('iptables -t raw -A PREROUTING -i eth1 -j NOTRACK'),
      onB('iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE'),
    ],
    probe: story.ping,
    fixes: [],
    expected: { code: 'HEALTHY_ASYMMETRIC', host: null },
  },
  {
    plan: STORAGE,
    name: 'stateless-rewrite-elsewhere',
    title: 'a stateless rewriting rule on B for another destination',
    setup: [
      storage.routeOnA,
      onB('nft add table ip rewrite'),
      onB('nft add chain ip rewrite out { type filter hook postrouting priority 300; }'),
      onB(
        'nft add rule ip rewrite out oifname enp1s0f0 ip daddr 192.168.1.0/24 ip saddr 10.88.4.5 ip saddr set 10.77.3.7',
      ),
    ],
    probe: storage.ping,
    fixes: [],
    expected: { code: 'HEALTHY_ASYMMETRIC', host: null },
  },
  {
    plan: STORAGE,
    name: 'ping-source-rewritten',
    title: 'the same rule for all destinations: ping says DIFFERENT ADDRESS',
    setup: [
      storage.routeOnA,
      onB('nft add table ip rewrite'),
      onB('nft add chain ip rewrite out { type filter hook postrouting priority 300; }'),
      onB('nft add rule ip rewrite out oifname enp1s0f0 ip saddr 10.88.4.5 ip saddr set 10.77.3.7'),
    ],
    probe: storage.ping,
    fixes: [
      helps('the rule removed', onB('nft flush ruleset')),
      helps("a static route on B, so that the reply misses the rule's card", storage.routeOnB),
    ],
    expected: { code: 'B_REPLY_WRONG_SOURCE', host: 'b' },
  },
  {
    plan: WEB,
    name: 'port-redirected-on-b',
    title: 'a DNAT rule on B sends the port to the one where the program listens',
    setup: [
      ...web.bothRoutes,
      onB('iptables -t nat -A PREROUTING -p tcp --dport 443 -j REDIRECT --to-ports 8443'),
      { on: 'b', listen: 8443 },
    ],
    probe: web.tcp(443),
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: WEB,
    name: 'port-redirected-to-closed',
    title: 'the same rule, and nobody listens on the inner port',
    setup: [
      ...web.bothRoutes,
      onB('iptables -t nat -A PREROUTING -p tcp --dport 443 -j REDIRECT --to-ports 8444'),
      { on: 'b', listen: 8443 },
    ],
    probe: web.tcp(443),
    fixes: [
      helps('a listener on the inner port', { on: 'b', listen: 8444 }),
      useless('a listener on the outer port', { on: 'b', listen: 443 }),
    ],
    expected: { code: 'B_PORT_CLOSED', host: 'b' },
  },
];
