import { STORY, WEB } from '../plan.ts';
import { helps, onA, onB, onRouter, rpFilter, type Scenario } from '../scenario.ts';
import { waysOf } from './ways.ts';

const story = waysOf(STORY);
const web = waysOf(WEB);

/** Several probes in one capture, of which some fail and some work. */
export const severalScenarios: readonly Scenario[] = [
  {
    plan: STORY,
    name: 'one-client-of-two',
    title: "B's strict filter drops what asks its second card; the client at the first is served",
    setup: [story.routeOnA, rpFilter(STORY, 'b', 1)],
    probe: story.ping,
    also: [{ kind: 'ping', bind: '10.1.0.100', to: '10.3.0.100' }],
    fixes: [helps("a static route on B to the client's network", story.routeOnB)],
    expected: { code: 'B_RPF_STRICT_DROPS_REQUEST', host: 'b' },
  },
  {
    plan: WEB,
    name: 'one-port-of-two',
    title: 'one port is closed, the other open',
    setup: [...web.bothRoutes, { on: 'b', listen: 443 }],
    probe: web.tcp(80),
    also: [web.tcp(443), web.ping],
    fixes: [helps('a listener', { on: 'b', listen: 80 })],
    expected: { code: 'B_PORT_CLOSED', host: 'b' },
  },
  {
    plan: STORY,
    name: 'router-stops-checking',
    title: "the router's source check drops the replies until it is switched off under the same capture",
    setup: [story.routeOnA, onRouter('sysctl -qw net.ipv4.conf.net3.rp_filter=1')],
    probe: story.ping,
    also: [onRouter('sysctl -qw net.ipv4.conf.net3.rp_filter=0'), story.ping],
    fixes: [helps("a static route on B to the client's network", story.routeOnB)],
    expected: { code: 'NETWORK_DROPS_REPLY_URPF', host: 'b' },
  },
  {
    plan: STORY,
    name: 'ping-dropped-connection-works',
    title: "B's firewall drops pings and lets connections in",
    setup: [
      ...story.bothRoutes,
      { on: 'b', listen: 22 },
      onB('iptables -A INPUT -p icmp --icmp-type echo-request -j DROP'),
    ],
    probe: story.ping,
    also: [story.tcp(22)],
    fixes: [helps('the rule removed', onB('iptables -F INPUT'))],
    expected: { code: 'B_FIREWALL_DROPS_REQUEST', host: 'b' },
  },
  {
    plan: WEB,
    name: 'all-work',
    title: 'many probes, all answered',
    setup: [...web.bothRoutes, { on: 'b', listen: 443 }, { on: 'b', respond: 53 }],
    probe: web.tcp(443),
    also: [web.ping, web.udp(53), { kind: 'ping', to: '172.31.8.14' }],
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORY,
    name: 'both-ends-crooked',
    title:
      'request and reply leave by the first cards with the addresses of the second; the router lets them',
    setup: [onA('sysctl -qw net.ipv4.conf.all.rp_filter=0'), { on: 'b', listen: 1521 }],
    probe: story.tcp(1521),
    fixes: [],
    expected: { code: 'HEALTHY_ASYMMETRIC', host: null },
  },
  {
    plan: STORY,
    name: 'second-default-appended',
    title: 'a second default route of the same metric stands behind the first and is not used',
    setup: [story.routeOnA, onB('ip route append default via 10.4.0.1 dev eth1')],
    probe: story.ping,
    fixes: [],
    expected: { code: 'HEALTHY_ASYMMETRIC', host: null },
  },
  {
    plan: WEB,
    firewall: true,
    name: 'second-default-appended-and-dropped',
    title: 'the same two defaults, and a firewall that knows no crooked replies; the clocks differ by hours',
    clockOffsetS: 7200.25,
    setup: [
      web.routeOnA,
      onB('ip route append default via 198.18.5.65 dev ens224'),
      { on: 'b', listen: 443 },
    ],
    probe: web.tcp(443),
    fixes: [
      helps("a static route on B to the client's network", web.routeOnB),
      helps("a source rule on B for the second card's address", web.tableOnB, web.ruleOnB),
    ],
    expected: { code: 'NETWORK_DROPS_REPLY_STATEFUL', host: 'b' },
  },
  {
    plan: STORY,
    name: 'clock-behind',
    title: "B's clock is three seconds behind; all is well",
    clockOffsetS: -3.5,
    setup: story.bothRoutes,
    probe: story.ping,
    also: [{ kind: 'ping', bind: '10.1.0.100', to: '10.3.0.100' }],
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
];
