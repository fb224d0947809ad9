import { STORY, TRIANGLE } from '../plan.ts';
import { helps, onA, onB, onRouter, rpFilter, type Scenario } from '../scenario.ts';
import { waysOf } from './ways.ts';

const story = waysOf(STORY);
const triangle = waysOf(TRIANGLE);
const arpCure = onB('sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2');

/** Packets that come in, or go home, by the other card: ARP that answers for it, host routes, addresses on lo. */
export const crossingScenarios: readonly Scenario[] = [
  {
    plan: STORY,
    joined: [4, 3],
    name: 'flux-meets-firewall',
    title: "the wrong card of B answers ARP for the second's address; its firewall knows each card's own",
    setup: [
      ...story.bothRoutes,
      onB('nft add table inet fw'),
      onB('nft add chain inet fw in { type filter hook input priority 0; }'),
      onB('nft add rule inet fw in iifname eth0 ip daddr 10.4.0.100 drop'),
    ],
    late: [onRouter('ip neigh flush dev lan')],
    probe: story.ping,
    fixes: [
      helps('each card answers for its own address', arpCure),
      helps('the firewall removed', onB('nft flush ruleset')),
    ],
    expected: { code: 'B_FIREWALL_DROPS_REQUEST', host: 'b' },
  },
  {
    plan: STORY,
    joined: [4, 3],
    name: 'flux-at-responder',
    title: 'the same flux, and nothing that minds',
    setup: story.bothRoutes,
    late: [onRouter('ip neigh flush dev lan')],
    probe: story.ping,
    fixes: [],
    expected: { code: 'HEALTHY_ASYMMETRIC', host: null },
  },
  {
    plan: STORY,
    joined: [4, 3],
    name: 'flux-meets-strict',
    title: 'the router learnt the wrong card before B became strict',
    setup: story.bothRoutes,
    late: [
      onRouter('ip neigh flush dev lan'),
      onA('ping -c1 -W1 -I eth1 10.4.0.100'),
      rpFilter(STORY, 'b', 1),
    ],
    probe: story.ping,
    fixes: [helps('loose filter on B', rpFilter(STORY, 'b', 2))],
    expected: { code: 'B_RPF_STRICT_DROPS_REQUEST', host: 'b' },
  },
  {
    plan: TRIANGLE,
    joined: [2, 3],
    name: 'triangle-strict',
    title:
      "B's connected route leads to the client by the first card; its strict filter drops the SYN at the second",
    setup: [triangle.routeOnA, { on: 'b', listen: 1521 }, rpFilter(TRIANGLE, 'b', 1)],
    probe: triangle.tcp(1521),
    fixes: [helps("a source rule on B for the second card's address", triangle.tableOnB, triangle.ruleOnB)],
    expected: { code: 'B_RPF_STRICT_DROPS_REQUEST', host: 'b' },
  },
  {
    plan: STORY,
    name: 'source-rule-against-strict',
    title:
      "the router reaches B's second address by the first network; a source rule makes B's own filter drop that",
    setup: [
      story.routeOnA,
      onRouter('ip route add 10.4.0.100/32 via 10.3.0.100'),
      story.tableOnB,
      story.ruleOnB,
      rpFilter(STORY, 'b', 1),
    ],
    probe: story.ping,
    fixes: [helps('the source rule removed', onB('ip rule del from 10.4.0.100 table eth1'))],
    expected: { code: 'B_RPF_STRICT_DROPS_REQUEST', host: 'b' },
  },
  {
    plan: STORY,
    name: 'host-address-silent',
    title: 'a /32 address without a route to its gateway: strict B does not even answer ARP',
    setup: [
      story.routeOnA,
      onB('ip addr del 10.4.0.100/24 dev eth1'),
      onB('ip addr add 10.4.0.100/32 dev eth1'),
      rpFilter(STORY, 'b', 1),
    ],
    late: [onRouter('ip neigh flush dev net4')],
    probe: { ...story.ping, count: 5, intervalS: 1 },
    fixes: [helps('loose filter on B', rpFilter(STORY, 'b', 2))],
    expected: { code: 'B_RPF_STRICT_DROPS_REQUEST', host: 'b' },
  },
  {
    plan: STORY,
    name: 'client-on-lo-strict',
    title: 'A asks from an address on lo; the reply comes in by the other card and is filtered',
    setup: [
      onA('ip addr add 10.9.9.9/32 dev lo'),
      onRouter('ip route add 10.9.9.9/32 via 10.2.0.100'),
      story.routeOnB,
      rpFilter(STORY, 'a', 1),
    ],
    probe: { kind: 'ping', bind: '10.9.9.9', to: '10.4.0.100' },
    fixes: [helps("a static route on A to B's second network", story.routeOnA)],
    expected: { code: 'A_RPF_STRICT_DROPS_REPLY', host: 'a' },
  },
  {
    plan: STORY,
    name: 'udp-answer-filtered',
    title: 'the question leaves by the first card, the answer comes in by the second, and A is strict',
    setup: [story.routeOnB, { on: 'b', respond: 123, address: '10.4.0.100' }, rpFilter(STORY, 'a', 1)],
    probe: story.udp(123),
    fixes: [helps("a static route on A to B's second network", story.routeOnA)],
    expected: { code: 'A_RPF_STRICT_DROPS_REPLY', host: 'a' },
  },
  {
    plan: STORY,
    name: 'bound-proxied-loose',
    title:
      'the router answers ARP for everybody; A has no route back, and even its loose filter drops the reply',
    setup: [
      onA('ip route del default'),
      onRouter('sysctl -qw net.ipv4.conf.net2.proxy_arp=1'),
      rpFilter(STORY, 'a', 2),
    ],
    probe: story.ping,
    fixes: [helps("a static route on A to B's second network", story.routeOnA)],
    expected: { code: 'A_RPF_LOOSE_DROPS_REPLY', host: 'a' },
  },
  {
    plan: STORY,
    name: 'one-network-of-two',
    title: "B routes one of the client's networks by the second card; the other is filtered",
    setup: [...story.bothRoutes, rpFilter(STORY, 'b', 1)],
    probe: { kind: 'ping', bind: '10.1.0.100', to: '10.4.0.100' },
    also: [story.ping],
    fixes: [helps("a source rule on B for the second card's address", story.tableOnB, story.ruleOnB)],
    expected: { code: 'B_RPF_STRICT_DROPS_REQUEST', host: 'b' },
  },
];
