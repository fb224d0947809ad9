import { F_DST, F_HEADER, F_PORTS, F_SEQ, F_SRC, F_TIME } from './batch.ts';
import { endOf } from './keys.ts';
import { S_STALLS_UNTIL, STALLS_SENT, STALLS_WATCHES } from './layout.ts';

const LARGE_BYTES = 1000;
const SENT_BITS = 13;
const UNIT_MS: f64 = 64;

/** As `Stalls.judge` of a segment without selective acknowledgement: whether it is no sign of lost data. */
export function passesStalls(f: i32): bool {
  const seconds = load<u32>(f, F_TIME + 4);
  const watching = seconds < load<u32>(S_STALLS_UNTIL);
  const large = (load<i32>(f, F_HEADER) & 0xffff) >= LARGE_BYTES;
  if (!large && !watching) return true;
  const ports = load<i32>(f, F_PORTS);
  const source = endOf(load<i32>(f, F_SRC), ports >>> 16);
  const ends = source + endOf(load<i32>(f, F_DST), ports & 0xffff);
  if (watching && isWatched(ends, source)) return false;
  if (!large) return true;
  const what = ends ^ (source * 0x27d4eb2f) ^ load<i32>(f, F_SEQ);
  const hash = (what ^ i32(u32(what) >> 16)) * 0xc2b2ae35;
  const at = STALLS_SENT + ((u32(hash) >> (32 - SENT_BITS)) << 2);
  if (load<u32>(at) >> 8 === (u32(hash) & 0xffffff)) return false;
  store<i32>(at, (hash << 8) | timeOf(seconds, load<i32>(f, F_TIME)));
  return true;
}

/** Whether this end is to acknowledge what another sent again. */
function isWatched(ends: i32, source: i32): bool {
  const at = STALLS_WATCHES + ((u32(ends * 0x165667b1) >> 22) << 4);
  return load<i32>(at) === ends && load<i32>(at, 4) === source;
}

function timeOf(seconds: u32, nanos: i32): i32 {
  return i32(i64((f64(seconds) * 1e3 + f64(nanos) / 1e6) / UNIT_MS)) & 0xff;
}
