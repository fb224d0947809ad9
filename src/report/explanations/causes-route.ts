import type { Explanation } from './explanation.ts';
import { step } from './explanation.ts';
import { ASK_FOR_REPLY, PERSISTENT, REPLY_WAYS, SECOND_TABLE, STATIC_ROUTES } from './ways.ts';

/** A route sends the packet the wrong way. */
export const ROUTE_CAUSES = {
  'default-route-only': {
    title: 'only the default route matches, it leaves by another interface, and no rule looks at the source',
    see: [
      'A request comes in on one interface, and its reply leaves by the interface of the default route. Clients in the subnet of the interface get their answers, clients behind a router do not.',
    ],
    why: [
      'The lookup of a reply asks: which route contains the address of the peer? Only the default route does, so it decides. That the request came in by another interface plays no part, nor does the interface on which the source address sits.',
      'The source of the reply stays the address that was asked. So packets with the address of one network appear in another, where a filter is free to drop them. Asymmetry alone breaks nothing; the filter does. But it is your route that sends them there.',
    ],
    check: [ASK_FOR_REPLY],
    ways: REPLY_WAYS,
  },
  'other-route-wins': {
    title: 'a more specific route sends the packet by another interface',
    see: [
      'As with default-route-only, the packet leaves by another interface than expected, but here a route to the network of the peer says so.',
    ],
    why: [
      'The longest prefix wins, then the lower metric. Neither the interface the request came in on nor the source address counts, unless a rule looks at it.',
    ],
    check: [ASK_FOR_REPLY, step('Which entry is it?', 'ip route show match PEER')],
    ways: [
      step(
        'Is the route right? If it is a leftover, remove it; if not, give the traffic from this address a table of its own.',
        'ip route del NETWORK via OLD-GATEWAY dev OLD-IFACE',
      ),
      SECOND_TABLE,
      PERSISTENT,
    ],
  },
  'multipath-reply': {
    title: 'a multipath route sends some replies one way and some the other',
    see: [
      'Some peers, or some connections of one peer, work, others do not, and it stays so for each of them.',
    ],
    why: [
      'A route with several next hops chooses by a hash: of the two addresses (fib_multipath_hash_policy 0), or of the ports as well (1). The seed of the hash is random, so which way a flow takes cannot be told from files.',
      'Since about Linux 6.16 a next hop is preferred whose own source address is that of the packet. Older kernels always go by the hash.',
    ],
    check: [ASK_FOR_REPLY, step('What is hashed?', 'sysctl net.ipv4.fib_multipath_hash_policy', 'uname -r')],
    ways: [SECOND_TABLE, STATIC_ROUTES],
  },
  'source-hint-wrong': {
    title: "a route's `src` gives the request a source it should not have",
    see: [
      'New traffic of the host leaves by the right interface with the address of another one; replies go to that address and come back by another way, or not at all.',
    ],
    why: [
      'Where a program binds no address, the kernel takes the one the route names as `src`, else a fitting address of the outgoing interface. A wrong `src` is obeyed, as long as it is an address of the host.',
    ],
    check: [step('The source the kernel chooses:', 'ip route get PEER', 'ip route show table all')],
    ways: [step('Correct the hint:', 'ip route replace NETWORK via GATEWAY dev IFACE src ADDRESS')],
  },
  'interface-linkdown': {
    title: 'the interface of the chosen route has no carrier, and the route is still used',
    see: [
      'Packets vanish: nothing leaves, nothing is captured, though the counter IcmpOutEchoReps rises. `ip route` marks the route `linkdown`.',
    ],
    why: [
      'A route whose interface has lost its carrier is kept and used, unless ignore_routes_with_linkdown is 1 (in `all` or for the interface; either suffices). Then it counts as dead and another one is taken.',
    ],
    check: [
      step(
        'Carrier and route:',
        'ip -br link',
        'ip route get PEER',
        'sysctl net.ipv4.conf.all.ignore_routes_with_linkdown',
      ),
    ],
    ways: [
      step(
        'Repair the link, or let such routes be passed over, if there is another one.',
        'sysctl -w net.ipv4.conf.IFACE.ignore_routes_with_linkdown=1',
      ),
    ],
  },
  'no-route': {
    title: 'nothing matches the destination: no rule led to a route',
    see: [
      'For the host itself: "Network is unreachable". For a reply: silence. For a ping no counter rises, for TCP IpOutNoRoutes does.',
    ],
    why: [
      'All rules were tried, and no table holds a route that contains the destination. A host without a default route knows only its own subnets and what was added by hand.',
    ],
    check: [ASK_FOR_REPLY],
    ways: [STATIC_ROUTES, step('Or a default route:', 'ip route add default via GATEWAY dev IFACE')],
  },
  'route-refuses': {
    title: 'a blackhole, unreachable, prohibit or throw route (or rule) ends the lookup',
    see: [
      'The request comes in, no reply leaves, and no error goes back to the peer. `ip route get` says "Invalid argument" (blackhole), "No route to host" (unreachable) or "Permission denied" (prohibit).',
    ],
    why: [
      'Such an entry is chosen like any other, by the longest prefix, and then refuses. The kernel does not report it to the peer when the packet is its own reply.',
      'With the reverse-path filter on, strict or loose, the request itself is dropped: the way back must be an ordinary route.',
      '`throw` only ends the search in its table: the next rule is tried.',
      'An ordinary route by lo or by a dummy device is no better: what is sent there reaches nobody.',
    ],
    check: [
      ASK_FOR_REPLY,
      step(
        'Entries of this sort:',
        "ip route show table all | grep -E 'blackhole|unreachable|prohibit|throw'",
        'ip rule',
      ),
    ],
    ways: [
      step(
        'Remove the entry, or add a more specific route for the peer.',
        'ip route del blackhole NETWORK',
        'ip route add NETWORK via GATEWAY dev IFACE',
      ),
    ],
  },
  'no-route-on-bound-interface': {
    title: 'the socket is bound to an interface by which no route leads to the target',
    see: [
      '`ping -I IFACE PEER` prints nothing but its first line. On the wire there are only ARP requests for the address of the far peer itself, on that interface, unanswered. TCP bound to the device fails with "No route to host" after about three seconds.',
      'ping counts its packets as transmitted, though none is.',
    ],
    why: [
      'A lookup with an outgoing interface takes only routes by that interface. If there is none, IPv4 assumes that the destination is a neighbour on that link and asks for it with ARP, instead of failing. IPv6 does not assume so and fails at once with "Network is unreachable". On a device that does no ARP, such as a tunnel, nobody is asked and the packet simply goes out; by lo it reaches no other host.',
      'A rule `from ADDRESS` does not help ping -I IFACE: that ping binds the device alone, the lookup has no source yet, and the rule does not match.',
    ],
    check: [
      step(
        'No `via` in the first answer is the sign of it:',
        'ip route get PEER oif IFACE',
        'ip route get PEER oif IFACE from ADDRESS',
        'ip neigh show dev IFACE',
      ),
    ],
    ways: [
      STATIC_ROUTES,
      step(
        'Or a second default route with a higher metric. It is used only where the interface is given.',
        'ip route add default via GATEWAY dev IFACE metric 200',
      ),
      step(
        'Or a rule on the outgoing interface, for a table with its own default route:',
        'ip rule add oif IFACE table 200 priority 201',
      ),
      step('Or bind the address instead of (or beside) the device:', 'ping -I IFACE -I ADDRESS PEER'),
    ],
  },
} as const satisfies Record<string, Explanation>;
