/** What frames of one kind at one place have in common: four words each. */
const PROFILE = 4;
const MOST = 1 << 12;
/** Numbers of profiles by hash; twice as many as there are profiles, so that a search ends. */
const BUCKETS = MOST * 2;
/** Kinds of packets have numbers below. */
const KINDS = 16;

/**
 * Numbers the combinations of kind, place, ICMP code, hardware address and flags that occur, so that a plain exchange
 * carries them in half a word. They are few: a capture knows the hosts of its networks.
 */
export class Profiles {
  private readonly words = new Int32Array(MOST * PROFILE);
  private readonly buckets = new Uint16Array(BUCKETS);
  /** By kind: the profile asked for last. */
  private readonly last = new Int32Array(KINDS).fill(-1);
  private count = 0;

  /**
   * The number of a profile, new or known; -1 when there are too many.
   * @param kindPlace as `R_KIND_PLACE`
   * @param type ICMP type and code in the upper 16 bits; hardware address's upper 16 bits below
   * @param low the hardware address's lower 32 bits
   * @param flags as `R_FLAGS`
   */
  numberOf(kindPlace: number, type: number, low: number, flags: number): number {
    const last = this.last[kindPlace & (KINDS - 1)];
    if (last >= 0 && this.is(last, kindPlace, type, low, flags)) return last;
    return this.search(kindPlace, type, low, flags);
  }

  kindPlace(number: number): number {
    return this.words[number * PROFILE];
  }

  type(number: number): number {
    return this.words[number * PROFILE + 1];
  }

  low(number: number): number {
    return this.words[number * PROFILE + 2];
  }

  flags(number: number): number {
    return this.words[number * PROFILE + 3];
  }

  private is(number: number, kindPlace: number, type: number, low: number, flags: number): boolean {
    const { words } = this;
    const at = number * PROFILE;
    return (
      words[at] === kindPlace && words[at + 1] === type && words[at + 2] === low && words[at + 3] === flags
    );
  }

  private search(kindPlace: number, type: number, low: number, flags: number): number {
    const mixed = Math.imul(
      kindPlace ^ Math.imul(type ^ Math.imul(low, 3) ^ (flags << 7), 0x9e3779b1),
      0x85ebca6b,
    );
    let bucket = (mixed >>> 15) & (BUCKETS - 1);
    for (; this.buckets[bucket] !== 0; bucket = (bucket + 1) & (BUCKETS - 1)) {
      const number = this.buckets[bucket] - 1;
      if (this.is(number, kindPlace, type, low, flags)) return this.keep(kindPlace, number);
    }
    if (this.count === MOST) return -1;
    const number = this.count++;
    this.words.set([kindPlace, type, low, flags], number * PROFILE);
    this.buckets[bucket] = this.count;
    return this.keep(kindPlace, number);
  }

  private keep(kindPlace: number, number: number): number {
    this.last[kindPlace & (KINDS - 1)] = number;
    return number;
  }
}
