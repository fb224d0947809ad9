import type { Explanation } from './explanation.ts';
import { step } from './explanation.ts';
import { ASK_FOR_REPLY, LOOSE_FILTER, REPLY_WAYS, SECOND_TABLE, STATIC_ROUTES, WATCH_BOTH } from './ways.ts';

/** What goes wrong with a reply. */
export const REPLY_FINDINGS = {
  'asymmetric-reply': {
    title: 'the reply took another interface than the request',
    see: [
      'The request comes in on one interface of the responder and the reply leaves by another; or the reply comes to another interface of the originator than the one the request left by.',
      'If nothing filters, it works all the same, and the report says so (a warning). It fails where something drops the reply: a strict reverse-path filter of the originator, a stateful firewall that saw only half of the connection, a router that drops forged sources.',
      'A connection whose first SYN-ACKs got nowhere like that, and which stood when a later one left by another interface, is an error too: it took a second at least.',
    ],
    why: [
      'Linux routes a reply like any other packet: by its destination, and by rules. The interface the request came in on plays no part in that lookup. The source of an echo reply or a SYN-ACK is the address that was asked, whatever interface it leaves by.',
      'With one default route, by another interface, every reply to a far network leaves by that one.',
    ],
    check: [ASK_FOR_REPLY, WATCH_BOTH],
    ways: REPLY_WAYS,
  },
  'wrong-source': {
    title: 'the reply bears another source address than the one that was asked',
    see: [
      'The reply comes from an address that nobody asked. ping prints "DIFFERENT ADDRESS!", counts it as received and exits 0. TCP answers such a SYN-ACK with RST and goes on asking; a connected UDP socket never sees the answer.',
    ],
    why: [
      'A route table is not the cause. For a unicast echo request and for a SYN the kernel always answers from the address that was asked; tables decide only the interface.',
      'What changes the source is a rule of a firewall (masquerading of untracked packets, stateless rewriting), a program that chooses the source itself or lets the route choose it (UDP on a socket bound to 0.0.0.0), or an address translation that the reply does not pass on its way back.',
    ],
    check: [
      step(
        'Does the source change on the host or on the way? Compare what leaves it with what arrives.',
        'tcpdump -ni any host PEER',
      ),
      step(
        'Rules that rewrite, and the sockets of the program:',
        'nft list ruleset',
        'iptables-save',
        'ss -lunp',
      ),
    ],
    ways: [
      step(
        'Remove the rule that rewrites; let the program answer from the address that was asked (IP_PKTINFO, or one socket an address); or lead the reply back through the box that translates.',
        'ip route add NETWORK via GATEWAY dev IFACE',
      ),
    ],
  },
  'reply-lost': {
    title: 'the reply left the responder the way it should and never reached the originator',
    see: [
      'The capture of the responder shows the reply leaving by the interface it was asked on. The capture of the originator, which covers that time, does not show it.',
    ],
    why: [
      'Both hosts did their part. Something between them dropped the reply: a firewall, a filter against forged sources, a broken or one-way path.',
    ],
    check: [WATCH_BOTH, step('How far does a packet come on that way?', 'traceroute -n -s ADDRESS PEER')],
    ways: [
      step(
        'Give the report to those who run the network, with the time, the addresses and the interface. Meanwhile another way may work, if there is one.',
        'ip route get PEER from ADDRESS',
      ),
    ],
  },
  'reply-not-accepted': {
    title: 'the reply reached the originator, which did not take it',
    see: [
      'The capture of the originator shows the reply coming in, and yet the program saw none: TCP asks again, or resets what comes to another interface or too late; ping reports loss.',
      'For a ping or a datagram the packets alone do not show it. Where the tables and settings of the originator make its kernel drop the reply, the report says so and marks the finding as computed.',
    ],
    why: [
      'Capture comes before the reverse-path filter and before the firewall. The filter looks only at the packet and the route tables: that a socket is bound to this very interface does not matter to it.',
    ],
    check: [
      step(
        'On the originator, with the interface the reply came to:',
        'ip route get ADDRESS from PEER iif IFACE',
        'sysctl net.ipv4.conf.all.rp_filter net.ipv4.conf.IFACE.rp_filter',
        'nstat -az TcpExtIPReversePathFilter',
      ),
    ],
    ways: [STATIC_ROUTES, SECOND_TABLE, LOOSE_FILTER],
  },
} as const satisfies Record<string, Explanation>;
