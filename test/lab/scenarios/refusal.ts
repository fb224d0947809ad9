import { DATABASE, STORAGE, STORY, TELCO, WEB } from '../plan.ts';
import { helps, onA, onB, onRouter, type Scenario, useless } from '../scenario.ts';
import { waysOf } from './ways.ts';

const story = waysOf(STORY);
const storage = waysOf(STORAGE);
const web = waysOf(WEB);
const telco = waysOf(TELCO);
const database = waysOf(DATABASE);
const filterOnRouter = (rule: string) => [
  onRouter('nft add table inet acl'),
  onRouter('nft add chain inet acl forward { type filter hook forward priority 0; }'),
  onRouter(`nft add rule inet acl forward ${rule}`),
];
const filterGone = helps('the filter removed', onRouter('nft flush ruleset'));

/** The network says no; and A itself, before anything is on the wire. */
export const refusalScenarios: readonly Scenario[] = [
  {
    plan: WEB,
    name: 'router-rejects-host-prohibited',
    title: 'the router refuses the SYN, host administratively prohibited',
    setup: [
      ...web.bothRoutes,
      { on: 'b', listen: 443 },
      ...filterOnRouter('tcp dport 443 reject with icmp type host-prohibited'),
    ],
    probe: web.tcp(443),
    also: [web.ping],
    fixes: [filterGone],
    expected: { code: 'NETWORK_REJECTS_REQUEST', host: null },
  },
  {
    plan: TELCO,
    name: 'router-rejects-udp',
    title: 'the router refuses datagrams in the name of the port',
    setup: [...telco.bothRoutes, { on: 'b', respond: 5060 }, ...filterOnRouter('udp dport 5060 reject')],
    probe: telco.udp(5060),
    fixes: [filterGone],
    expected: { code: 'NETWORK_REJECTS_REQUEST', host: null },
  },
  {
    plan: STORY,
    name: 'router-resets-connection',
    title: 'the router answers the SYN with a reset in the name of B',
    setup: [
      ...story.bothRoutes,
      { on: 'b', listen: 1521 },
      ...filterOnRouter('tcp dport 1521 reject with tcp reset'),
    ],
    probe: story.tcp(1521),
    fixes: [filterGone],
    expected: { code: 'NETWORK_REJECTS_REQUEST', host: null },
  },
  {
    plan: STORAGE,
    name: 'router-lost-network',
    title: "the router's card toward B is down: network unreachable",
    setup: storage.bothRoutes,
    late: [onRouter('ip link set net4 down')],
    probe: storage.ping,
    fixes: [helps('the card up', onRouter('ip link set net4 up'))],
    expected: { code: 'NETWORK_UNREACHABLE_FROM_ROUTER', host: null },
  },
  {
    plan: DATABASE,
    name: 'host-gone',
    title: "nobody answers the router's ARP for B's second card: host unreachable",
    setup: [database.routeOnA],
    late: [onB('ip link set ens4 down')],
    probe: { ...database.ping, count: 5, intervalS: 1 },
    fixes: [helps('the card up', onB('ip link set ens4 up'))],
    expected: { code: 'NETWORK_HOST_UNREACHABLE', host: null },
  },
  {
    plan: TELCO,
    name: 'router-acl-drops-crooked-reply',
    title: "an access list of the router lets nothing in from B's first network but what belongs there",
    setup: [
      telco.routeOnA,
      { on: 'b', listen: 5061 },
      ...filterOnRouter('iifname net3 ip saddr != 100.70.0.0/21 counter drop'),
    ],
    probe: telco.tcp(5061),
    fixes: [
      helps("a source rule on B for the second card's address", telco.tableOnB, telco.ruleOnB),
      filterGone,
    ],
    expected: { code: 'NETWORK_DROPS_REPLY_ACL', host: 'b' },
  },
  {
    plan: TELCO,
    name: 'router-acl-and-source-rule',
    title: 'the same access list, and a source rule on B',
    setup: [
      telco.routeOnA,
      telco.tableOnB,
      telco.ruleOnB,
      { on: 'b', listen: 5061 },
      ...filterOnRouter('iifname net3 ip saddr != 100.70.0.0/21 counter drop'),
    ],
    probe: telco.tcp(5061),
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORY,
    name: 'originator-blackhole',
    title: "A's own blackhole route swallows the request: nothing is captured",
    setup: [onA('ip route add blackhole 10.4.0.0/24')],
    probe: { kind: 'ping', bind: '10.2.0.100', to: '10.4.0.100' },
    fixes: [helps('the blackhole removed', onA('ip route del blackhole 10.4.0.0/24'))],
    expected: { code: 'A_BLACKHOLE_ROUTE', host: 'a' },
  },
  {
    plan: DATABASE,
    name: 'originator-unreachable-route',
    title: "A's own unreachable route refuses the connection: nothing is captured",
    setup: [onA('ip route add unreachable 192.168.77.0/28'), { on: 'b', listen: 1521 }],
    probe: database.tcp(1521),
    fixes: [helps('the route removed', onA('ip route del unreachable 192.168.77.0/28'))],
    expected: { code: 'A_UNREACHABLE_ROUTE', host: 'a' },
  },
  {
    plan: STORY,
    name: 'bound6-no-route',
    title: 'bound to a device without an IPv6 route out of it: connect fails at once, nothing is captured',
    setup: [],
    probe: { kind: 'ping', bind: 'eth1', to: 'fd00:10:4::100' },
    fixes: [
      helps('a second default route', onA('ip -6 route add default via fd00:10:2::1 dev eth1 metric 2048')),
      useless('a route on B', onB('ip -6 route add fd00:10:2::/64 via fd00:10:4::1 dev eth1')),
    ],
    expected: { code: 'A_NO_ROUTE_ON_BOUND_IFACE', host: 'a' },
  },
  {
    plan: STORY,
    firewall: true,
    name: 'rule6-for-output-interface',
    title: 'an IPv6 echo reply is matched by a rule for the card asked on',
    setup: [
      onA('ip -6 route add default via fd00:10:2::1 dev eth1 metric 2048'),
      onB('ip -6 route add default via fd00:10:4::1 dev eth1 table eth1'),
      onB('ip -6 rule add oif eth1 table eth1'),
    ],
    probe: { kind: 'ping', bind: 'eth1', to: 'fd00:10:4::100' },
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORAGE,
    name: 'unreachable-back-ipv6',
    title: 'an unreachable route on B refuses the IPv6 reply',
    setup: [
      onA('ip -6 route add 2001:db8:4::/64 via 2001:db8:2::1 dev bond1'),
      onB('ip -6 route add unreachable 2001:db8:2::/64'),
    ],
    probe: { kind: 'ping', bind: 'bond1', to: '2001:db8:4::7' },
    fixes: [helps('the route removed', onB('ip -6 route del unreachable 2001:db8:2::/64'))],
    expected: { code: 'B_UNREACHABLE_ROUTE', host: 'b' },
  },
];
