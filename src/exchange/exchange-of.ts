import type { Ip } from '../addr/ip.ts';
import {
  KIND_ECHO_REPLY,
  KIND_ECHO_REQUEST,
  KIND_ICMP_ERROR,
  KIND_RST,
  KIND_SYN,
  KIND_SYN_ACK,
  KIND_TCP_ACK,
  KIND_UDP,
} from '../decode/packet.ts';
import type { Exchange, Protocol } from './exchange.ts';
import { PROTOCOL_TCP, PROTOCOL_UDP } from './key.ts';
import { R_KIND_PLACE, R_NEXT, R_PORTS, R_SRC, STRIDE } from './layout.ts';
import { type Names, sightingAt } from './materialise.ts';
import type { Place } from './places.ts';
import { NONE } from './pool.ts';
import type { Sighting } from './sighting.ts';
import {
  E_ASKED,
  E_ASKED_WIDE,
  E_FIRST,
  E_FLAGS,
  E_ID,
  E_ORIGINATOR,
  E_ORIGINATOR_WIDE,
  E_REPLIES,
  E_REQUESTS,
  E_SEQ,
  ENTRY,
  FLAG_AMBIGUOUS,
  FLAG_RETRANSMITTED,
  type OpenTable,
} from './table.ts';
import type { Timeline } from './timeline.ts';

/** Copies a closed exchange out of the table, whole. Done for the few examples of each group only. */
export function exchangeOf(table: OpenTable, entry: number, names: Names, timeline: Timeline): Exchange {
  const { words } = table;
  const at = entry * ENTRY;
  const slots = slotsOf(table, entry, names);
  const of = (wanted: (kind: number, slot: number) => boolean): Sighting[] =>
    slots
      .filter((slot) => wanted(kindOf(table, slot), slot))
      .map((slot) => sightingAt(table.pool, slot * STRIDE, names));
  const asks = (slot: number) => table.pool.words[slot * STRIDE + R_SRC] === words[at + E_ORIGINATOR];
  return {
    protocol: protocolOf(table, entry),
    src: originatorOf(table, entry),
    dst: askedOf(table, entry),
    dstPort: portOf(table, entry),
    srcPort: words[at + E_ID] & 0xffff,
    first: timeline.timeOf(table.firstTime(entry)),
    last: timeline.timeOf(table.lastTime(entry)),
    requests: of(
      (kind, slot) => kind === KIND_ECHO_REQUEST || kind === KIND_SYN || (kind === KIND_UDP && asks(slot)),
    ),
    replies: of(
      (kind, slot) => kind === KIND_ECHO_REPLY || kind === KIND_SYN_ACK || (kind === KIND_UDP && !asks(slot)),
    ),
    resets: of((kind) => kind === KIND_RST),
    acks: of((kind) => kind === KIND_TCP_ACK),
    errors: of((kind) => kind === KIND_ICMP_ERROR),
    requestCount: words[at + E_REQUESTS],
    replyCount: words[at + E_REPLIES],
    retransmitted: (words[at + E_FLAGS] & FLAG_RETRANSMITTED) !== 0,
    ambiguous: (words[at + E_FLAGS] & FLAG_AMBIGUOUS) !== 0,
  };
}

/** Sightings by corrected time. */
function slotsOf(table: OpenTable, entry: number, names: Names): number[] {
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
function order(table: OpenTable, a: number, b: number, names: Names): number {
  const apart = table.pool.times[a] - table.pool.times[b];
  const [one, other] = [placeOf(table, a, names), placeOf(table, b, names)];
  const near = apart < CLOCKS_AGREE_NS && -apart < CLOCKS_AGREE_NS;
  if (!near || one.host === other.host || kindOf(table, a) !== kindOf(table, b)) return apart;
  return Number(one.direction === 'in') - Number(other.direction === 'in') || apart;
}

const CLOCKS_AGREE_NS = 1e6;

function placeOf(table: OpenTable, slot: number, names: Names): Place {
  return names.places.list[table.pool.words[slot * STRIDE + R_KIND_PLACE] >>> 8];
}

function kindOf(table: OpenTable, slot: number): number {
  return table.pool.words[slot * STRIDE + R_KIND_PLACE] & 0xff;
}

export function protocolOf(table: OpenTable, entry: number): Protocol {
  const at = entry * ENTRY;
  const protocol = table.words[at + E_ID] >>> 16;
  if (protocol === PROTOCOL_TCP) return 'tcp';
  if (protocol === PROTOCOL_UDP) return 'udp';
  return table.words[at + E_ORIGINATOR_WIDE] === NONE ? 'icmp' : 'icmp6';
}

export function originatorOf(table: OpenTable, entry: number): Ip {
  const at = entry * ENTRY;
  return addressOf(table, table.words[at + E_ORIGINATOR], table.words[at + E_ORIGINATOR_WIDE]);
}

export function askedOf(table: OpenTable, entry: number): Ip {
  const at = entry * ENTRY;
  return addressOf(table, table.words[at + E_ASKED], table.words[at + E_ASKED_WIDE]);
}

function addressOf(table: OpenTable, word: number, wideAt: number): Ip {
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

/** TCP: from the first SYN, else from the first reply's source. */
export function portOf(table: OpenTable, entry: number): number | null {
  const at = entry * ENTRY;
  const protocol = table.words[at + E_ID] >>> 16;
  if (protocol === PROTOCOL_UDP) return table.words[at + E_SEQ] & 0xffff;
  if (protocol !== PROTOCOL_TCP) return null;
  const pool = table.pool.words;
  let answered = 0;
  for (let slot = table.words[at + E_FIRST]; slot !== NONE; slot = pool[slot * STRIDE + R_NEXT]) {
    const kind = kindOf(table, slot);
    if (kind === KIND_SYN) return pool[slot * STRIDE + R_PORTS] & 0xffff;
    if (kind === KIND_SYN_ACK) answered = pool[slot * STRIDE + R_PORTS] >>> 16;
  }
  return answered;
}
