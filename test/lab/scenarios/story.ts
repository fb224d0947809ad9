import { STORY } from '../plan.ts';
import { helps, onA, onB, onRouter, rpFilter, type Scenario, useless } from '../scenario.ts';

const boundPing = { kind: 'ping', bind: 'eth1', to: '10.4.0.100' } as const;
/** With it a socket bound to eth1 finds a gateway, so that the request leaves. */
const secondDefaultOnA = onA('ip route add default via 10.2.0.1 dev eth1 metric 200');
const routerChecksSources = onRouter('sysctl -qw net.ipv4.conf.net3.rp_filter=1');
const sourceRuleOnB = [
  onB('ip route add default via 10.4.0.1 dev eth1 table eth1'),
  onB('ip rule add from 10.4.0.100 table eth1'),
];
const staticRouteOnA = onA('ip route add 10.4.0.0/24 via 10.2.0.1 dev eth1');
const staticRouteOnB = onB('ip route add 10.2.0.0/24 via 10.4.0.1 dev eth1');

/** The story's servers, its ping, and what stands in its way. */
export const storyScenarios: readonly Scenario[] = [
  {
    name: 'story-as-written',
    title: 'the bound socket finds no route by its card and asks ARP for the far address',
    plan: STORY,
    setup: [],
    probe: { ...boundPing, count: 4, intervalS: 1 },
    fixes: [
      helps('a second default route by the bound card', secondDefaultOnA),
      helps("a static route on A to B's second network", staticRouteOnA),
      useless('a static route on B alone', staticRouteOnB),
      useless(
        'a source rule on A: a socket bound to the device has no source yet when it looks the route up',
        onA('ip route add default via 10.2.0.1 dev eth1 table eth1'),
        onA('ip rule add from 10.2.0.100 table eth1'),
      ),
    ],
    expected: { code: 'A_BOUND_IFACE_NO_ROUTE_ARP_ONLINK', host: 'a' },
  },
  {
    name: 'second-default',
    title: 'a second default route lets the request out; nothing filters, so the crooked way works',
    plan: STORY,
    setup: [secondDefaultOnA],
    probe: boundPing,
    fixes: [],
    expected: { code: 'HEALTHY_ASYMMETRIC', host: null },
  },
  {
    name: 'router-checks-sources',
    title: "the router's strict source check drops the reply that B sends by its first card",
    plan: STORY,
    setup: [secondDefaultOnA, routerChecksSources],
    probe: boundPing,
    fixes: [
      helps("a source rule on B for the second card's address", ...sourceRuleOnB),
      helps("a static route on B to the client's network", staticRouteOnB),
      helps('the router stops checking', onRouter('sysctl -qw net.ipv4.conf.net3.rp_filter=0')),
      useless('reverse-path filter of A off', rpFilter(STORY, 'a', 0)),
    ],
    expected: { code: 'NETWORK_DROPS_REPLY_URPF', host: 'b' },
  },
  {
    name: 'source-rule-repaired',
    title: 'the same strict router, and a source rule on B that brings the reply out by the right card',
    plan: STORY,
    setup: [secondDefaultOnA, routerChecksSources, ...sourceRuleOnB],
    probe: boundPing,
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    name: 'responder-strict',
    title: "B's strict reverse-path filter drops the request at the second card",
    plan: STORY,
    setup: [secondDefaultOnA, rpFilter(STORY, 'b', 1)],
    probe: boundPing,
    fixes: [
      helps("a source rule on B for the second card's address", ...sourceRuleOnB),
      helps("a static route on B to the client's network", staticRouteOnB),
      helps('loose filter on B', rpFilter(STORY, 'b', 2)),
      useless(
        '`all` alone to 0: the greater of both counts',
        onB('sysctl -qw net.ipv4.conf.all.rp_filter=0'),
      ),
    ],
    expected: { code: 'B_RPF_STRICT_DROPS_REQUEST', host: 'b' },
  },
  {
    name: 'originator-strict',
    title: "A's strict reverse-path filter drops the reply: its best route to B is by the first card",
    plan: STORY,
    setup: [secondDefaultOnA, rpFilter(STORY, 'a', 1)],
    probe: boundPing,
    fixes: [
      helps("a static route on A to B's second network", staticRouteOnA),
      helps('loose filter on A', rpFilter(STORY, 'a', 2)),
      useless('a source rule on B: the reply takes the right way, A drops it all the same', ...sourceRuleOnB),
    ],
    expected: { code: 'A_RPF_STRICT_DROPS_REPLY', host: 'a' },
  },
  {
    name: 'static-routes-both',
    title: 'static routes on both servers, strict filters at both ends',
    plan: STORY,
    setup: [staticRouteOnA, staticRouteOnB, rpFilter(STORY, 'a', 1), rpFilter(STORY, 'b', 1)],
    probe: boundPing,
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    name: 'address-bound-ping',
    title:
      'bound to the address only, the request leaves by the first card; the router drops the foreign source',
    plan: STORY,
    setup: [onRouter('sysctl -qw net.ipv4.conf.net1.rp_filter=1')],
    probe: { kind: 'ping', bind: '10.2.0.100', to: '10.4.0.100' },
    fixes: [
      helps("a static route on A to B's second network", staticRouteOnA),
      useless("a static route on B to the client's network", staticRouteOnB),
    ],
    expected: { code: 'NETWORK_DROPS_REQUEST', host: 'a' },
  },
];
