import type { Explanation } from './explanation.ts';
import { step } from './explanation.ts';

/** Link-layer addresses: nobody answers for the next hop, or the wrong interface does. */
export const NEIGHBOUR_CAUSES = {
  'next-hop-unresolved': {
    title: 'the next hop does not answer ARP or neighbour discovery',
    see: [
      '`ARP who-has GATEWAY`, three times a second apart, and no answer. The packet that waits for it never appears in the capture, though IcmpOutEchoReps rises.',
    ],
    why: [
      'The gateway has another address, is down, is on another link, or does not want to answer.',
      'With arp_announce=0 the question bears the source of the waiting packet as its sender: a reply that leaves by the wrong interface asks with the address of another network. A router with a strict reverse-path filter does not answer such a question. So the wrong route may be the cause of the silence.',
    ],
    check: [
      step(
        'Who is asked, and with which sender?',
        'tcpdump -nei IFACE arp',
        'ip neigh show dev IFACE',
        'arping -I IFACE GATEWAY',
      ),
    ],
    ways: [
      step(
        'Correct the gateway; if the question bears the address of another interface, mend the route of the reply first.',
        'ip route replace default via GATEWAY dev IFACE',
        'ip route get PEER from ADDRESS',
      ),
    ],
  },
  'arp-flux': {
    title: "the address was resolved to another interface's link-layer address",
    see: [
      'Two interfaces of the host are in one layer-2 network. Requests for the address of one arrive at the other.',
    ],
    why: [
      'With arp_ignore=0 a host answers on every interface for every address it has. The asker keeps the first answer. A strict reverse-path filter hides this by chance.',
    ],
    check: [
      step(
        'More than one answer, from different hardware addresses, is the sign of it:',
        'arping -c 3 -I IFACE ADDRESS',
        'sysctl net.ipv4.conf.all.arp_ignore net.ipv4.conf.all.arp_announce',
      ),
    ],
    ways: [
      step(
        'Answer only for the addresses of the interface that is asked:',
        'sysctl -w net.ipv4.conf.all.arp_ignore=1',
        'sysctl -w net.ipv4.conf.all.arp_announce=2',
      ),
    ],
  },
  'duplicate-address': {
    title: 'another host bears the same address, or answers for it',
    see: [
      'Requests leave and do not come to the host that is meant, or some are answered that it never saw. An ARP announcement or reply names a hardware address for its address that is none of its own.',
    ],
    why: [
      'Two hosts with one address: whoever announced it or answered last is in the cache of the router, and gets the packets. The other one sees none of them. A forgotten clone, an address that was moved and not removed, or a router that answers for it (proxy_arp).',
    ],
    check: [
      step(
        'Who else answers for it? With -D arping asks as one who wants to use the address itself:',
        'arping -D -c 3 -I IFACE ADDRESS',
        'ip neigh show ADDRESS',
      ),
    ],
    ways: [
      step(
        'Take the address away from the other host, then tell the link where it is:',
        'ip addr del ADDRESS/LENGTH dev IFACE',
        'arping -U -c 3 -I IFACE ADDRESS',
      ),
    ],
  },
  'netmask-too-wide': {
    title: "an interface's prefix covers the peer, so the host asks for it on the link",
    see: ['ARP requests for the address of the peer itself, unanswered, for a peer that is behind a router.'],
    why: [
      'An address with a prefix makes a route: everything in it is a neighbour. With a mask that is too wide the far peer belongs to it, and no gateway is asked.',
    ],
    check: [step('Does the prefix of an interface contain the peer?', 'ip -br addr', 'ip route get PEER')],
    ways: [
      step(
        'Give the address its right prefix length:',
        'ip addr add ADDRESS/LENGTH dev IFACE',
        'ip addr del ADDRESS/WRONG-LENGTH dev IFACE',
      ),
    ],
  },
} as const satisfies Record<string, Explanation>;
