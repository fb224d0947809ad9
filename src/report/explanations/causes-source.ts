import type { Explanation } from './explanation.ts';
import { step } from './explanation.ts';
import { STATIC_ROUTES } from './ways.ts';

/** The reply bears another source, or the translation does not see it. */
export const SOURCE_CAUSES = {
  'request-source-foreign': {
    title:
      'the request leaves with a source that nothing leads back to: written by a NAT rule, or not translated at all',
    see: [
      'The request reaches the responder from an address that its sender does not bear. The reply leaves, and a router answers it with "network unreachable" or "host unreachable", or it is lost.',
    ],
    why: [
      'A reply goes to the source of the request. A rule `snat to` writes whatever address it names; nothing makes the network lead that address to the host. What a host passes on for containers or virtual machines keeps their private address unless a rule masquerades it.',
      'The routing of the responder cannot mend that: by every interface the reply comes to routers that know no way.',
    ],
    check: [
      step(
        'Which rules write a source, and which addresses does the host bear?',
        'nft list ruleset',
        'iptables-save -t nat -c',
        'ip -br addr',
      ),
    ],
    ways: [
      step(
        'Translate to an address that the host bears on the way out:',
        'nft add rule ip nat postrouting oifname IFACE masquerade',
      ),
      step('Or lead the address to the host, on the routers:', 'ip route add ADDRESS via HOST'),
    ],
  },
  'reply-source-rewritten': {
    title: 'a NAT or mangling rule of the responder changes the source of the reply',
    see: ['The reply leaves the responder with another source than the address that was asked.'],
    why: [
      'Ordinary masquerading does not touch replies: connection tracking knows them. But where the request is not tracked (notrack), the reply counts as a new connection and is masqueraded; and a stateless rule (`ip saddr set`) rewrites whatever it matches.',
    ],
    check: [
      step(
        'Rules that set a source or switch tracking off:',
        'nft list ruleset',
        'iptables-save -t nat -c',
        'iptables-save -t raw -c',
      ),
    ],
    ways: [
      step(
        'Exempt the address from the rule, or let connection tracking see the request.',
        'nft insert rule ip nat postrouting ip saddr ADDRESS return',
      ),
    ],
  },
  'reply-source-by-program': {
    title: 'the program chose the source of the reply, or let the route choose it',
    see: [
      'A UDP service (DNS, NTP, SNMP, syslog ...) answers from the address of the interface the answer leaves by. The client, connected to the address it asked, returns "port unreachable".',
    ],
    why: [
      'A UDP socket bound to 0.0.0.0 that answers with sendto() has no source yet. The kernel takes that of the route to the client: the address of the interface the answer leaves by.',
      'A rule on the source does not help: the source is not yet chosen when the route is looked up.',
    ],
    check: [
      step(
        'Is it bound to a wildcard? And which source does the route give?',
        'ss -lunp',
        'ip route get PEER',
      ),
    ],
    ways: [
      step(
        'Let the program listen on each address of its own, or answer from the address that was asked (IP_PKTINFO). Many have an option for it.',
        'ss -lun sport = :PORT',
      ),
      STATIC_ROUTES,
    ],
  },
  'reply-bypasses-nat': {
    title: 'the reply misses the box that translated the request',
    see: [
      'The request was sent to a public address; the reply comes from the private one. ping says "DIFFERENT ADDRESS!", TCP answers with RST. The source was right when the reply left the responder.',
    ],
    why: [
      'A box on the way of the request translates the address. It must see the reply to translate it back. By another interface the reply passes it by.',
      'The box may be the host that was asked: it translates the address to another server (DNAT) and keeps the source. That server answers the originator straight away, by its own route.',
    ],
    check: [step('Which way does the reply take?', 'ip route get PEER from ADDRESS', 'ip rule')],
    ways: [
      step(
        'Send what bears this address back by the interface of the box:',
        'ip route add default via GATEWAY dev IFACE table 200',
        'ip rule add from ADDRESS table 200 priority 200',
      ),
      step(
        'Where a host passes its requests on to another server: masquerade them there, so that the answers come back to it.',
        'nft add rule ip nat postrouting ip daddr SERVER masquerade',
      ),
      STATIC_ROUTES,
    ],
  },
} as const satisfies Record<string, Explanation>;
