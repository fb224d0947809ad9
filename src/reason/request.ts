import type { Ip } from '../addr/ip.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { Finding } from '../finding/finding.ts';
import type { Packet } from '../linux/packet.ts';

/** The packets of a finding, as the kernel's lookups see them. */
export interface Request {
  readonly protocol: 'icmp' | 'tcp' | 'udp';
  readonly protocolNumber: number;
  /** Addresses as the responder saw them, else as the originator sent them. */
  readonly source: Ip;
  readonly destination: Ip;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly tos: number;
  /** Null where no packet was seen. */
  readonly ttl: number | null;
  readonly lengthBytes: number | null;
  /** The responder's interface it came in by; null where that was not seen. */
  readonly inputDevice: string | null;
}

const NUMBERS = { icmp: 1, icmp6: 58, tcp: 6, udp: 17 } as const;
const HEADER_BYTES = { 4: 20, 6: 40 } as const;
const SYN = 0x02;
const SYN_ACK = 0x12;
const RST_ACK = 0x14;
const ECHO = { 4: { request: 8, reply: 0 }, 6: { request: 128, reply: 129 } } as const;

/** As the responder got it; where no capture of the responder tells, as it left the originator. */
export function requestOf(finding: Finding): Request | null {
  const requests = finding.examples[0]?.requests ?? [];
  return requestAt(finding, finding.responder) ?? fromSighting(finding, requests[0]);
}

/** As a host's own capture shows it: a translating box on the way makes the two ends see different addresses. */
export function requestAt(finding: Finding, host: string | null): Request | null {
  const requests = finding.examples[0]?.requests ?? [];
  return fromSighting(
    finding,
    requests.find((one) => one.host === host),
  );
}

function fromSighting(finding: Finding, sighting: Sighting | undefined): Request | null {
  if (!sighting) return null;
  const hasPorts = finding.protocol === 'tcp' || finding.protocol === 'udp';
  return {
    protocol: finding.protocol === 'icmp6' ? 'icmp' : finding.protocol,
    protocolNumber: NUMBERS[finding.protocol],
    source: sighting.src,
    destination: sighting.dst,
    sourcePort: hasPorts ? sighting.sourcePort : 0,
    destinationPort: hasPorts ? sighting.destinationPort : 0,
    tos: sighting.tos,
    ttl: sighting.ttl,
    lengthBytes: sighting.payloadLength + HEADER_BYTES[sighting.src.family],
    inputDevice: sighting.host === finding.responder ? sighting.interface : null,
  };
}

/** Of a reply whose request nobody captured. */
export function requestAnsweredBy(finding: Finding, reply: Sighting): Request | null {
  const back = { ...reply, src: reply.dst, dst: reply.src };
  const ports = { sourcePort: reply.destinationPort, destinationPort: reply.sourcePort };
  const request = fromSighting(finding, { ...back, ...ports });
  return request && { ...request, ttl: null, lengthBytes: null, inputDevice: null };
}

export function requestPacket(request: Request): Packet {
  return {
    source: request.source,
    destination: request.destination,
    protocol: request.protocolNumber,
    sourcePort: request.sourcePort,
    destinationPort: request.destinationPort,
    icmp: request.protocol === 'icmp' ? { type: ECHO[request.source.family].request, code: 0 } : null,
    tcpFlags: request.protocol === 'tcp' ? SYN : null,
    tos: request.tos,
    ttl: request.ttl,
    lengthBytes: request.lengthBytes,
  };
}

/** What answers it: an echo reply, a SYN-ACK (or RST), a datagram the other way round. */
export function replyPacket(request: Request, refused = false): Packet {
  return {
    ...requestPacket(request),
    source: request.destination,
    destination: request.source,
    sourcePort: request.destinationPort,
    destinationPort: request.sourcePort,
    icmp: request.protocol === 'icmp' ? { type: ECHO[request.source.family].reply, code: 0 } : null,
    tcpFlags: request.protocol === 'tcp' ? (refused ? RST_ACK : SYN_ACK) : null,
    ttl: null,
    lengthBytes: request.protocol === 'icmp' ? request.lengthBytes : null,
  };
}

/** What a person calls the replies. */
export function replyName(finding: Finding): string {
  if (finding.protocol === 'tcp') return finding.kind === 'refused' ? 'RSTs' : 'SYN-ACKs';
  return finding.protocol === 'udp' ? 'answers' : 'echo replies';
}
