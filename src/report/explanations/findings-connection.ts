import type { Explanation } from './explanation.ts';
import { step } from './explanation.ts';
import { ASK_FOR_REPLY, SECOND_TABLE, STATIC_ROUTES, WATCH_BOTH } from './ways.ts';

/** What goes wrong with a connection, or is said by an error. */
export const CONNECTION_FINDINGS = {
  refused: {
    title: 'the responder answered a SYN with a reset (RST)',
    see: ['The program says "Connection refused". The packets went there and back: the network works.'],
    why: [
      'Nobody listens on that port, or only on another address of the host; or a firewall rejects with a reset, which looks the same. The list of sockets and the firewall rules tell them apart.',
    ],
    check: [step('On the responder:', 'ss -ltnp', 'nft list ruleset')],
    ways: [
      step(
        'Start the service, or let it listen on the address that is asked for (0.0.0.0 or [::] for all), or change the rule that rejects.',
        'ss -ltn sport = :PORT',
      ),
    ],
  },
  rejected: {
    title: 'an ICMP error came back that quotes the request',
    see: [
      'An ICMP or ICMPv6 error (unreachable, prohibited, time exceeded) that bears the head of the request. Its sender is the place that gave up. Programs say "No route to host", "Network is unreachable" or "Connection refused".',
    ],
    why: [
      'Somebody on the way, or the responder itself, says why it did not deliver the packet. "No route to host" may also come from a firewall rule (administratively prohibited) and then has nothing to do with routes.',
      'A router says "host unreachable" about three seconds after the request: so long it asked for the link-layer address.',
      'The error takes the ordinary route of its sender. If that is asymmetric, the error may be lost as well.',
    ],
    check: [
      step(
        'Who sent it, and what does it say?',
        "tcpdump -nvi any 'icmp[0] != 8 and icmp[0] != 0 or icmp6[0] < 128'",
      ),
      step('On the sender, if it is yours:', 'ip route get PEER', 'nft list ruleset'),
    ],
    ways: [
      step(
        'Mend what the sender complains about: its route, its neighbour, or its firewall rule.',
        'ip route get ADDRESS',
      ),
    ],
  },
  'handshake-stalled': {
    title: 'SYN and SYN-ACK arrived, the last ACK of the handshake did not',
    see: [
      'The originator is connected and sends; the responder repeats its SYN-ACK and drops what comes. Data never flows. A ping between the same addresses may work.',
    ],
    why: [
      'The ACK takes the way of the request, the SYN-ACK took another. A stateful firewall on the way of the request has seen the SYN and the ACK, but no SYN-ACK: for it the ACK belongs to no connection, and it drops it as invalid.',
    ],
    check: [WATCH_BOTH, ASK_FOR_REPLY],
    ways: [SECOND_TABLE, STATIC_ROUTES],
  },
  'data-lost': {
    title: 'small packets arrive, large ones are lost',
    see: [
      'The handshake and small pings work. As soon as much data is sent, the connection hangs; segments are repeated, or an ICMP error about size comes back.',
    ],
    why: [
      'A link on the way takes only smaller packets. The router there must say so (IPv4 type 3 code 4, IPv6 packet too big). Where these errors are filtered, or cannot find their way back over an asymmetric route, the sender never learns of it.',
    ],
    check: [
      step(
        'The largest packet that passes (1472 + 28 = 1500 bytes):',
        'ping -M do -s 1472 PEER',
        'ip route get PEER',
        'tracepath -n PEER',
      ),
    ],
    ways: [
      step(
        'Let ICMP errors through; or set the size by hand on the route; or clamp the segment size on the router.',
        'ip route replace NETWORK via GATEWAY dev IFACE mtu 1400',
        'nft add rule ip TABLE CHAIN tcp flags syn tcp option maxseg size set rt mtu',
      ),
    ],
  },
} as const satisfies Record<string, Explanation>;
