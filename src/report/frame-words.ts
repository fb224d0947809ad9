import { formatIp, type Ip } from '../addr/ip.ts';
import type { Sighting, SightingKind } from '../exchange/sighting.ts';
import { errorWords } from './icmp-words.ts';

/** One frame as tcpdump would print it after the time, interface and direction: so eyes and grep find it again. */
export function summaryOf(one: Sighting): string {
  return SUMMARIES[one.kind](one);
}

const SUMMARIES: Record<SightingKind, (one: Sighting) => string> = {
  'echo-request': (one) => echo(one, 'request'),
  'echo-reply': (one) => echo(one, 'reply'),
  syn: (one) => `${ends(one)}: Flags [S], seq ${one.seq}`,
  'syn-ack': (one) => `${ends(one)}: Flags [S.], seq ${one.seq}, ack ${one.ack}`,
  rst: (one) =>
    one.ack > 0
      ? `${ends(one)}: Flags [R.], seq ${one.seq}, ack ${one.ack}`
      : `${ends(one)}: Flags [R], seq ${one.seq}`,
  'tcp-ack': (one) => `${ends(one)}: Flags [.], seq ${one.seq}, ack ${one.ack}`,
  'tcp-segment': (one) =>
    `${ends(one)}: Flags [.], seq ${one.seq}, ack ${one.ack}, ${one.payloadLength} bytes`,
  'icmp-error': (one) => `${pair(one)}: ${errorWords(one)}`,
  'arp-request': (one) => `ARP, Request who-has ${target(one)} tell ${formatIp(one.src)}`,
  'arp-reply': (one) => `ARP, Reply ${formatIp(one.src)} is-at ${one.macSource ?? '?'}`,
  'neighbour-solicitation': (one) => `${pair(one)}: ICMP6, neighbor solicitation, who has ${target(one)}`,
  'neighbour-advertisement': (one) => `${pair(one)}: ICMP6, neighbor advertisement, tgt is ${target(one)}`,
  udp: (one) => `${ends(one)}: UDP, length ${Math.max(0, one.payloadLength - UDP_HEADER_BYTES)}`,
};

/** RFC 768. */
const UDP_HEADER_BYTES = 8;

function echo(one: Sighting, word: 'request' | 'reply'): string {
  const name = one.src.family === 4 ? 'ICMP echo' : 'ICMP6, echo';
  return `${pair(one)}: ${name} ${word}, id ${one.sourcePort}, seq ${one.destinationPort}`;
}

function pair(one: Sighting): string {
  return `${formatIp(one.src)} > ${formatIp(one.dst)}`;
}

function ends(one: Sighting): string {
  return `${withPort(one.src, one.sourcePort)} > ${withPort(one.dst, one.destinationPort)}`;
}

/** tcpdump joins the port with a dot, in both families. */
function withPort(ip: Ip, port: number): string {
  return `${formatIp(ip)}.${port}`;
}

function target(one: Sighting): string {
  return formatIp(one.target ?? one.dst);
}

/** `In`, `Out` or nothing where the capture does not tell. */
export function directionWord(one: Sighting): string {
  return one.direction === 'in' ? 'In' : one.direction === 'out' ? 'Out' : '';
}
