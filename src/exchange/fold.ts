import { ANY4, ANY6 } from '../addr/ip.ts';
import type { ClockObserver } from './clock-observer.ts';
import {
  askedOf,
  askedWord,
  exchangeOf,
  originatorOf,
  originatorWord,
  portOf,
  protocolOf,
  sizeOf,
  sourcePortOf,
} from './exchange-of.ts';
import { EXAMPLES, type Group } from './groups.ts';
import { PROTOCOL_UDP } from './key.ts';
import type { Names } from './materialise.ts';
import type { Closing } from './open-exchanges.ts';
import { Signature } from './signature.ts';
import {
  E_ASKED_WIDE,
  E_FLAGS,
  E_ID,
  E_REPLIES,
  E_REQUESTS,
  ENTRY,
  FLAG_AMBIGUOUS,
  FLAG_STALLED,
  type OpenTable,
} from './table.ts';
import type { Timeline } from './timeline.ts';

/** Groups of full detail; beyond, sources and ports are left out, beyond twice as many the address asked as well. */
const GROUPS_LIMIT = 4096;
/** Sources that ask one address and port in one way, and ports one source asks, before they are counted together. */
const FAMILY_LIMIT = 64;
/** Groups beyond this many keep one example each. */
const GROUPS_WITH_EXAMPLES = 512;
const BUCKETS = 1 << 15;
const NO_PORT = -1;
const LONGEST = 0xffff;

/** Which details of an exchange its group keeps. */
const WITH_SOURCE = 1;
const WITH_PORT = 2;
const WITH_ADDRESS = 4;
const WITH_SIGNATURE = 8;
const ALL = WITH_SOURCE | WITH_PORT | WITH_ADDRESS | WITH_SIGNATURE;

/** Nanoseconds since the analysis began; exchanges that begin outside are left out. */
export interface FoldSpan {
  readonly sinceNs: number;
  readonly untilNs: number;
}

/** Folds closed exchanges into groups of like ones. Nothing is allocated for one whose group has its examples. */
export class Fold implements Closing {
  readonly groups: Group[] = [];
  exchanges = 0;
  ambiguous = 0;
  strayReplies = 0;
  leftEarly = 0;
  private readonly names: Names;
  private readonly timeline: Timeline;
  private readonly clocks: ClockObserver | null;
  private readonly span: FoldSpan;
  private readonly signature = new Signature();
  private readonly buckets = new Int32Array(BUCKETS);
  /** How many groups there are in each family, by hash. */
  private readonly sources = new Uint16Array(BUCKETS);
  private readonly ports = new Uint16Array(BUCKETS);
  private protocol = 0;
  private family = 4;
  private src = 0;
  private dst = 0;
  private port = 0;

  constructor(names: Names, timeline: Timeline, clocks: ClockObserver | null, span: FoldSpan) {
    this.span = span;
    this.names = names;
    this.timeline = timeline;
    this.clocks = clocks;
  }

  close(table: OpenTable, entry: number, early: boolean): void {
    if (early) this.leftEarly++;
    const at = entry * ENTRY;
    const { words } = table;
    const stalled = (words[at + E_FLAGS] & FLAG_STALLED) !== 0;
    if (words[at + E_REQUESTS] === 0 && words[at + E_REPLIES] === 0 && !stalled) return;
    if (words[at + E_ID] >>> 16 === PROTOCOL_UDP && toMany(table, entry)) return;
    this.clocks?.exchange(table, entry);
    const first = table.firstTime(entry);
    if (first < this.span.sinceNs || first > this.span.untilNs) return;
    this.exchanges++;
    if (words[at + E_REQUESTS] === 0) this.strayReplies += words[at + E_REPLIES];
    if ((words[at + E_FLAGS] & FLAG_AMBIGUOUS) !== 0) this.ambiguous++;
    this.signature.of(table, entry, this.names.places);
    this.protocol = words[at + E_ID] >>> 16;
    this.family = words[at + E_ASKED_WIDE] < 0 ? 4 : 6;
    this.src = originatorWord(table, entry);
    this.dst = askedWord(table, entry);
    this.port = portOf(table, entry) ?? NO_PORT;
    this.count(this.groupFor(table, entry), table, entry);
  }

  private count(group: Group, table: OpenTable, entry: number): void {
    group.count++;
    if (group.sourcePort !== null && group.sourcePort !== sourcePortOf(table, entry)) group.sourcePort = null;
    const size = sizeOf(table, entry);
    if (size < group.leastSize) group.leastSize = size;
    if (size > group.mostSize) group.mostSize = size;
    const first = table.firstTime(entry);
    const last = table.lastTime(entry);
    if (first < group.first) group.first = first;
    if (last > group.last) group.last = last;
    const wanted = this.groups.length > GROUPS_WITH_EXAMPLES ? 1 : EXAMPLES;
    if (group.examples.length < wanted) {
      group.examples.push(exchangeOf(table, entry, this.names, this.timeline));
    }
  }

  /** The group of the most detail that there is room for. */
  private groupFor(table: OpenTable, entry: number): Group {
    let detail = this.port === NO_PORT ? ALL & ~WITH_PORT : ALL;
    for (;;) {
      const bucket = this.bucketOf(detail);
      const number = this.buckets[bucket];
      if (number !== 0) return this.groups[number - 1];
      const coarser = this.coarser(detail);
      if (coarser === detail) return this.add(bucket, detail, table, entry);
      detail = coarser;
    }
  }

  /** The same detail while a new group may be made of it, else less. */
  private coarser(detail: number): number {
    if ((detail & WITH_SOURCE) !== 0 && this.sources[this.hash(detail & ~WITH_SOURCE)] >= FAMILY_LIMIT) {
      return detail & ~WITH_SOURCE;
    }
    if ((detail & WITH_PORT) !== 0 && this.ports[this.hash(detail & ~WITH_PORT)] >= FAMILY_LIMIT) {
      return detail & ~WITH_PORT;
    }
    const { length } = this.groups;
    if (length < GROUPS_LIMIT) return detail;
    if ((detail & WITH_SOURCE) !== 0) return detail & ~WITH_SOURCE;
    if ((detail & WITH_PORT) !== 0) return detail & ~WITH_PORT;
    if (length < GROUPS_LIMIT * 2) return detail;
    if ((detail & WITH_ADDRESS) !== 0) return detail & ~WITH_ADDRESS;
    return length < GROUPS_LIMIT * 3 ? detail : detail & ~WITH_SIGNATURE;
  }

  private add(bucket: number, detail: number, table: OpenTable, entry: number): Group {
    const withSource = (detail & WITH_SOURCE) !== 0;
    const withAddress = (detail & WITH_ADDRESS) !== 0;
    const withSignature = (detail & WITH_SIGNATURE) !== 0;
    if (withSource) this.sources[this.hash(detail & ~WITH_SOURCE)]++;
    if ((detail & WITH_PORT) !== 0) this.ports[this.hash(detail & ~WITH_PORT)]++;
    const group: Group = {
      protocol: protocolOf(table, entry),
      src: withSource ? originatorOf(table, entry) : null,
      dst: withAddress ? askedOf(table, entry) : this.family === 4 ? ANY4 : ANY6,
      port: (detail & WITH_PORT) !== 0 ? this.port : null,
      srcWord: withSource ? this.src : 0,
      dstWord: withAddress ? this.dst : 0,
      sigLow: withSignature ? this.signature.low : 0,
      sigHigh: withSignature ? this.signature.high : 0,
      sourcePort: sourcePortOf(table, entry),
      leastSize: LONGEST,
      mostSize: 0,
      count: 0,
      first: Number.POSITIVE_INFINITY,
      last: Number.NEGATIVE_INFINITY,
      examples: [],
    };
    this.protocols[this.groups.length] = this.protocol | (this.family << 16) | (detail << 24);
    this.buckets[bucket] = this.groups.push(group);
    return group;
  }

  /** By group: protocol, IP version and detail. */
  private readonly protocols: number[] = [];

  /** The bucket of the group of this detail, or the empty one where it belongs. */
  private bucketOf(detail: number): number {
    let bucket = this.hash(detail);
    while (this.buckets[bucket] !== 0 && !this.isGroup(this.buckets[bucket] - 1, detail)) {
      bucket = (bucket + 1) & (BUCKETS - 1);
    }
    return bucket;
  }

  /** IPv6 addresses are told apart by their hash; two that share it and everything else are counted together. */
  private isGroup(number: number, detail: number): boolean {
    const group = this.groups[number];
    const { low, high } = this.signature;
    return (
      this.protocols[number] === (this.protocol | (this.family << 16) | (detail << 24)) &&
      ((detail & WITH_SIGNATURE) === 0 || (group.sigLow === low && group.sigHigh === high)) &&
      ((detail & WITH_SOURCE) === 0 || group.srcWord === this.src) &&
      ((detail & WITH_ADDRESS) === 0 || group.dstWord === this.dst) &&
      ((detail & WITH_PORT) === 0 || group.port === this.port)
    );
  }

  private hash(detail: number): number {
    let hash = Math.imul(detail ^ (this.protocol << 8) ^ this.family, 0x9e3779b1);
    if ((detail & WITH_SIGNATURE) !== 0) hash ^= this.signature.low;
    if ((detail & WITH_SOURCE) !== 0) hash ^= Math.imul(this.src, 0x85ebca6b);
    if ((detail & WITH_ADDRESS) !== 0) hash = Math.imul(hash ^ this.dst, 0xc2b2ae35);
    if ((detail & WITH_PORT) !== 0) hash ^= Math.imul(this.port, 0x27d4eb2f);
    hash = Math.imul(hash ^ (hash >>> 15), 0x165667b1);
    return (hash ^ (hash >>> 13)) & (BUCKETS - 1);
  }
}

/** Multicast and limited broadcast, which many may answer or nobody. */
function toMany(table: OpenTable, entry: number): boolean {
  const { family, w0 } = askedOf(table, entry);
  return family === 4 ? w0 >>> 28 >= 0xe : w0 >>> 24 === 0xff;
}
