import { describe, expect, test } from 'vitest';
import { Xxh64 } from '../../src/capture/xxh64.ts';
import { text } from './build.ts';

function hash(...pieces: Uint8Array[]): string {
  const sum = new Xxh64();
  for (const piece of pieces) sum.update(piece);
  return sum.low32().toString(16).padStart(8, '0');
}

/** The generator of xxHash's own sanity checks (tests/sanity_test.c). */
function sanityBuffer(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let generator = 2654435761n;
  for (let at = 0; at < length; at++) {
    bytes[at] = Number(BigInt.asUintN(64, generator) >> 56n);
    generator = BigInt.asUintN(64, generator * 11400714785074694797n);
  }
  return bytes;
}

describe('XXH64, its lower half', () => {
  test.each([
    ['', '51d8e999'],
    ['a', 'a98c6e5b'],
    ['abc', 'ad770999'],
    ['Nobody inspects the spammish repetition', '8a378bf1'],
  ])('of %o', (given, expected) => {
    expect(hash(text(given))).toBe(expected);
  });

  test('is the same however the bytes come', () => {
    const bytes = sanityBuffer(222);
    for (let at = 0; at <= bytes.length; at++) {
      expect(hash(bytes.subarray(0, at), bytes.subarray(at))).toBe(hash(bytes));
    }
  });
});
