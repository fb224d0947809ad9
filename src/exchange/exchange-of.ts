import { type Ip, sameIp } from '../addr/ip.ts';
import {
  DNS_NONE,
  KIND_ICMP_ERROR,
  KIND_RST,
  KIND_SYN,
  KIND_SYN_ACK,
  KIND_TCP_ACK,
} from '../decode/packet.ts';
import { dnsRole } from './datagram.ts';
import {
  E_ASKED,
  E_ASKED_WIDE,
  E_DATA_LENGTH,
  E_FIRST,
  E_FLAGS,
  E_ID,
  E_ORIGINATOR,
  E_ORIGINATOR_WIDE,
  E_PROBE,
  E_REPLIES,
  E_REQUESTS,
  E_SEQ,
  ENTRY,
  type Entries,
  FLAG_AMBIGUOUS,
  FLAG_CONTINUES,
  FLAG_RETRANSMITTED,
  FLAG_STALLED,
} from './entry.ts';
import type { Exchange, Protocol, Translated } from './exchange.ts';
import { PROTOCOL_TCP, PROTOCOL_UDP } from './key.ts';
import { isReplyAt, isRequestAt } from './kind.ts';
import {
  KIND_SEGMENT,
  R_DST,
  R_KIND_PLACE,
  R_MAC_LENGTH,
  R_NEXT,
  R_PORTS,
  R_SRC,
  R_WIDE,
  STRIDE,
  WIDE_STRIDE,
  X_DST,
  X_FORTH,
  X_SRC,
} from './layout.ts';
import { addressAt, type Names, sightingAt } from './materialise.ts';
import type { Place } from './places.ts';
import { NONE } from './pool.ts';
import type { Sighting } from './sighting.ts';
import type { Timeline } from './timeline.ts';

/** A closed exchange, whole, as plain data. Done for examples that are looked at only. */
export function exchangeOf(table: Entries, entry: number, names: Names, timeline: Timeline): Exchange {
  const { words } = table;
  const at = entry * ENTRY;
  const seen = sortedOut(table, slotsOf(table, entry, names), names);
  const [src, dst] = [originatorOf(table, entry), askedOf(table, entry)];
  return {
    protocol: protocolOf(table, entry),
    src,
    dst,
    dstPort: portOf(table, entry),
    srcPort: sourcePortOf(table, entry),
    first: timeline.timeOf(table.firstTime(entry)),
    last: timeline.timeOf(table.lastTime(entry)),
    translated: translatedOf(seen.requests, src, dst),
    ...seen,
    requestCount: words[at + E_REQUESTS],
    replyCount: words[at + E_REPLIES],
    dns: protocolOf(table, entry) === 'udp' && dnsRole(words[at + E_DATA_LENGTH]) !== DNS_NONE,
    retransmitted: (words[at + E_FLAGS] & FLAG_RETRANSMITTED) !== 0,
    continues: (words[at + E_FLAGS] & FLAG_CONTINUES) !== 0,
    stalled: (words[at + E_FLAGS] & FLAG_STALLED) !== 0,
    ambiguous: (words[at + E_FLAGS] & FLAG_AMBIGUOUS) !== 0,
  };
}

interface SortedOut {
  readonly requests: Sighting[];
  readonly replies: Sighting[];
  readonly resets: Sighting[];
  readonly acks: Sighting[];
  readonly segments: Sighting[];
  readonly errors: Sighting[];
}

function sortedOut(table: Entries, slots: readonly number[], names: Names): SortedOut {
  const seen: SortedOut = { requests: [], replies: [], resets: [], acks: [], segments: [], errors: [] };
  for (const slot of slots) listOf(seen, table, slot)?.push(sightingAt(table.pool, slot * STRIDE, names));
  return seen;
}

function listOf(seen: SortedOut, table: Entries, slot: number): Sighting[] | undefined {
  if (isRequestAt(table.pool.words, slot * STRIDE)) return seen.requests;
  if (isReplyAt(table.pool.words, slot * STRIDE)) return seen.replies;
  const kind = kindOf(table, slot);
  if (kind === KIND_RST) return seen.resets;
  if (kind === KIND_TCP_ACK) return seen.acks;
  if (kind === KIND_SEGMENT) return seen.segments;
  return kind === KIND_ICMP_ERROR ? seen.errors : undefined;
}

/** Sightings by corrected time. */
function slotsOf(table: Entries, entry: number, names: Names): number[] {
  const slots: number[] = [];
  const { pool } = table;
  for (
    let slot = table.words[entry * ENTRY + E_FIRST];
    slot !== NONE;
    slot = pool.words[slot * STRIDE + R_NEXT]
  ) {
    slots.push(slot);
  }
  return slots.sort((a, b) => order(table, a, b, names));
}

/** Across hosts time tells the order only as far as clocks agree: within it, a packet leaves before it arrives. */
function order(table: Entries, a: number, b: number, names: Names): number {
  const apart = table.pool.times[a] - table.pool.times[b];
  const [one, other] = [placeOf(table, a, names), placeOf(table, b, names)];
  const near = apart < CLOCKS_AGREE_NS && -apart < CLOCKS_AGREE_NS;
  if (!near || one.host === other.host || kindOf(table, a) !== kindOf(table, b)) return apart;
  return Number(one.direction === 'in') - Number(other.direction === 'in') || apart;
}

const CLOCKS_AGREE_NS = 1e6;

function placeOf(table: Entries, slot: number, names: Names): Place {
  return names.places.list[table.pool.words[slot * STRIDE + R_KIND_PLACE] >>> 8];
}

function kindOf(table: Entries, slot: number): number {
  return table.pool.words[slot * STRIDE + R_KIND_PLACE] & 0xff;
}

export function protocolOf(table: Entries, entry: number): Protocol {
  const at = entry * ENTRY;
  const protocol = table.words[at + E_ID] >>> 16;
  if (protocol === PROTOCOL_TCP) return 'tcp';
  if (protocol === PROTOCOL_UDP) return 'udp';
  return table.words[at + E_ORIGINATOR_WIDE] === NONE ? 'icmp' : 'icmp6';
}

/** As the last host on the way saw the request, where that differs. */
function translatedOf(requests: readonly Sighting[], src: Ip, dst: Ip): Translated | null {
  const last = requests.findLast((one) => !sameIp(one.src, src) || !sameIp(one.dst, dst));
  if (!last) return null;
  const { host, sourcePort, destinationPort } = last;
  return { host, src: last.src, dst: last.dst, sourcePort, destinationPort };
}

export function originatorOf(table: Entries, entry: number): Ip {
  const at = entry * ENTRY;
  const probe = table.words[at + E_PROBE];
  if (probe !== NONE) return addressAt(table.pool, probe * STRIDE, R_SRC, X_SRC);
  return addressOf(table, table.words[at + E_ORIGINATOR], table.words[at + E_ORIGINATOR_WIDE]);
}

export function askedOf(table: Entries, entry: number): Ip {
  const at = entry * ENTRY;
  const probe = table.words[at + E_PROBE];
  if (probe !== NONE) return addressAt(table.pool, probe * STRIDE, R_DST, X_DST);
  return addressOf(table, table.words[at + E_ASKED], table.words[at + E_ASKED_WIDE]);
}

/** The same two as one word each, as `R_SRC` holds them. */
export function originatorWord(table: Entries, entry: number): number {
  const probe = table.words[entry * ENTRY + E_PROBE];
  return probe === NONE
    ? table.words[entry * ENTRY + E_ORIGINATOR]
    : table.pool.words[probe * STRIDE + R_SRC];
}

export function askedWord(table: Entries, entry: number): number {
  const probe = table.words[entry * ENTRY + E_PROBE];
  return probe === NONE ? table.words[entry * ENTRY + E_ASKED] : table.pool.words[probe * STRIDE + R_DST];
}

export function sourcePortOf(table: Entries, entry: number): number {
  const probe = table.words[entry * ENTRY + E_PROBE];
  return probe === NONE
    ? table.words[entry * ENTRY + E_ID] & 0xffff
    : table.pool.words[probe * STRIDE + R_PORTS] >>> 16;
}

function addressOf(table: Entries, word: number, wideAt: number): Ip {
  if (wideAt === NONE) return { family: 4, w0: word >>> 0, w1: 0, w2: 0, w3: 0 };
  const { wide } = table.pool;
  const at = wideAt;
  return {
    family: 6,
    w0: wide[at] >>> 0,
    w1: wide[at + 1] >>> 0,
    w2: wide[at + 2] >>> 0,
    w3: wide[at + 3] >>> 0,
  };
}

/** Bytes behind the IP header of its first sighting. */
export function sizeOf(table: Entries, entry: number): number {
  return table.pool.words[table.words[entry * ENTRY + E_FIRST] * STRIDE + R_MAC_LENGTH] & 0xffff;
}

/** TCP: from the first SYN, else from the first reply's source. */
export function portOf(table: Entries, entry: number): number | null {
  const at = entry * ENTRY;
  const protocol = table.words[at + E_ID] >>> 16;
  const pool = table.pool.words;
  const probe = table.words[at + E_PROBE];
  if (protocol !== PROTOCOL_UDP && protocol !== PROTOCOL_TCP) return null;
  if (probe !== NONE) return pool[probe * STRIDE + R_PORTS] & 0xffff;
  if (protocol === PROTOCOL_UDP) return table.words[at + E_SEQ] & 0xffff;
  let answered = 0;
  for (let slot = table.words[at + E_FIRST]; slot !== NONE; slot = pool[slot * STRIDE + R_NEXT]) {
    const kind = kindOf(table, slot);
    if (kind === KIND_SYN) return pool[slot * STRIDE + R_PORTS] & 0xffff;
    if (kind === KIND_SYN_ACK) answered = pool[slot * STRIDE + R_PORTS] >>> 16;
    if (kind === KIND_SEGMENT && answered === 0) answered = askedPort(table, slot);
  }
  return answered;
}

function askedPort({ pool }: Entries, slot: number): number {
  const ports = pool.words[slot * STRIDE + R_PORTS];
  const row = (pool.words[slot * STRIDE + R_WIDE] - 1) * WIDE_STRIDE;
  return pool.wide[row + X_FORTH] === 1 ? ports & 0xffff : ports >>> 16;
}
