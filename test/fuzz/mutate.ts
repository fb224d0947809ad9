import { gzipSync } from 'node:zlib';
import type { Random } from '../bench/random.ts';

/** What length fields are set to: the bounds of the readers, and of numbers. */
export const EXTREMES: readonly number[] = [
  0,
  1,
  3,
  4,
  8,
  11,
  12,
  16,
  24,
  0x7f,
  0xff,
  0x7fff,
  0xffff,
  65536,
  262144,
  262145,
  16 << 20,
  (16 << 20) + 1,
  0x7fffffff,
  0x80000000,
  0xfffffffc,
  0xffffffff,
];

type Mutator = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

/** As Wireshark's `editcap -E 0.02`, but on the file itself, headers too. */
export function byteErrors(bytes: Uint8Array, random: Random, probability = 0.02): Uint8Array {
  const copy = bytes.slice();
  const limit = probability * 0x100000000;
  for (let at = 0; at < copy.length; at++) if (random.word() < limit) copy[at] = random.below(256);
  return copy;
}

function fewErrors(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = bytes.slice();
  for (let left = 1 + random.below(8); left > 0; left--) copy[random.below(copy.length)] = random.below(256);
  return copy;
}

function extremeWord(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = bytes.slice();
  if (copy.length < 4) return copy;
  const view = new DataView(copy.buffer);
  const value = EXTREMES[random.below(EXTREMES.length)];
  const little = random.below(2) === 0;
  if (random.below(3) === 0) view.setUint16(random.below(copy.length - 1), value & 0xffff, little);
  else view.setUint32(random.below(copy.length - 3), value, little);
  return copy;
}

function cut(bytes: Uint8Array, random: Random): Uint8Array {
  return bytes.slice(0, random.below(bytes.length + 1));
}

/** A piece taken out, put in twice, or put in from another file. */
function splice(bytes: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  const from = random.below(bytes.length + 1);
  const to = random.below(bytes.length + 1);
  const strange = other.subarray(random.below(other.length + 1), random.below(other.length + 1));
  const middle = random.below(2) === 0 ? [] : [strange];
  return new Uint8Array(Buffer.concat([bytes.subarray(0, from), ...middle, bytes.subarray(to)]));
}

const someErrors: Mutator = (bytes, random) => byteErrors(bytes, random);

const MUTATORS: readonly Mutator[] = [
  someErrors,
  fewErrors,
  fewErrors,
  extremeWord,
  extremeWord,
  cut,
  splice,
];

/** One to three changes; now and then compressed, and the compressed file damaged. */
export function mutate(bytes: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  let changed = bytes;
  for (let left = 1 + random.below(3); left > 0 && changed.length > 0; left--) {
    changed = MUTATORS[random.below(MUTATORS.length)](changed, random, other);
  }
  if (random.below(16) > 0) return changed;
  const packed = new Uint8Array(gzipSync(changed, { level: 1 }));
  return random.below(2) === 0 ? packed : fewErrors(packed, random);
}
