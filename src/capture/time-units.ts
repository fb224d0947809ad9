/**
 * Divides 64-bit time stamps into seconds and nanoseconds, exactly and without BigInt: a double holds integers up to
 * 2^53 only, so digits of 16 bits are divided one after the other, as on paper. The result stays in the object.
 */
export class TimeUnits {
  /** Whole seconds of the last `split`. */
  seconds = 0;
  /** Nanoseconds in that second, cut, not rounded. */
  nanos = 0;
  /** Nanoseconds a unit stands for; below 1 where finer. */
  readonly resolutionNs: number;
  private readonly offsetSeconds: number;
  private readonly kind: 'micro' | 'nano' | 'decimal' | 'binary';
  private readonly exponent: number;

  /** `resolution`: the byte of if_tsresol (draft-ietf-opsawg-pcapng section 4.2): a power of ten, of two with bit 7. */
  constructor(resolution: number, offsetSeconds: number) {
    this.exponent = resolution & 0x7f;
    const binary = resolution > 0x7f;
    this.resolutionNs = binary ? 1e9 / 2 ** this.exponent : 10 ** (9 - this.exponent);
    this.offsetSeconds = offsetSeconds;
    this.kind = binary ? 'binary' : resolution === 6 ? 'micro' : resolution === 9 ? 'nano' : 'decimal';
  }

  /** The stamp is high * 2^32 + low units. */
  split(high: number, low: number): void {
    if (this.kind === 'micro') this.splitMicro(high, low);
    else if (this.kind === 'nano') this.splitNano(high, low);
    else if (this.kind === 'decimal') this.splitDecimal(high, low);
    else this.splitBinary(high, low);
    this.seconds += this.offsetSeconds;
  }

  private splitMicro(high: number, low: number): void {
    if (high >= 0x200000) {
      // From the year 2255 on the count of microseconds is over 2^53.
      this.divide(high, low, 1e6);
      this.nanos = remainder * 1000;
    } else {
      const units = high * 0x100000000 + low;
      this.seconds = Math.floor(units / 1e6);
      this.nanos = (units - this.seconds * 1e6) * 1000;
    }
  }

  private splitNano(high: number, low: number): void {
    this.divide(high, low, 1e9);
    this.nanos = remainder;
  }

  private splitDecimal(high: number, low: number): void {
    const { exponent } = this;
    if (exponent < 9) {
      const perSecond = 10 ** exponent;
      this.divide(high, low, perSecond);
      this.nanos = remainder * 10 ** (9 - exponent);
      return;
    }
    divide64(high, low, 1);
    for (let digits = exponent - 9; digits > 0; digits -= 9) {
      divide64(quotientHigh, quotientLow, 10 ** Math.min(digits, 9));
    }
    this.splitNano(quotientHigh, quotientLow);
  }

  /** Units of 2^-exponent seconds. */
  private splitBinary(high: number, low: number): void {
    const { exponent } = this;
    const whole = (high * 0x100000000) / 2 ** exponent;
    if (exponent <= 32) {
      this.seconds = whole + Math.floor(low / 2 ** exponent);
      this.nanos = binaryNanos(0, low % 2 ** exponent, exponent);
    } else {
      this.seconds = Math.floor(whole);
      this.nanos = binaryNanos(exponent >= 64 ? high : high % 2 ** (exponent - 32), low, exponent);
    }
  }

  private divide(high: number, low: number, divisor: number): void {
    divide64(high, low, divisor);
    this.seconds = quotientHigh * 0x100000000 + quotientLow;
  }
}

let quotientHigh = 0;
let quotientLow = 0;
let remainder = 0;

/** Divides high * 2^32 + low by a divisor up to 2^37. */
function divide64(high: number, low: number, divisor: number): void {
  quotientHigh = Math.floor(high / divisor);
  const upper = (high - quotientHigh * divisor) * 0x10000 + (low >>> 16);
  const upperDigit = Math.floor(upper / divisor);
  const lower = (upper - upperDigit * divisor) * 0x10000 + (low & 0xffff);
  const lowerDigit = Math.floor(lower / divisor);
  quotientLow = upperDigit * 0x10000 + lowerDigit;
  remainder = lower - lowerDigit * divisor;
}

/** floor((high * 2^32 + low) * 10^9 / 2^exponent), in digits of 16 bits; the fraction is below 2^exponent. */
function binaryNanos(high: number, low: number, exponent: number): number {
  const digits = [low & 0xffff, low >>> 16, high % 0x10000, Math.floor(high / 0x10000)];
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
