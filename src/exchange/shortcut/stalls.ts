import { endOf } from './keys.ts';
import { S_STALLS_UNTIL, STALLS_SENT } from './layout.ts';

const LARGE_BYTES = 1000;
const SENT_BITS = 13;
const UNIT_MS: f64 = 64;

/** As `Stalls.passes`. */
export function passesStalls(
  payloadLength: i32,
  src: i32,
  dst: i32,
  sourcePort: i32,
  destinationPort: i32,
  seq: i32,
  seconds: u32,
  nanos: i32,
): bool {
  if (seconds < load<u32>(S_STALLS_UNTIL)) return false;
  if (payloadLength < LARGE_BYTES) return true;
  const source = endOf(src, sourcePort);
  const ends = source + endOf(dst, destinationPort);
  const what = ends ^ (source * 0x27d4eb2f) ^ seq;
  const hash = (what ^ i32(u32(what) >> 16)) * 0xc2b2ae35;
  const at = STALLS_SENT + ((u32(hash) >> (32 - SENT_BITS)) << 2);
  if (load<u32>(at) >> 8 === (u32(hash) & 0xffffff)) return false;
  store<i32>(at, (hash << 8) | timeOf(seconds, nanos));
  return true;
}

function timeOf(seconds: u32, nanos: i32): i32 {
  return i32(i64((f64(seconds) * 1e3 + f64(nanos) / 1e6) / UNIT_MS)) & 0xff;
}
