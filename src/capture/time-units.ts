/**
 * Divides 64-bit time stamps into seconds and nanoseconds, exactly and without BigInt. Frames mostly lie in the same
 * second as the one before: then a subtraction is enough. The result stays in the object.
 */
export class TimeUnits {
  /** Whole seconds of the last `split`. */
  seconds = 0;
  /** Nanoseconds in that second, cut, not rounded. */
  nanos = 0;
  /** Nanoseconds a unit stands for; below 1 where finer. */
  readonly resolutionNs: number;
  private readonly exponent: number;
  private readonly binary: boolean;
  private readonly offsetSeconds: number;
  /** Units a second has; 0 where a unit is no whole number of nanoseconds. */
  private readonly unitsPerSecond: number;
  /** Stamp at which the second began: high * 2^32 + low, where low may lie outside 32 bits. */
  private secondHigh = 0;
  private secondLow = Number.NEGATIVE_INFINITY;

  /** `resolution`: the byte of if_tsresol (draft-ietf-opsawg-pcapng section 4.2): a power of ten, of two with bit 7. */
  constructor(resolution: number, offsetSeconds: number) {
    this.exponent = resolution & 0x7f;
    this.binary = resolution > 0x7f;
    this.resolutionNs = this.binary ? 1e9 / 2 ** this.exponent : 1e9 / 10 ** this.exponent;
    this.unitsPerSecond = this.binary || this.exponent > 9 ? 0 : 10 ** this.exponent;
    this.offsetSeconds = offsetSeconds;
  }

  /** Units a second has, where stamps count them since 1970 and each is a whole number of nanoseconds; else 0. */
  get sinceEpoch(): number {
    return this.offsetSeconds === 0 ? this.unitsPerSecond : 0;
  }

  /** The stamp is high * 2^32 + low units. */
  split(high: number, low: number): void {
    const units = (high - this.secondHigh) * 0x100000000 + (low - this.secondLow);
    if (units >= 0 && units < this.unitsPerSecond) this.nanos = units * this.resolutionNs;
    else this.splitAnew(high, low);
  }

  private splitAnew(high: number, low: number): void {
    if (this.unitsPerSecond > 0) this.splitCoarse(high, low);
    else if (this.binary) this.splitBinary(high, low);
    else this.splitFine(high, low);
    this.seconds += this.offsetSeconds;
  }

  /** Units of a nanosecond or more. */
  private splitCoarse(high: number, low: number): void {
    const stamp = divide(high, low, this.unitsPerSecond);
    this.seconds = stamp.high * 0x100000000 + stamp.low;
    this.nanos = stamp.remainder * this.resolutionNs;
    this.secondHigh = high;
    this.secondLow = low - stamp.remainder;
  }

  /** Powers of ten finer than a nanosecond: cut to nanoseconds first, ten digits at a time. */
  private splitFine(high: number, low: number): void {
    let stamp = { high, low, remainder: 0 };
    for (let digits = this.exponent - 9; digits > 0; digits -= 10) {
      stamp = divide(stamp.high, stamp.low, 10 ** Math.min(digits, 10));
    }
    stamp = divide(stamp.high, stamp.low, 1e9);
    this.seconds = stamp.high * 0x100000000 + stamp.low;
    this.nanos = stamp.remainder;
  }

  /** Units of 2^-exponent seconds. */
  private splitBinary(high: number, low: number): void {
    const { exponent } = this;
    const whole = (high * 0x100000000) / 2 ** exponent;
    if (exponent <= 32) {
      this.seconds = whole + Math.floor(low / 2 ** exponent);
      this.nanos = nanosOf(0, low % 2 ** exponent, exponent);
    } else {
      this.seconds = Math.floor(whole);
      this.nanos = nanosOf(exponent >= 64 ? high : high % 2 ** (exponent - 32), low, exponent);
    }
  }
}

interface Quotient {
  high: number;
  low: number;
  remainder: number;
}

/**
 * Divides high * 2^32 + low by a divisor up to 2^37: as on paper, in digits of 16 bits, because a double holds whole
 * numbers up to 2^53 only.
 */
function divide(high: number, low: number, divisor: number): Quotient {
  const quotient = Math.floor(high / divisor);
  const upper = (high - quotient * divisor) * 0x10000 + (low >>> 16);
  const upperDigit = Math.floor(upper / divisor);
  const lower = (upper - upperDigit * divisor) * 0x10000 + (low & 0xffff);
  const lowerDigit = Math.floor(lower / divisor);
  return { high: quotient, low: upperDigit * 0x10000 + lowerDigit, remainder: lower - lowerDigit * divisor };
}

/** floor((high * 2^32 + low) * 10^9 / 2^exponent), in digits of 16 bits; the fraction is below 2^exponent. */
function nanosOf(high: number, low: number, exponent: number): number {
  const digits = [low & 0xffff, low >>> 16, high & 0xffff, high >>> 16];
  const product: number[] = [];
  let carry = 0;
  for (const digit of digits) {
    const sum = digit * 1e9 + carry;
    product.push(sum % 0x10000);
    carry = Math.floor(sum / 0x10000);
  }
  product.push(carry % 0x10000, Math.floor(carry / 0x10000));
  // A digit above the cut counts whole, the one the cut goes through in part, those below it not at all.
  let nanos = 0;
  for (let i = 0; i < product.length; i++) nanos += Math.floor(product[i] * 2 ** (16 * i - exponent));
  return nanos;
}
