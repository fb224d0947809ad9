import { sameIp } from '../../addr/ip.ts';
import type { Packet } from '../packet.ts';
import type { Connection } from '../passage.ts';
import { hostSetting } from '../sysctl.ts';
import { connectionOf, hasEntry, isAnswer, sameTuple } from './connection.ts';
import type { Crossing } from './crossing.ts';

const ICMP = 1;
const TCP = 6;
const ICMP6 = 58;
/** Types that icmp_new and icmpv6_new take for a beginning: requests. */
const REQUESTS = { [ICMP]: [8, 13, 15, 17], [ICMP6]: [128, 139] };
/** Types of ICMP errors (icmp_err_convert; RFC 4443, 2.1). */
const ERRORS = { [ICMP]: [3, 4, 5, 11, 12], [ICMP6]: [1, 2, 3, 4] };
/** icmpv6_error: neighbour discovery and multicast listeners are never tracked. */
const UNTRACKED6 = [130, 131, 132, 133, 134, 135, 136, 143];

const FIN = 1;
const SYN = 2;
const RST = 4;
const ACK = 16;

/** nf_conntrack_in: finds the packet's connection, or begins one. */
export function track(crossing: Crossing): void {
  if (crossing.connection?.state === 'untracked') return;
  const { known, packet } = crossing;
  crossing.connection = (hasEntry(known) ? partOf(known, packet) : null) ?? begins(crossing);
}

/** The packet as part of a known connection; null where it belongs to another. */
function partOf(known: Connection, packet: Packet): Connection | null {
  if (isAnswer(packet, known.translated)) return { ...known, state: 'established', direction: 'reply' };
  if (sameTuple(packet, known.original)) return { ...known, direction: 'original' };
  if (!isError(packet)) return null;
  const back = sameIp(packet.destination, known.translated.source);
  return { ...known, state: 'related', direction: back ? 'reply' : 'original' };
}

export function isError({ protocol, icmp }: Packet): boolean {
  return icmp !== null && (ERRORS[protocol as 1 | 58]?.includes(icmp.type) ?? false);
}

function begins(crossing: Crossing): Connection {
  return connectionOf(firstState(crossing), crossing.packet);
}

function firstState(crossing: Crossing): Connection['state'] {
  const { protocol, icmp } = crossing.packet;
  if (protocol === TCP) return firstTcpState(crossing);
  if (protocol !== ICMP && protocol !== ICMP6) return 'new';
  if (icmp === null) return 'invalid';
  if (protocol === ICMP6 && UNTRACKED6.includes(icmp.type)) return 'untracked';
  return REQUESTS[protocol].includes(icmp.type) ? 'new' : 'invalid';
}

/** tcp_new: a SYN begins a connection, and so does an ACK in the middle of one unless nf_conntrack_tcp_loose forbids. */
function firstTcpState({ state, packet: { tcpFlags } }: Crossing): Connection['state'] {
  if (tcpFlags === null) return 'new';
  if (tcpFlags & RST) return 'invalid';
  if (tcpFlags & SYN) return tcpFlags & ACK ? 'invalid' : 'new';
  if (tcpFlags & FIN || !(tcpFlags & ACK)) return 'invalid';
  return hostSetting(state, 'net.netfilter.nf_conntrack_tcp_loose', 1).value ? 'new' : 'invalid';
}
