import { STORY } from '../plan.ts';
import { helps, onA, onB, onRouter, rpFilter, type Scenario } from '../scenario.ts';
import { waysOf } from './ways.ts';

const story = waysOf(STORY);

/** Rules and routes of less common forms: goto, suppressed prefixes, output interfaces, next-hop objects, dead cards. */
export const lookupScenarios: readonly Scenario[] = [
  {
    plan: STORY,
    firewall: true,
    name: 'suppressed-default',
    title: 'main is asked without its default first, then a source rule',
    setup: [
      story.routeOnA,
      onB('ip rule add pref 100 table main suppress_prefixlength 0'),
      story.tableOnB,
      onB('ip rule add pref 200 from 10.4.0.100 table eth1'),
    ],
    probe: story.ping,
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORY,
    firewall: true,
    name: 'goto-table',
    title: 'a rule goes on behind main, where the table is',
    setup: [
      story.routeOnA,
      story.tableOnB,
      onB('ip rule add pref 50 from 10.4.0.100 goto 300'),
      onB('ip rule add pref 100 table main'),
      onB('ip rule add pref 300 table eth1'),
    ],
    probe: story.ping,
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORY,
    name: 'output-rule-strict',
    title:
      "A's rule for the output interface lets the request out; the reverse-path check knows no output interface",
    setup: [
      onA('ip route add default via 10.2.0.1 dev eth1 table eth1'),
      onA('ip rule add oif eth1 table eth1'),
      story.routeOnB,
      rpFilter(STORY, 'a', 1),
    ],
    probe: story.ping,
    fixes: [helps('a source rule beside it', onA('ip rule add from 10.2.0.100 table eth1'))],
    expected: { code: 'A_RPF_STRICT_DROPS_REPLY', host: 'a' },
  },
  {
    plan: STORY,
    firewall: true,
    name: 'nexthop-object',
    title: 'the route back uses a next-hop object by the first card',
    setup: [
      story.routeOnA,
      onB('ip nexthop add id 10 via 10.3.0.1 dev eth0'),
      onB('ip route add 10.2.0.0/24 nhid 10'),
    ],
    probe: story.ping,
    fixes: [helps('the object by the second card', onB('ip nexthop replace id 10 via 10.4.0.1 dev eth1'))],
    expected: { code: 'NETWORK_DROPS_REPLY_STATEFUL', host: 'b' },
  },
  {
    plan: STORY,
    firewall: true,
    name: 'multipath-strict',
    title: 'every card of a multipath route passes the strict filter',
    setup: [
      story.routeOnA,
      onB(
        'ip route replace default nexthop via 10.3.0.1 dev eth0 weight 255 nexthop via 10.4.0.1 dev eth1 weight 1',
      ),
      rpFilter(STORY, 'b', 1),
      { on: 'b', listen: 443 },
    ],
    probe: story.tcp(443),
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORY,
    name: 'default-linkdown',
    title: 'the better default leads by a card whose cable is out',
    setup: [story.routeOnA, onB('ip route add default via 10.4.0.1 dev eth1 metric 200')],
    late: [onRouter('ip link set net3 down')],
    probe: story.ping,
    fixes: [
      helps(
        'routes without carrier ignored',
        onB('sysctl -qw net.ipv4.conf.all.ignore_routes_with_linkdown=1'),
      ),
    ],
    expected: { code: 'B_REPLY_IFACE_LINKDOWN', host: 'b' },
  },
  {
    plan: STORY,
    name: 'default-linkdown-ignored',
    title: 'the same, routes without carrier ignored, strict filter',
    setup: [
      story.routeOnA,
      onB('ip route add default via 10.4.0.1 dev eth1 metric 200'),
      onB('sysctl -qw net.ipv4.conf.all.ignore_routes_with_linkdown=1'),
      rpFilter(STORY, 'b', 1),
    ],
    late: [onRouter('ip link set net3 down')],
    probe: story.ping,
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
];
