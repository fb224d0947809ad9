import type { Ip } from '../addr/ip.ts';
import type { Route } from './host-state.ts';

/**
 * The routes of one prefix length by their network. Open addressing in one typed array, key and entry side by side: a
 * full Internet table has a million routes, most lookups miss most lengths, and a miss then costs one cache line.
 */
export class PrefixHash {
  readonly length: number;
  /** Pairs: the key, then one more than the entry's number; 0 is a free slot. */
  readonly #slots: Uint32Array;
  readonly #last: number;
  /** A single route stands alone. */
  readonly #entries: (Route | Route[])[] = [];

  /** `most`: how many routes may be added. */
  constructor(length: number, most: number) {
    this.length = length;
    const size = 2 ** Math.ceil(Math.log2(Math.max(4, 2 * most)));
    this.#slots = new Uint32Array(2 * size);
    this.#last = size - 1;
  }

  add(route: Route): void {
    const { address } = route.destination;
    const key = keyOf(address, this.length);
    const at = this.#find(key, address);
    const number = this.#slots[at + 1];
    if (number === 0) {
      this.#slots[at] = key;
      this.#slots[at + 1] = this.#entries.push(route);
      return;
    }
    const there = this.#entries[number - 1];
    if (Array.isArray(there)) there.push(route);
    else this.#entries[number - 1] = [there, route];
  }

  /** Undefined where no route of this length contains the address. */
  get(ip: Ip): Route | readonly Route[] | undefined {
    const number = this.#slots[this.#find(keyOf(ip, this.length), ip) + 1];
    return number === 0 ? undefined : this.#entries[number - 1];
  }

  /** Puts the routes of each network in order. */
  sort(order: (a: Route, b: Route) => number): void {
    for (const entry of this.#entries) if (Array.isArray(entry)) entry.sort(order);
  }

  /** Where the network's slot is, or would be. */
  #find(key: number, ip: Ip): number {
    const slots = this.#slots;
    for (let at = spread(key) & this.#last; ; at = (at + 1) & this.#last) {
      const number = slots[2 * at + 1];
      if (number === 0 || (slots[2 * at] === key && this.#isSame(number, ip))) return 2 * at;
    }
  }

  /** The key of an IPv4 network is the network itself; IPv6 has keys in common. */
  #isSame(number: number, ip: Ip): boolean {
    if (ip.family === 4) return true;
    const entry = this.#entries[number - 1];
    const { address } = (Array.isArray(entry) ? entry[0] : entry).destination;
    return isSameNetwork(address, ip, this.length);
  }
}

/** A number below 2^32 of the leading bits. */
function keyOf(ip: Ip, length: number): number {
  const first = leading(ip.w0, length);
  if (length <= 32) return first;
  const second = Math.imul(leading(ip.w1, length - 32), 0x85ebca6b);
  const third = Math.imul(leading(ip.w2, length - 64), 0xc2b2ae35);
  const fourth = Math.imul(leading(ip.w3, length - 96), 0x27d4eb2f);
  return (first ^ (second ^ (second >>> 15)) ^ (third ^ (third >>> 13)) ^ (fourth ^ (fourth >>> 16))) >>> 0;
}

/** The trailing zeros of networks spread over all slots (Fibonacci hashing). */
function spread(key: number): number {
  const mixed = Math.imul(key, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

function isSameNetwork(a: Ip, b: Ip, length: number): boolean {
  return (
    leading(a.w0 ^ b.w0, length) === 0 &&
    leading(a.w1 ^ b.w1, length - 32) === 0 &&
    leading(a.w2 ^ b.w2, length - 64) === 0 &&
    leading(a.w3 ^ b.w3, length - 96) === 0
  );
}

function leading(word: number, bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? word : (word & (-1 << (32 - bits))) >>> 0;
}
