import { STORY, WEB } from '../plan.ts';
import { helps, onB, type Scenario, useless } from '../scenario.ts';
import { waysOf } from './ways.ts';

const story = waysOf(STORY);
const web = waysOf(WEB);
/** Nearly every flow takes the first card: the hash decides, and its seed is random. */
const multipathOnStory = onB(
  'ip route replace default nexthop via 10.3.0.1 dev eth0 weight 255 nexthop via 10.4.0.1 dev eth1 weight 1',
);
const multipathOnWeb = onB(
  'ip route replace default nexthop via 172.31.15.254 dev ens192 weight 255 nexthop via 198.18.5.65 dev ens224 weight 1',
);

/** A default route with two next hops on B, and a firewall that knows no crooked replies. */
export const multipathScenarios: readonly Scenario[] = [
  {
    plan: STORY,
    firewall: true,
    name: 'multipath-second-address',
    title: 'replies from a secondary address go by hash; those of the primary one keep to their card',
    setup: [story.routeOnA, multipathOnStory, onB('ip addr add 10.4.0.77/24 dev eth1')],
    probe: { kind: 'ping', bind: 'eth1', to: '10.4.0.77' },
    also: [story.ping],
    fixes: [
      helps('a single default by the second card', onB('ip route replace default via 10.4.0.1 dev eth1')),
      useless('a source rule for the primary address', story.tableOnB, story.ruleOnB),
    ],
    expected: { code: 'B_MULTIPATH_REPLY', host: 'b' },
  },
  {
    plan: STORY,
    firewall: true,
    name: 'multipath-primary-address',
    title: 'the same route; the primary address was asked',
    setup: [story.routeOnA, multipathOnStory],
    probe: story.ping,
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: WEB,
    firewall: true,
    name: 'multipath-by-port',
    title: 'connections to a service address on lo go by the hash of addresses and ports',
    setup: [
      web.routeOnA,
      multipathOnWeb,
      onB('ip addr add 198.18.5.90/32 dev lo'),
      onB('sysctl -qw net.ipv4.fib_multipath_hash_policy=1'),
      { on: 'b', listen: 443 },
    ],
    probe: { kind: 'tcp', from: '10.66.0.2', to: '198.18.5.90', port: 443 },
    also: [web.tcp(443)],
    fixes: [
      helps(
        'a single default by the second card',
        onB('ip route replace default via 198.18.5.65 dev ens224'),
      ),
    ],
    expected: { code: 'B_MULTIPATH_REPLY', host: 'b' },
  },
];
