import { F_DST, F_HEADER, F_PORTS, F_SEQ, F_SRC, F_TIME } from './batch.ts';
import { endOf } from './keys.ts';
import { S_STALLS_UNTIL, STALLS_SENT } from './layout.ts';

const LARGE_BYTES = 1000;
const SENT_BITS = 13;
const UNIT_MS: f64 = 64;

/** As `Stalls.passes`: a segment that is no sign of lost data. */
export function passesStalls(f: i32): bool {
  const seconds = load<u32>(f, F_TIME + 4);
  if (seconds < load<u32>(S_STALLS_UNTIL)) return false;
  if ((load<i32>(f, F_HEADER) & 0xffff) < LARGE_BYTES) return true;
  const ports = load<i32>(f, F_PORTS);
  const source = endOf(load<i32>(f, F_SRC), ports >>> 16);
  const ends = source + endOf(load<i32>(f, F_DST), ports & 0xffff);
  const what = ends ^ (source * 0x27d4eb2f) ^ load<i32>(f, F_SEQ);
  const hash = (what ^ i32(u32(what) >> 16)) * 0xc2b2ae35;
  const at = STALLS_SENT + ((u32(hash) >> (32 - SENT_BITS)) << 2);
  if (load<u32>(at) >> 8 === (u32(hash) & 0xffffff)) return false;
  store<i32>(at, (hash << 8) | timeOf(seconds, load<i32>(f, F_TIME)));
  return true;
}

function timeOf(seconds: u32, nanos: i32): i32 {
  return i32(i64((f64(seconds) * 1e3 + f64(nanos) / 1e6) / UNIT_MS)) & 0xff;
}
