import { PROFILE_BUCKETS, PROFILES, S_PROFILES } from './layout.ts';

const MOST = 4096;
const BUCKETS = MOST * 2;

export function kindPlaceOf(profile: i32): i32 {
  return load<i32>(PROFILES + (profile << 4));
}

function isProfile(number: i32, kindPlace: i32, type: i32, low: i32, flags: i32): bool {
  const at = PROFILES + (number << 4);
  return (
    load<i32>(at) === kindPlace &&
    load<i32>(at, 4) === type &&
    load<i32>(at, 8) === low &&
    load<i32>(at, 12) === flags
  );
}

/** The number of a profile (`profiles.ts`), new or known; -1 when there are too many. */
export function profileOf(kindPlace: i32, type: i32, low: i32, flags: i32): i32 {
  const mixed = (kindPlace ^ ((type ^ (low * 3) ^ (flags << 7)) * 0x9e3779b1)) * 0x85ebca6b;
  let bucket = (u32(mixed) >> 15) & (BUCKETS - 1);
  let held = <i32>load<u16>(PROFILE_BUCKETS + (bucket << 1));
  while (held !== 0) {
    if (isProfile(held - 1, kindPlace, type, low, flags)) return held - 1;
    bucket = (bucket + 1) & (BUCKETS - 1);
    held = <i32>load<u16>(PROFILE_BUCKETS + (bucket << 1));
  }
  const number = load<i32>(S_PROFILES);
  if (number === MOST) return -1;
  store<i32>(S_PROFILES, number + 1);
  const at = PROFILES + (number << 4);
  store<i32>(at, kindPlace);
  store<i32>(at, type, 4);
  store<i32>(at, low, 8);
  store<i32>(at, flags, 12);
  store<u16>(PROFILE_BUCKETS + (bucket << 1), number + 1);
  return number;
}
