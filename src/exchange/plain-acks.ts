/** Words beside a plain exchange, of the segment that ended its handshake. */
const ACK = 8;
const A_FRAME = 2;
const A_ACK = 3;
const A_HEADER = 4;
const A_PROFILE = 5;
/** Time, nanoseconds since the analysis began, as a double from `number * ACK / 2`. */
const ACK_DOUBLES = ACK / 2;

/**
 * The last steps of handshakes, apart from the exchanges they belong to (`plain-ring.ts`), because many of those have none.
 * Addresses, ports and sequence number are the exchange's own.
 */
export class PlainAcks {
  private readonly words: Int32Array;
  private readonly doubles: Float64Array;

  /**
   * @param memory laid out as `shortcut/layout.ts` says
   * @param at where those of the first exchange lie: a byte offset
   * @param count of exchanges
   */
  constructor(memory: ArrayBuffer, at: number, count: number) {
    this.words = new Int32Array(memory, at, count * ACK);
    this.doubles = new Float64Array(memory, at, count * ACK_DOUBLES);
  }

  time(number: number): number {
    return this.doubles[number * ACK_DOUBLES];
  }

  /** 0 where there is none, in what is kept as an example. */
  frame(number: number): number {
    return this.words[number * ACK + A_FRAME];
  }

  /** TCP acknowledgement number. */
  ack(number: number): number {
    return this.words[number * ACK + A_ACK];
  }

  /** TTL, TOS (8 bits each from the top) and bytes behind the IP header. */
  header(number: number): number {
    return this.words[number * ACK + A_HEADER];
  }

  /** See `profiles.ts`. */
  profile(number: number): number {
    return this.words[number * ACK + A_PROFILE];
  }

  /** Makes it what `other` has for the exchange of another number. */
  copy(number: number, other: PlainAcks, from: number): void {
    this.words.set(other.words.subarray(from * ACK, (from + 1) * ACK), number * ACK);
  }
}
