import type { Sizes } from './correlation.ts';
import {
  GROUP_BUCKETS,
  GROUP_HOMES,
  GROUP_PORTS,
  GROUP_SOURCES,
  GROUPS,
  S_GROUPS,
  S_GROUPS_AGE,
  S_MANY_PORTS,
} from './shortcut/layout.ts';

/** What exchanges are told apart by; one object is filled again for each. */
export class GroupKey {
  sigLow = 0;
  sigHigh = 0;
  /** Nothing is wrong with it (`plain-looks.ts`). */
  well = false;
  protocol = 0;
  family = 4;
  /** Addresses as `E_ORIGINATOR` and `E_ASKED` hold them. */
  src = 0;
  dst = 0;
  /** NO_PORT where there is none. */
  port = 0;
}

export const NO_PORT = -1;

/** A group as it is told of. */
export interface ToldGroup {
  /** What it keeps: `WITH_SOURCE` and others. */
  readonly detail: number;
  readonly family: number;
  readonly port: number | null;
  readonly sigLow: number;
  /** Null where they have several. */
  readonly sourcePort: number | null;
  /** Bytes behind the IP header. */
  readonly sizes: Sizes;
  /** Nanoseconds since the analysis began. */
  readonly last: number;
}

/** Which details of an exchange its group keeps. */
export const WITH_SOURCE = 1;
export const WITH_PORT = 2;
export const WITH_ADDRESS = 4;
export const WITH_SIGNATURE = 8;

/** Groups of full detail; beyond, sources and ports are left out, beyond twice as many the address asked as well. */
export const GROUPS_LIMIT = 4096;
/** Groups of full detail, before those of exchanges with which nothing is wrong leave sources and ports out. */
const WELL_LIMIT = 512;
/** Less than four times the limit: after that many only protocol and IP version tell groups apart. */
const GROUPS_ROOM = GROUPS_LIMIT * 4;
/** Sources that ask one address and port in one way, and ports one source asks, before they are counted together. */
const FAMILY_LIMIT = 64;
/** A bucket holds the number of a group + 1 (15 bits) and the upper bits of its hash. */
const BUCKETS = 1 << 15;
const TAG = ~(BUCKETS - 1);

/** A group: words, and from the ninth on doubles; one line of the processor's cache. */
const WORDS = 16;
const W_SIG_LOW = 0;
const W_SIG_HIGH = 1;
const W_SRC = 2;
const W_DST = 3;
const W_PORT = 4;
const W_KIND = 5;
/** Smallest and largest size. */
const W_SIZES = 6;
/** The one source port; SEVERAL where there are more. */
const W_SOURCE_PORT = 7;
const DOUBLES = WORDS / 2;
const D_COUNT = 4;
const D_FIRST = 5;
const D_LAST = 6;
/** Examples kept so far, and the newest one. */
const W_EXAMPLES = 14;
const W_NEWEST = 15;
const SEVERAL = -1;

/** The groups of exchanges, found by what tells them apart, with their counts: flat, because a flood asks for one each time. */
export class GroupStore {
  readonly key = new GroupKey();
  private readonly words: Int32Array;
  private readonly doubles: Float64Array;
  private readonly buckets: Int32Array;
  /** A bit for each bucket from which a group of all details would be searched: mostly the answer lies in them. */
  private readonly homes: Int32Array;
  /** How many groups there are in each family, by hash. */
  private readonly sources: Uint16Array;
  private readonly ports: Uint16Array;
  private readonly state: Int32Array;
  private readonly manyPorts: Int32Array;
  private readonly age: Int32Array;
  /** Of the last search that found nothing: where the group belongs, and what it keeps. */
  private bucket = 0;
  private tag = 0;
  private detail = 0;

  /** @param memory laid out as `shortcut/layout.ts` says, all zero */
  constructor(memory: ArrayBuffer) {
    this.words = new Int32Array(memory, GROUPS, GROUPS_ROOM * WORDS);
    this.doubles = new Float64Array(memory, GROUPS, GROUPS_ROOM * DOUBLES);
    this.buckets = new Int32Array(memory, GROUP_BUCKETS, BUCKETS);
    this.homes = new Int32Array(memory, GROUP_HOMES, BUCKETS >>> 5);
    this.sources = new Uint16Array(memory, GROUP_SOURCES, BUCKETS);
    this.ports = new Uint16Array(memory, GROUP_PORTS, BUCKETS);
    this.state = new Int32Array(memory, S_GROUPS, 1);
    this.manyPorts = new Int32Array(memory, S_MANY_PORTS, 1);
    this.age = new Int32Array(memory, S_GROUPS_AGE, 1);
  }

  get size(): number {
    return this.state[0];
  }

  /** The group of the most detail that there is room for; -1 where it has to be added. */
  find(): number {
    let detail = fullDetail(this.key);
    for (;;) {
      const number = this.search(detail);
      if (number >= 0) return number;
      const coarser = this.coarser(detail);
      if (coarser === detail) {
        this.detail = detail;
        return -1;
      }
      detail = coarser;
    }
  }

  /** The group that `find` missed last. */
  add(sourcePort: number): number {
    const { key, detail, words, doubles } = this;
    if ((detail & WITH_SOURCE) !== 0) this.sources[this.hash(detail & ~WITH_SOURCE) & (BUCKETS - 1)]++;
    if (
      (detail & WITH_PORT) !== 0 &&
      ++this.ports[this.hash(detail & ~WITH_PORT) & (BUCKETS - 1)] >= FAMILY_LIMIT
    )
      this.manyPorts[0] = 1;
    const number = this.state[0]++;
    this.age[0]++;
    if (detail === fullDetail(key)) {
      const home = this.hash(detail) & (BUCKETS - 1);
      this.homes[home >>> 5] |= 1 << (home & 31);
    }
    this.buckets[this.bucket] = this.tag | (number + 1);
    const at = number * WORDS;
    words[at + W_SIG_LOW] = key.sigLow;
    words[at + W_SIG_HIGH] = key.sigHigh;
    words[at + W_SRC] = key.src;
    words[at + W_DST] = key.dst;
    words[at + W_PORT] = key.port;
    words[at + W_KIND] = kindOf(key, detail);
    words[at + W_SIZES] = 0xffff0000 | 0;
    words[at + W_SOURCE_PORT] = sourcePort;
    doubles[number * DOUBLES + D_FIRST] = Number.POSITIVE_INFINITY;
    doubles[number * DOUBLES + D_LAST] = Number.NEGATIVE_INFINITY;
    return number;
  }

  /** @param first nanoseconds since the analysis began */
  count(number: number, sourcePort: number, size: number, first: number, last: number): void {
    const { words, doubles } = this;
    const at = number * WORDS;
    const times = number * DOUBLES;
    doubles[times + D_COUNT]++;
    if (words[at + W_SOURCE_PORT] !== sourcePort) words[at + W_SOURCE_PORT] = SEVERAL;
    const sizes = words[at + W_SIZES];
    if (size < sizes >>> 16) words[at + W_SIZES] = (size << 16) | (sizes & 0xffff);
    if (size > (sizes & 0xffff)) words[at + W_SIZES] = (words[at + W_SIZES] & 0xffff0000) | size;
    if (first < doubles[times + D_FIRST]) doubles[times + D_FIRST] = first;
    if (last > doubles[times + D_LAST]) doubles[times + D_LAST] = last;
  }

  examples(number: number): number {
    return this.words[number * WORDS + W_EXAMPLES];
  }

  /** The number of the example kept last; meaningless without one. */
  newestExample(number: number): number {
    return this.words[number * WORDS + W_NEWEST];
  }

  exemplify(number: number, example: number): void {
    this.words[number * WORDS + W_EXAMPLES]++;
    this.words[number * WORDS + W_NEWEST] = example;
  }

  /** Exchanges of a group. */
  countOf(number: number): number {
    return this.doubles[number * DOUBLES + D_COUNT];
  }

  /** Nanoseconds since the analysis began. */
  firstOf(number: number): number {
    return this.doubles[number * DOUBLES + D_FIRST];
  }

  /** What a group keeps, and what was counted of it. */
  told(number: number): ToldGroup {
    const { words, doubles } = this;
    const at = number * WORDS;
    const detail = words[at + W_KIND] >>> 24;
    const sourcePort = words[at + W_SOURCE_PORT];
    return {
      detail,
      family: (words[at + W_KIND] >>> 16) & 0xff,
      port: (detail & WITH_PORT) !== 0 ? words[at + W_PORT] : null,
      sigLow: (detail & WITH_SIGNATURE) !== 0 ? words[at + W_SIG_LOW] : 0,
      sourcePort: sourcePort === SEVERAL ? null : sourcePort,
      sizes: { least: words[at + W_SIZES] >>> 16, most: words[at + W_SIZES] & 0xffff },
      last: doubles[number * DOUBLES + D_LAST],
    };
  }

  /** The group that differs from this one in keeping no source, else no port, else neither; -1 where there is none. */
  widerThan(number: number): number {
    const at = number * WORDS;
    const detail = this.words[at + W_KIND] >>> 24;
    if ((detail & (WITH_SOURCE | WITH_PORT)) === 0) return -1;
    this.setKey(at);
    for (const less of [WITH_SOURCE, WITH_PORT, WITH_SOURCE | WITH_PORT]) {
      const wider = (detail & less) === less ? this.search(detail & ~less) : -1;
      if (wider >= 0) return wider;
    }
    return -1;
  }

  private setKey(at: number): void {
    const { key, words } = this;
    key.sigLow = words[at + W_SIG_LOW];
    key.sigHigh = words[at + W_SIG_HIGH];
    key.src = words[at + W_SRC];
    key.dst = words[at + W_DST];
    key.port = words[at + W_PORT];
    key.protocol = words[at + W_KIND] & 0xffff;
    key.family = (words[at + W_KIND] >>> 16) & 0xff;
  }

  /** Counts a group's exchanges with those of a wider one, whose newest example is from now on this one's. */
  absorb(target: number, number: number): void {
    const { words, doubles } = this;
    const [from, to] = [number * WORDS, target * WORDS];
    const [old, sum] = [number * DOUBLES, target * DOUBLES];
    const [one, other] = [words[from + W_SIZES], words[to + W_SIZES]];
    words[to + W_SIZES] = (Math.min(one >>> 16, other >>> 16) << 16) | Math.max(one & 0xffff, other & 0xffff);
    words[to + W_NEWEST] = words[from + W_NEWEST];
    if (words[to + W_SOURCE_PORT] !== words[from + W_SOURCE_PORT]) words[to + W_SOURCE_PORT] = SEVERAL;
    doubles[sum + D_COUNT] += doubles[old + D_COUNT];
    doubles[sum + D_FIRST] = Math.min(doubles[sum + D_FIRST], doubles[old + D_FIRST]);
    doubles[sum + D_LAST] = Math.max(doubles[sum + D_LAST], doubles[old + D_LAST]);
  }

  /** The same detail while a new group may be made of it, else less. */
  private coarser(detail: number): number {
    if ((detail & WITH_SOURCE) !== 0 && this.isFamily(this.sources, detail & ~WITH_SOURCE))
      return detail & ~WITH_SOURCE;
    if ((detail & WITH_PORT) !== 0 && this.isFamily(this.ports, detail & ~WITH_PORT))
      return detail & ~WITH_PORT;
    const { size } = this;
    if (size < (this.key.well ? WELL_LIMIT : GROUPS_LIMIT)) return detail;
    if ((detail & WITH_SOURCE) !== 0) return detail & ~WITH_SOURCE;
    if ((detail & WITH_PORT) !== 0) return detail & ~WITH_PORT;
    if (size < GROUPS_LIMIT * 2) return detail;
    if ((detail & WITH_ADDRESS) !== 0) return detail & ~WITH_ADDRESS;
    return size < GROUPS_LIMIT * 3 ? detail : detail & ~WITH_SIGNATURE;
  }

  private isFamily(family: Uint16Array, detail: number): boolean {
    return family[this.hash(detail) & (BUCKETS - 1)] >= FAMILY_LIMIT;
  }

  private search(detail: number): number {
    const hash = this.hash(detail);
    const tag = hash & TAG;
    let bucket = hash & (BUCKETS - 1);
    for (; this.buckets[bucket] !== 0; bucket = (bucket + 1) & (BUCKETS - 1)) {
      const held = this.buckets[bucket];
      const number = (held & ~TAG) - 1;
      if ((held & TAG) === tag && this.isGroup(number, detail)) return number;
    }
    this.bucket = bucket;
    this.tag = tag;
    return -1;
  }

  /** IPv6 addresses are told apart by their hash; two that share it and everything else are counted together. */
  private isGroup(number: number, detail: number): boolean {
    const { key, words } = this;
    const at = number * WORDS;
    return (
      words[at + W_KIND] === kindOf(key, detail) &&
      ((detail & WITH_SIGNATURE) === 0 ||
        (words[at + W_SIG_LOW] === key.sigLow && words[at + W_SIG_HIGH] === key.sigHigh)) &&
      ((detail & WITH_SOURCE) === 0 || words[at + W_SRC] === key.src) &&
      ((detail & WITH_ADDRESS) === 0 || words[at + W_DST] === key.dst) &&
      ((detail & WITH_PORT) === 0 || words[at + W_PORT] === key.port)
    );
  }

  private hash(detail: number): number {
    const { key } = this;
    let hash = Math.imul(detail ^ (key.protocol << 8) ^ key.family, 0x9e3779b1);
    if ((detail & WITH_SIGNATURE) !== 0) hash ^= key.sigLow;
    if ((detail & WITH_SOURCE) !== 0) hash ^= Math.imul(key.src, 0x85ebca6b);
    hash = Math.imul((detail & WITH_ADDRESS) !== 0 ? hash ^ key.dst : hash, 0xc2b2ae35);
    if ((detail & WITH_PORT) !== 0) hash ^= Math.imul(key.port, 0x27d4eb2f);
    hash = Math.imul(hash ^ (hash >>> 15), 0x165667b1);
    return hash ^ (hash >>> 13);
  }
}

function fullDetail(key: GroupKey): number {
  const all = WITH_SOURCE | WITH_ADDRESS | WITH_SIGNATURE;
  return key.port === NO_PORT ? all : all | WITH_PORT;
}

function kindOf(key: GroupKey, detail: number): number {
  return key.protocol | (key.family << 16) | (detail << 24);
}
