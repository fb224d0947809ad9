import type { Exchange } from './exchange.ts';
import type { Group } from './groups.ts';

/** A group without what is counted. */
export type GroupFacts = Omit<Group, 'count' | 'first' | 'last' | 'leastSize' | 'mostSize'>;

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
/** Examples kept so far. */
const W_EXAMPLES = 14;
const SEVERAL = -1;

/** The groups of exchanges, found by what tells them apart, with their counts: flat, because a flood asks for one each time. */
export class GroupStore {
  readonly key = new GroupKey();
  private readonly groups: GroupFacts[] = [];
  private readonly words = new Int32Array(GROUPS_ROOM * WORDS);
  private readonly doubles = new Float64Array(this.words.buffer);
  private readonly buckets = new Int32Array(BUCKETS);
  /** How many groups there are in each family, by hash. */
  private readonly sources = new Uint16Array(BUCKETS);
  private readonly ports = new Uint16Array(BUCKETS);
  /** Of the last search that found nothing: where the group belongs, and what it keeps. */
  private bucket = 0;
  private tag = 0;
  detail = 0;

  get size(): number {
    return this.groups.length;
  }

  /** The group of the most detail that there is room for; -1 where it has to be added. */
  find(): number {
    const all = WITH_SOURCE | WITH_ADDRESS | WITH_SIGNATURE;
    let detail = this.key.port === NO_PORT ? all : all | WITH_PORT;
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
  add(group: GroupFacts): number {
    const { key, detail, words, doubles } = this;
    if ((detail & WITH_SOURCE) !== 0) this.sources[this.hash(detail & ~WITH_SOURCE) & (BUCKETS - 1)]++;
    if ((detail & WITH_PORT) !== 0) this.ports[this.hash(detail & ~WITH_PORT) & (BUCKETS - 1)]++;
    const number = this.groups.push(group) - 1;
    this.buckets[this.bucket] = this.tag | (number + 1);
    const at = number * WORDS;
    words[at + W_SIG_LOW] = key.sigLow;
    words[at + W_SIG_HIGH] = key.sigHigh;
    words[at + W_SRC] = key.src;
    words[at + W_DST] = key.dst;
    words[at + W_PORT] = key.port;
    words[at + W_KIND] = kindOf(key, detail);
    words[at + W_SIZES] = 0xffff0000 | 0;
    words[at + W_SOURCE_PORT] = group.sourcePort ?? SEVERAL;
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

  exemplify(number: number, example: Exchange): void {
    this.words[number * WORDS + W_EXAMPLES] = this.groups[number].examples.push(example);
  }

  /** With what was counted. */
  list(): Group[] {
    const { words, doubles } = this;
    return this.groups.map((group, number) => {
      const at = number * WORDS;
      const times = number * DOUBLES;
      const sourcePort = words[at + W_SOURCE_PORT];
      return {
        ...group,
        sourcePort: sourcePort === SEVERAL ? null : sourcePort,
        leastSize: words[at + W_SIZES] >>> 16,
        mostSize: words[at + W_SIZES] & 0xffff,
        count: doubles[times + D_COUNT],
        first: doubles[times + D_FIRST],
        last: doubles[times + D_LAST],
      };
    });
  }

  /** The same detail while a new group may be made of it, else less. */
  private coarser(detail: number): number {
    if ((detail & WITH_SOURCE) !== 0 && this.isFamily(this.sources, detail & ~WITH_SOURCE))
      return detail & ~WITH_SOURCE;
    if ((detail & WITH_PORT) !== 0 && this.isFamily(this.ports, detail & ~WITH_PORT))
      return detail & ~WITH_PORT;
    const { length } = this.groups;
    if (length < (this.key.well ? WELL_LIMIT : GROUPS_LIMIT)) return detail;
    if ((detail & WITH_SOURCE) !== 0) return detail & ~WITH_SOURCE;
    if ((detail & WITH_PORT) !== 0) return detail & ~WITH_PORT;
    if (length < GROUPS_LIMIT * 2) return detail;
    if ((detail & WITH_ADDRESS) !== 0) return detail & ~WITH_ADDRESS;
    return length < GROUPS_LIMIT * 3 ? detail : detail & ~WITH_SIGNATURE;
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
    if ((detail & WITH_ADDRESS) !== 0) hash = Math.imul(hash ^ key.dst, 0xc2b2ae35);
    if ((detail & WITH_PORT) !== 0) hash ^= Math.imul(key.port, 0x27d4eb2f);
    hash = Math.imul(hash ^ (hash >>> 15), 0x165667b1);
    return hash ^ (hash >>> 13);
  }
}

function kindOf(key: GroupKey, detail: number): number {
  return key.protocol | (key.family << 16) | (detail << 24);
}
