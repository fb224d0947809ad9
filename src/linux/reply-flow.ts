import { type Ip, isLinkLocal } from '../addr/ip.ts';
import { type Flow, flowOf } from './flow.ts';
import type { HostState } from './host-state.ts';
import { hostSetting } from './sysctl.ts';

/** A request as the responder received it. */
export interface Received {
  readonly protocol: 'icmp' | 'tcp' | 'udp';
  /** TCP: no listener, so that the answer is a RST, which the kernel makes without a socket. */
  readonly refused?: boolean;
  readonly source: Ip;
  readonly destination: Ip;
  /** 0 for ICMP. */
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly tos: number;
  readonly inputDevice: string;
  /** The device that the socket which answers is bound to (SO_BINDTODEVICE); null or absent: none, or no socket answers. */
  readonly boundDevice?: string | null;
  /** The mark that the request bore when it reached the socket (nft or iptables may have set one). */
  readonly mark: number;
}

const ICMP = 1;
const TCP = 6;
const UDP = 17;
const ICMP6 = 58;

/**
 * What the kernel looks up when it answers: from the address that was asked, by the device that the socket is bound to,
 * else by none in particular. The device of arrival plays no part, except that IPv6 prefers it (and rules with `oif` match it).
 */
export function replyFlow(state: HostState, request: Received): Flow {
  return flowOf(request.source, {
    source: request.destination,
    outputDevice: request.boundDevice ?? replyDevice(request),
    socketBound: !!request.boundDevice,
    tos: replyTos(request),
    mark: replyMark(state, request),
    protocol: protocolOf(request),
    sourcePort: request.destinationPort,
    destinationPort: request.sourcePort,
  });
}

/**
 * icmpv6_echo_reply sets the device of arrival, TCP only for link-local peers (tcp_v6_init_req, tcp_v6_send_response);
 * IPv4 sets none (icmp_reply, inet_csk_route_req, ip_send_unicast_reply).
 */
function replyDevice({ protocol, source, inputDevice }: Received): string | null {
  if (source.family === 4) return null;
  return protocol === 'icmp' || isLinkLocal(source) ? inputDevice : null;
}

/** icmp_reply and tcp_v4_send_reset hand on the tos of the request; the others, and IPv6, have the socket's, 0 as a rule. */
function replyTos({ protocol, refused, source, tos }: Received): number {
  return source.family === 4 && (protocol === 'icmp' || refused) ? tos : 0;
}

/** IP4_REPLY_MARK and IP6_REPLY_MARK; inet_request_mark where a socket answers. */
function replyMark(state: HostState, { protocol, refused, source, mark }: Received): number {
  if (mark === 0) return 0;
  const key =
    protocol === 'tcp' && !refused ? 'net.ipv4.tcp_fwmark_accept' : `net.ipv${source.family}.fwmark_reflect`;
  return hostSetting(state, key, 0).value ? mark : 0;
}

function protocolOf({ protocol, source }: Received): number {
  if (protocol === 'tcp') return TCP;
  if (protocol === 'udp') return UDP;
  return source.family === 4 ? ICMP : ICMP6;
}
