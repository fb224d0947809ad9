import type { Ip } from '../addr/ip.ts';
import type { Finding } from '../finding/finding.ts';

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
}

const NUMBERS = { icmp: 1, icmp6: 58, tcp: 6, udp: 17 } as const;

export function requestOf(finding: Finding): Request | null {
  const sighting =
    finding.examples[0]?.requests.find((one) => one.host === finding.responder) ??
    finding.examples[0]?.requests[0];
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
  };
}

/** What a person calls the replies. */
export function replyName(finding: Finding): string {
  if (finding.protocol === 'tcp') return finding.kind === 'refused' ? 'RSTs' : 'SYN-ACKs';
  return finding.protocol === 'udp' ? 'answers' : 'echo replies';
}
