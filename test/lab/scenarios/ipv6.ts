import { DATABASE, STORAGE, STORY } from '../plan.ts';
import { helps, onA, onB, type Scenario, useless } from '../scenario.ts';

const secondDefaultOnA = onA('ip -6 route add default via fd00:10:2::1 dev eth1 metric 2048');
const database = {
  plan: DATABASE,
  firewall: true,
  probe: { kind: 'tcp', from: '2001:db8:a:20::82', to: '2001:db8:b:20::5', port: 1521 },
} as const;
const routeOnPrimary = onA('ip -6 route add 2001:db8:b:20::/64 via 2001:db8:a:20::1 dev ens4');

/** IPv6 has no rp_filter; firewalls on the way are what drops the crooked reply. */
export const ipv6Scenarios: readonly Scenario[] = [
  {
    plan: STORY,
    name: 'ping6-asymmetric',
    title: 'the story over IPv6: the reply leaves by the first card and a stateful firewall drops it',
    firewall: true,
    probe: { kind: 'ping', bind: 'eth1', to: 'fd00:10:4::100' },
    setup: [secondDefaultOnA],
    fixes: [
      helps(
        "a static route on B to the client's network",
        onB('ip -6 route add fd00:10:2::/64 via fd00:10:4::1 dev eth1'),
      ),
      helps(
        "a source rule on B for the second card's address",
        onB('ip -6 route add default via fd00:10:4::1 dev eth1 table eth1'),
        onB('ip -6 rule add from fd00:10:4::100 table eth1'),
      ),
      useless('an IPv4 rule', onB('ip rule add from 10.4.0.100 table eth1')),
    ],
    expected: { code: 'NETWORK_DROPS_REPLY_STATEFUL', host: 'b' },
  },
  {
    ...database,
    name: 'rule6-with-dev',
    title: 'a rule with an incoming interface never matches an IPv6 reply either',
    setup: [
      routeOnPrimary,
      { on: 'b', listen: 1521 },
      onB('ip -6 route add default via 2001:db8:b:20::1 dev ens4 table repl'),
      onB('ip -6 rule add from 2001:db8:b:20::5 iif ens4 table repl'),
    ],
    fixes: [
      helps(
        'the same rule without `iif`',
        onB('ip -6 rule del from 2001:db8:b:20::5 iif ens4 table repl'),
        onB('ip -6 rule add from 2001:db8:b:20::5 table repl'),
      ),
    ],
    expected: { code: 'B_RULE_IIF_NEVER_MATCHES', host: 'b' },
  },
  {
    ...database,
    name: 'other-route-wins-ipv6',
    title: 'an IPv6 route for the whole company, more specific than the default, leads by the first card',
    setup: [
      routeOnPrimary,
      { on: 'b', listen: 1521 },
      onB('ip -6 route add 2001:db8::/32 via 2001:db8:b:10::1 dev ens3'),
    ],
    fixes: [
      helps(
        "a route to the client's network",
        onB('ip -6 route add 2001:db8:a:20::/64 via 2001:db8:b:20::1 dev ens4'),
      ),
    ],
    expected: { code: 'NETWORK_DROPS_REPLY_STATEFUL', host: 'b' },
  },
  {
    plan: STORAGE,
    name: 'ping6-crooked-but-home',
    title: 'an IPv6 ping whose reply takes the other way and arrives',
    probe: { kind: 'ping', bind: 'bond1', to: '2001:db8:4::7' },
    setup: [onA('ip -6 route add 2001:db8:4::/64 via 2001:db8:2::1 dev bond1')],
    fixes: [],
    expected: { code: 'HEALTHY_ASYMMETRIC', host: null },
  },
];
