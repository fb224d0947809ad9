import type { Explanation } from './explanation.ts';
import { step } from './explanation.ts';
import { ASK_FOR_REPLY, SECOND_TABLE, STATIC_ROUTES, WATCH_BOTH } from './ways.ts';

/** What goes wrong with a request. */
export const REQUEST_FINDINGS = {
  'request-not-sent': {
    title: 'the originator tried, but the request never left it',
    see: [
      'On the originator there are ARP requests (IPv6: neighbour solicitations) that nobody answers, and no request after them. ping says nothing at all, or "Destination Host Unreachable"; a TCP connection fails after about three seconds with "No route to host".',
      'ping counts such packets as transmitted, and the counter IcmpOutEchos rises, although none is on the wire. Only a capture shows it.',
      'Or the request is seen on lo alone, although it is for another host.',
    ],
    why: [
      'A packet needs the link-layer address of its next hop. The kernel asks for it, keeps the packet for about three seconds and drops it when nobody answers.',
      'Look at the address that is asked for. If it is the gateway, the gateway is wrong or silent. If it is the far peer itself, the kernel takes the peer for a neighbour: the socket is bound to an interface by which no route leads (no-route-on-bound-interface), or the netmask is too wide.',
      'What goes by lo comes back to the host itself and is dropped there: a route by lo, or a local one, took it.',
    ],
    check: [step('On the originator:', 'tcpdump -ni any arp', 'ip neigh', 'ip route get PEER oif IFACE')],
    ways: [STATIC_ROUTES],
  },
  'request-lost': {
    title: 'the request left the originator and never reached the responder',
    see: [
      'The capture of the originator shows the request going out. The capture of the responder, which covers that time and that interface, does not show it.',
    ],
    why: [
      'A capture sees packets before the reverse-path filter and before the firewall of the host that receives them. What is not in it never came to the interface: it was lost between the hosts, or sent to the wrong place by the originator.',
      'Where it came to a third host whose capture is there, the report says so: that host once bore the address, or its link-layer address is taken for that of the one who bears it, or it is a router that stops the request. What that host does with it comes first, and then why it was sent there.',
      'Look at the interface it left by first: a request that leaves by another interface than the one that bears its source is often dropped by a filter against forged sources.',
    ],
    check: [
      WATCH_BOTH,
      step(
        'Which way does the request take?',
        'ip route get PEER from ADDRESS',
        'traceroute -n -s ADDRESS PEER',
      ),
    ],
    ways: [
      STATIC_ROUTES,
      step(
        'If the request left by the right interface, give the report to those who run the network: it names the last place where the packet was seen.',
      ),
    ],
  },
  unanswered: {
    title: 'the request reached the responder, and no reply left it',
    see: [
      'The capture of the responder shows the request coming in and nothing going out. tcpdump shows packets that the kernel drops a moment later.',
    ],
    why: [
      'Between the capture point and the reply stand the reverse-path filter, the firewall, the socket, and the route lookup of the reply. Each can end the matter without a word. A strict reverse-path filter is the usual one on a server with several interfaces.',
      'Absence of the reply is no proof that none was made: if the gateway does not answer ARP, the reply waits in the kernel and is dropped there.',
    ],
    check: [
      step(
        'Let the kernel say what it would do with the request, and with the reply:',
        'ip route get ADDRESS from PEER iif IFACE',
        'ip route get PEER from ADDRESS',
      ),
      step(
        'Counters before and after a try, and the settings that count:',
        'nstat -az TcpExtIPReversePathFilter IcmpInEchos IcmpOutEchoReps',
        'sysctl net.ipv4.conf.all.rp_filter net.ipv4.conf.IFACE.rp_filter',
        'nft list ruleset',
        'tcpdump -ni any arp',
      ),
    ],
    ways: [SECOND_TABLE, STATIC_ROUTES],
  },
  'asymmetric-request': {
    title: 'the request left by an interface that does not bear its source address',
    see: [
      'The request has the address of one interface and leaves by another. `ping -I ADDRESS` does so, and any program that binds an address but no device.',
    ],
    why: [
      'To bind an address chooses the source, not the way. The way comes from the route tables, and without a rule on the source only the destination counts.',
      'A network without filters delivers such packets. One that drops forged sources (uRPF, anti-spoofing in a cloud) drops them.',
    ],
    check: [step('On the originator:', 'ip route get PEER from ADDRESS', 'ip rule')],
    ways: [STATIC_ROUTES, SECOND_TABLE],
  },
  'no-reply-seen': {
    title: 'no reply is seen, and the captures cannot tell where it went missing',
    see: [
      'The request is seen, a reply is not. The capture that would decide is missing, or covers only some interfaces, one direction or another time.',
      'Or the reply is seen to leave, and the captures of the originator, which cover only some interfaces, do not show it where the request left: it was lost, or came in by another interface.',
    ],
    why: [
      'That something was not seen proves a loss only where a capture would have shown it. What the tables of the other host predict is given as likely, not as certain.',
    ],
    check: [WATCH_BOTH, ASK_FOR_REPLY],
    ways: [
      step(
        'Take the capture that the report names as missing, on all interfaces (`-i any`), while the fault happens.',
        'tcpdump -ni any -U -w HOST.pcap',
      ),
    ],
  },
} as const satisfies Record<string, Explanation>;
