import type { Ip } from '../addr/ip.ts';
import type { Time } from '../addr/time.ts';

/** One packet seen at one place, with all that a report prints of it. Plain data: it can be written as JSON and read back. */
export interface Sighting {
  readonly kind: SightingKind;
  readonly host: string;
  /** Null where neither the capture nor the host state tells. */
  readonly interface: string | null;
  readonly direction: 'in' | 'out' | 'unknown';
  /** On the clock of the capturing host. */
  readonly time: Time;
  /** The capture's name as the user gave it. */
  readonly file: string;
  readonly frame: number;
  readonly src: Ip;
  readonly dst: Ip;
  /** Echo: identifier and sequence. TCP and UDP: ports. ARP and others: 0. */
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly seq: number;
  readonly ack: number;
  readonly icmpType: number;
  readonly icmpCode: number;
  readonly ttl: number;
  readonly tos: number;
  /** Bytes after the IP header on the wire. */
  readonly payloadLength: number;
  /** To whom the frame is addressed on the link, as far as its header tells: `one` also where it does not. */
  readonly cast: 'one' | 'multicast' | 'broadcast';
  /** Link-layer source, where the link type bears one. */
  readonly macSource: string | null;
  /** ARP and neighbour discovery: the address asked for; ICMP errors: the quoted destination. */
  readonly target: Ip | null;
  /** ICMP errors: MTU reported, else 0. */
  readonly mtu: number;
  /** Echo: the first fragment of a message; the others bear nothing that tells whose they are. */
  readonly fragment?: true;
}

export type SightingKind =
  | 'echo-request'
  | 'echo-reply'
  | 'syn'
  | 'syn-ack'
  | 'rst'
  | 'tcp-ack'
  /** A later segment of a connection, of which data is sent again and again. */
  | 'tcp-segment'
  | 'icmp-error'
  | 'arp-request'
  | 'arp-reply'
  | 'neighbour-solicitation'
  | 'neighbour-advertisement'
  | 'udp';
