import { mayHoldAck } from './acks.ts';
import { F_KEY, F_KIND, F_TIME, indexOf } from './batch.ts';
import { continueExchange, openExchange } from './exchanges.ts';
import { isProbe, SEGMENT } from './kinds.ts';
import { S_BASE, S_LAST_NS, S_PAIRS, S_PROBED, S_SINCE_EXPIRY, S_UNFILTERED } from './layout.ts';
import { REFUSED, TAKEN } from './outcomes.ts';
import { findProfile } from './places.ts';
import { setKey } from './ring.ts';
import { passesStalls } from './stalls.ts';
import { mayTakeAck, record } from './write.ts';

const DISORDER_NS: f64 = 60e9;
/** Records between two looks at the oldest exchanges. */
const EXPIRE_EVERY = 64;
/** What is further from where the analysis began is told exactly by seconds and nanoseconds only. */
const EXACT_NS: i64 = 9007199254740992;

/** What becomes of a frame of the batch (`outcomes.ts`). */
export function take(f: i32): i32 {
  const kind = load<i32>(f, F_KIND);
  if (kind >= SEGMENT) {
    if (kind > SEGMENT) return TAKEN;
    if (!mayEndHandshake(f)) return passesStalls(f) ? TAKEN : REFUSED;
    if (!mayTakeAck(f) || !passesStalls(f)) return REFUSED;
    setKey(f, load<i32>(f, F_KEY));
  } else if (load<i32>(S_PROBED) === 0) return REFUSED;
  // Called in one place only, so that it becomes part of this.
  const profile = findProfile(f, kind);
  if (profile < 0) return REFUSED;
  return load<i32>(S_PAIRS) === 0 ? record(f, kind, profile) : pair(f, kind, profile);
}

/** Perhaps it is the last step of a handshake that was seen. */
function mayEndHandshake(f: i32): bool {
  return load<i32>(S_UNFILTERED) > indexOf(f) || mayHoldAck(load<i32>(f, F_KEY));
}

/** Pairs a probe, a reply or a segment that may be the last step of a handshake. */
export function pair(f: i32, kind: i32, profile: i32): i32 {
  const told = load<u64>(f, F_TIME);
  const seconds = i64(told >> 32) - load<i64>(S_BASE);
  const nanos = seconds * 1000000000 + i64(told & 0xffffffff);
  if (u64(nanos + EXACT_NS) > u64(EXACT_NS * 2)) return REFUSED;
  const time = f64(nanos);
  if (time < load<f64>(S_LAST_NS) - DISORDER_NS) return REFUSED;
  return isProbe(kind) ? openExchange(f, kind, profile, time) : continueExchange(f, kind, profile, time);
}

/** After the same number of records as by the long way. */
export function isTimeToExpire(): bool {
  return load<i32>(S_SINCE_EXPIRY) >= EXPIRE_EVERY;
}
