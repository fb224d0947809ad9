import type { Ip } from '../addr/ip.ts';
import { macFromWords } from '../addr/mac.ts';
import {
  DATA_LENGTH_UNKNOWN,
  KIND_ARP_REPLY,
  KIND_ARP_REQUEST,
  KIND_ECHO_REPLY,
  KIND_ECHO_REQUEST,
  KIND_ICMP_ERROR,
  KIND_NEIGHBOUR_ADVERTISEMENT,
  KIND_NEIGHBOUR_SOLICITATION,
  KIND_RST,
  KIND_SYN,
  KIND_SYN_ACK,
  KIND_TCP_ACK,
  KIND_UDP,
} from '../decode/packet.ts';
import {
  KIND_SEGMENT,
  R_ACK,
  R_DST,
  R_FLAGS,
  R_FRAME,
  R_HEADER,
  R_KIND_PLACE,
  R_MAC_LENGTH,
  R_MAC_LOW,
  R_NANOS,
  R_PORTS,
  R_SECONDS,
  R_SEQ,
  R_SRC,
  R_WIDE,
  WIDE_STRIDE,
  X_DST,
  X_FOURTH,
  X_MTU,
  X_SRC,
  X_THIRD,
} from './layout.ts';
import type { Places } from './places.ts';
import type { Sighting, SightingKind } from './sighting.ts';

const KINDS: Record<number, SightingKind> = {
  [KIND_ECHO_REQUEST]: 'echo-request',
  [KIND_ECHO_REPLY]: 'echo-reply',
  [KIND_SYN]: 'syn',
  [KIND_SYN_ACK]: 'syn-ack',
  [KIND_RST]: 'rst',
  [KIND_TCP_ACK]: 'tcp-ack',
  [KIND_SEGMENT]: 'tcp-segment',
  [KIND_ICMP_ERROR]: 'icmp-error',
  [KIND_ARP_REQUEST]: 'arp-request',
  [KIND_ARP_REPLY]: 'arp-reply',
  [KIND_NEIGHBOUR_SOLICITATION]: 'neighbour-solicitation',
  [KIND_NEIGHBOUR_ADVERTISEMENT]: 'neighbour-advertisement',
  [KIND_UDP]: 'udp',
};

/** Flat words of a batch or of the pool. */
export interface Words {
  readonly words: Int32Array;
  readonly wide: Int32Array;
}

/** What places and file names stand behind the numbers. */
export interface Names {
  readonly places: Places;
  /** By capture. */
  readonly files: readonly string[];
}

/** The record at `at` as plain data. */
export function sightingAt(from: Words, at: number, names: Names): Sighting {
  const { words } = from;
  const kindPlace = words[at + R_KIND_PLACE];
  const kind = kindPlace & 0xff;
  const place = names.places.list[kindPlace >>> 8];
  const tcp = (kind >= KIND_SYN && kind <= KIND_TCP_ACK) || kind === KIND_SEGMENT;
  const header = words[at + R_HEADER];
  return {
    kind: KINDS[kind],
    host: place.host,
    interface: place.interface,
    direction: place.direction,
    time: { seconds: words[at + R_SECONDS] >>> 0, nanos: words[at + R_NANOS] },
    file: names.files[place.capture],
    frame: words[at + R_FRAME] >>> 0,
    src: addressAt(from, at, R_SRC, X_SRC),
    dst: addressAt(from, at, R_DST, X_DST),
    sourcePort: words[at + R_PORTS] >>> 16,
    destinationPort: words[at + R_PORTS] & 0xffff,
    seq: tcp ? words[at + R_SEQ] >>> 0 : 0,
    ack: tcp && kind !== KIND_SYN ? words[at + R_ACK] >>> 0 : 0,
    icmpType: header >>> 24,
    icmpCode: (header >>> 16) & 0xff,
    ttl: (header >>> 8) & 0xff,
    tos: header & 0xff,
    payloadLength: words[at + R_MAC_LENGTH] & 0xffff,
    cast: place.cast,
    macSource: macAt(words, at),
    target: targetOf(from, at, kind),
    mtu: kind === KIND_ICMP_ERROR ? from.wide[rowAt(words, at) + X_MTU] >>> 0 : 0,
    ...(isFirstFragment(words, at, kind) ? { fragment: true as const } : {}),
  };
}

/** Of a fragmented message the length of the data is not known. */
function isFirstFragment(words: Int32Array, at: number, kind: number): boolean {
  const echo = kind === KIND_ECHO_REQUEST || kind === KIND_ECHO_REPLY;
  return echo && words[at + R_ACK] >>> 16 === DATA_LENGTH_UNKNOWN;
}

/** Source (R_SRC, X_SRC) or destination of a record. */
export function addressAt(from: Words, at: number, word: number, offset: number): Ip {
  const { words } = from;
  if ((words[at + R_FLAGS] & 0xf) === 6) return wideAddress(from.wide, rowAt(words, at) + offset, 6);
  return { family: 4, w0: words[at + word] >>> 0, w1: 0, w2: 0, w3: 0 };
}

function wideAddress(wide: Int32Array, at: number, family: 4 | 6): Ip {
  if (family === 4) return { family, w0: wide[at] >>> 0, w1: 0, w2: 0, w3: 0 };
  return {
    family,
    w0: wide[at] >>> 0,
    w1: wide[at + 1] >>> 0,
    w2: wide[at + 2] >>> 0,
    w3: wide[at + 3] >>> 0,
  };
}

function rowAt(words: Int32Array, at: number): number {
  return (words[at + R_WIDE] - 1) * WIDE_STRIDE;
}

function macAt(words: Int32Array, at: number): string | null {
  const high = words[at + R_MAC_LENGTH] >>> 16;
  const low = words[at + R_MAC_LOW];
  return high === 0 && low === 0 ? null : macFromWords(high, low);
}

/** Source (X_THIRD) or destination (X_FOURTH) of the packet that an error quotes. */
export function quotedAt(from: Words, at: number, offset: number): Ip {
  const six = (from.words[at + R_FLAGS] & 0xf) === 6;
  return wideAddress(from.wide, rowAt(from.words, at) + offset, six ? 6 : 4);
}

/** ARP: the address asked for or answered; neighbour discovery: its target; errors: the quoted destination. */
export function targetOf(from: Words, at: number, kind: number): Ip | null {
  const row = rowAt(from.words, at);
  if (kind === KIND_ARP_REQUEST) return addressAt(from, at, R_DST, X_DST);
  if (kind === KIND_ARP_REPLY) return addressAt(from, at, R_SRC, X_SRC);
  if (kind === KIND_ICMP_ERROR) return quotedAt(from, at, X_FOURTH);
  const discovery = kind === KIND_NEIGHBOUR_SOLICITATION || kind === KIND_NEIGHBOUR_ADVERTISEMENT;
  return discovery ? wideAddress(from.wide, row + X_THIRD, 6) : null;
}
