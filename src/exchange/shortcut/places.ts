import { F_DEVICE, F_LINK, F_LINK_TYPE, F_TYPE } from './batch.ts';
import { SYN } from './kinds.ts';
import { LINKS, PLACE_SLOTS, PLACES, S_AGE, S_ASKED, S_BY_MAC } from './layout.ts';
import { profileOf } from './profiles.ts';

const SLL2 = 276;
/** The link-layer headers met last, by kind and a few of their bits: age of the places, device, flags, two times eight bytes, profile. */
const LINK_BYTES = 32;

/** The profile of the frame; -1 where its place has to be worked out, or there are too many. */
export function findProfile(f: i32, kind: i32): i32 {
  const sll2 = load<i32>(f, F_LINK_TYPE) === SLL2;
  const link = load<i32>(f, F_LINK);
  const device = (load<i32>(f, F_DEVICE) << 1) | i32(sll2);
  const type = load<i32>(f, F_TYPE);
  const age = load<i32>(S_AGE);
  const first = load<u64>(sll2 ? link + 4 : link);
  const second = load<u64>(sll2 ? link + 12 : link + 4);
  const bits = <i32>(sll2 ? ((first >> 32) >> 18) ^ (first >> 24) : (second >> 56) ^ (first >> 40));
  // The lowest bit that is left of TCP flags is PSH: the first data comes with it, the last step of a handshake without.
  const at = LINKS + ((kind << 2) | ((bits ^ (type >> 3)) & 3)) * LINK_BYTES;
  if (
    load<u64>(at) === first &&
    load<u64>(at, 8) === second &&
    load<i32>(at, 16) === device &&
    load<i32>(at, 20) === type &&
    load<i32>(at, 24) === age
  ) {
    return load<i32>(at, 28);
  }
  const profile = searchProfile(link, sll2, load<i32>(f, F_DEVICE), kind, type);
  if (profile < 0) return profile;
  store<u64>(at, first);
  store<u64>(at, second, 8);
  store<i32>(at, device, 16);
  store<i32>(at, type, 20);
  store<i32>(at, age, 24);
  store<i32>(at, profile, 28);
  return profile;
}

function searchProfile(link: i32, sll2: bool, device: i32, kind: i32, type: i32): i32 {
  const link1 = bswap(load<i32>(sll2 ? link + 8 : link + 4));
  const macHigh = sll2 ? <i32>bswap<u16>(load<u16>(link, 12)) : link1 & 0xffff;
  const macLow = bswap(load<i32>(sll2 ? link + 14 : link + 8));
  const place = placeOf(bswap(load<i32>(sll2 ? link + 4 : link)), link1, macHigh, macLow, device, sll2);
  if (place < 0) return -1;
  const tcp = kind >= SYN;
  return profileOf(kind | (place << 8), (tcp ? 0 : type) | macHigh, macLow, 4 | (tcp ? type << 8 : 0));
}

function placeOf(link0: i32, link1: i32, macHigh: i32, macLow: i32, device: i32, sll2: bool): i32 {
  const macs = load<i32>(S_BY_MAC) !== 0;
  const linked = macs || sll2;
  const first = linked ? link0 : 0;
  const second = linked ? link1 : 0;
  const low = macs ? macLow : 0;
  const high = macs ? macHigh : 0;
  const mixed = (first ^ (low * 3) ^ second ^ (device << 4)) * 0x9e3779b1;
  const at = PLACES + (((u32(mixed) >> 16) & (PLACE_SLOTS - 1)) << 5);
  if (
    load<i32>(at) === first &&
    load<i32>(at, 4) === second &&
    load<i32>(at, 8) === low &&
    load<i32>(at, 12) === high &&
    load<i32>(at, 16) === device
  ) {
    if (load<i32>(at, 20) === load<i32>(S_AGE)) return load<i32>(at, 24);
  }
  store<i32>(S_ASKED, at);
  store<i32>(at, first);
  store<i32>(at, second, 4);
  store<i32>(at, low, 8);
  store<i32>(at, high, 12);
  store<i32>(at, device, 16);
  store<i32>(at, -1, 20);
  return -1;
}
