// xxHash's XXH64 (doc/xxhash_spec.md, section XXH64), as zstd uses it: seed 0. Words of 64 bits are held in two halves, because a
// BigInt would be made anew for each of them.
const PRIME_1 = [0x9e3779b1, 0x85ebca87] as const;
const PRIME_2 = [0xc2b2ae3d, 0x27d4eb4f] as const;
const PRIME_3 = [0x165667b1, 0x9e3779f9] as const;
const PRIME_4 = [0x85ebca77, 0xc2b2ae63] as const;
const PRIME_5 = [0x27d4eb2f, 0x165667c5] as const;

const [P1_HIGH, P1_LOW] = PRIME_1;
const [P2_HIGH, P2_LOW] = PRIME_2;

const STRIPE_BYTES = 32;

type Word = readonly [high: number, low: number];

/** Hashes bytes as they come; `low32` is what a zstd frame ends with (RFC 8878 section 3.1.1). */
export class Xxh64 {
  /** High and low halves of the four lanes. */
  private readonly lanes = new Int32Array(8);
  private readonly stripe = new Uint8Array(STRIPE_BYTES);
  private readonly stripeView = new DataView(this.stripe.buffer);
  private held = 0;
  private total = 0;

  constructor() {
    this.setLane(0, add(PRIME_1, PRIME_2));
    this.setLane(1, PRIME_2);
    this.setLane(3, subtractFromZero(PRIME_1));
  }

  update(bytes: Uint8Array): void {
    let at = 0;
    this.total += bytes.length;
    if (this.held > 0) {
      at = Math.min(STRIPE_BYTES - this.held, bytes.length);
      this.stripe.set(bytes.subarray(0, at), this.held);
      this.held += at;
      if (this.held < STRIPE_BYTES) return;
      this.takeStripe(this.stripeView, 0);
      this.held = 0;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (; bytes.length - at >= STRIPE_BYTES; at += STRIPE_BYTES) this.takeStripe(view, at);
    this.stripe.set(bytes.subarray(at), 0);
    this.held = bytes.length - at;
  }

  /** The lower half of the hash of all bytes so far, unsigned. */
  low32(): number {
    const start = this.total >= STRIPE_BYTES ? this.merged() : PRIME_5;
    const length: Word = [Math.floor(this.total / 0x100000000), this.total >>> 0];
    return avalanche(this.takeRest(add(start, length)))[1] >>> 0;
  }

  private setLane(lane: number, [high, low]: Word): void {
    this.lanes[2 * lane] = high;
    this.lanes[2 * lane + 1] = low;
  }

  private lane(lane: number): Word {
    return [this.lanes[2 * lane], this.lanes[2 * lane + 1]];
  }

  /** What `round` does, without a pair for every step: all bytes come through here. */
  private takeStripe(view: DataView, at: number): void {
    const { lanes } = this;
    for (let lane = 0; lane < 8; lane += 2) {
      const inputLow = view.getInt32(at + 4 * lane, true);
      const inputHigh = view.getInt32(at + 4 * lane + 4, true);
      const low = (lanes[lane + 1] >>> 0) + (Math.imul(inputLow, P2_LOW) >>> 0);
      const high =
        (lanes[lane] + upper(inputHigh, inputLow, P2_HIGH, P2_LOW) + (low > 0xffffffff ? 1 : 0)) | 0;
      const turnedHigh = (high << 31) | ((low | 0) >>> 1);
      const turnedLow = (low << 31) | (high >>> 1);
      lanes[lane] = upper(turnedHigh, turnedLow, P1_HIGH, P1_LOW);
      lanes[lane + 1] = Math.imul(turnedLow, P1_LOW);
    }
  }

  private merged(): Word {
    let hash = [1, 7, 12, 18].map((bits, lane) => rotate(this.lane(lane), bits)).reduce(add);
    for (let lane = 0; lane < 4; lane++) {
      hash = add(multiply(xor(hash, round([0, 0], this.lane(lane))), PRIME_1), PRIME_4);
    }
    return hash;
  }

  /** The bytes that fill no stripe: words, half a word, single bytes. */
  private takeRest(start: Word): Word {
    let [hash, at] = [start, 0];
    for (; this.held - at >= 8; at += 8) {
      hash = xor(hash, round([0, 0], word(this.stripeView, at)));
      hash = add(multiply(rotate(hash, 27), PRIME_1), PRIME_4);
    }
    if (this.held - at >= 4) {
      hash = xor(hash, multiply([0, this.stripeView.getUint32(at, true)], PRIME_1));
      hash = add(multiply(rotate(hash, 23), PRIME_2), PRIME_3);
      at += 4;
    }
    for (; at < this.held; at++) {
      hash = multiply(rotate(xor(hash, multiply([0, this.stripe[at]], PRIME_5)), 11), PRIME_1);
    }
    return hash;
  }
}

function round(lane: Word, input: Word): Word {
  return multiply(rotate(add(lane, multiply(input, PRIME_2)), 31), PRIME_1);
}

function avalanche(hash: Word): Word {
  let mixed = multiply(xor(hash, shiftRight(hash, 33)), PRIME_2);
  mixed = multiply(xor(mixed, shiftRight(mixed, 29)), PRIME_3);
  return xor(mixed, shiftRight(mixed, 32));
}

function word(view: DataView, at: number): Word {
  return [view.getUint32(at + 4, true), view.getUint32(at, true)];
}

function add([ah, al]: Word, [bh, bl]: Word): Word {
  const low = (al >>> 0) + (bl >>> 0);
  return [(ah + bh + (low > 0xffffffff ? 1 : 0)) | 0, low | 0];
}

function subtractFromZero([high, low]: Word): Word {
  return add([~high, ~low], [0, 1]);
}

function xor([ah, al]: Word, [bh, bl]: Word): Word {
  return [ah ^ bh, al ^ bl];
}

/** Bits 1 to 31. */
function rotate([high, low]: Word, bits: number): Word {
  const rest = 32 - bits;
  return [(high << bits) | (low >>> rest), (low << bits) | (high >>> rest)];
}

/** Bits 29, 32 or 33. */
function shiftRight([high, low]: Word, bits: number): Word {
  if (bits >= 32) return [0, high >>> (bits - 32)];
  return [high >>> bits, (low >>> bits) | (high << (32 - bits))];
}

function multiply([ah, al]: Word, [bh, bl]: Word): Word {
  return [upper(ah, al, bh, bl), Math.imul(al, bl)];
}

/** Bits 32 to 63 of the product of two words; the lower halves are multiplied in digits of 16 bits. */
function upper(ah: number, al: number, bh: number, bl: number): number {
  const a1 = al >>> 16;
  const a0 = al & 0xffff;
  const b1 = bl >>> 16;
  const b0 = bl & 0xffff;
  const middle = a1 * b0 + (Math.imul(a0, b0) >>> 16);
  const lower = (middle & 0xffff) + a0 * b1;
  const carried = a1 * b1 + Math.floor(middle / 0x10000) + (lower >>> 16);
  return (carried + Math.imul(ah, bl) + Math.imul(al, bh)) | 0;
}
