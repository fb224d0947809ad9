import { F_DEVICE, F_LINK, F_LINK_TYPE, F_TYPE } from './batch.ts';
import { ETHERNET, SLL, SLL2 } from './headers.ts';
import { SYN } from './kinds.ts';
import { LINK_BYTES, LINKS, PLACE_SLOTS, PLACES, S_AGE, S_ASKED, S_BY_MAC } from './layout.ts';
import { profileOf } from './profiles.ts';

/**
 * The link-layer headers met last, by kind and a few of their bits: two times eight bytes of them, device with link type, the
 * frame's type, profile. None is there when the places have become others.
 */
const L_DEVICE = 16;
const L_TYPE = 24;
const L_PROFILE = 28;

/** Eight bytes each of a link-layer header: all that tells places apart, of Ethernet both addresses. */
let first: u64 = 0;
let second: u64 = 0;

/** The profile of the frame; -1 where its place has to be worked out, or there are too many. */
export function findProfile(f: i32, kind: i32): i32 {
  const linkType = load<i32>(f, F_LINK_TYPE);
  const link = load<i32>(f, F_LINK);
  const type = load<i32>(f, F_TYPE);
  let one: u64 = 0;
  let other: u64 = 0;
  // A few bits of where the addresses and the direction differ.
  let bits: u64 = 0;
  if (linkType === ETHERNET) {
    one = load<u64>(link);
    other = load<u64>(link, 4);
    bits = (other >> 56) ^ (one >> 40);
  } else if (linkType === SLL2) {
    one = load<u64>(link, 4);
    other = load<u64>(link, 12);
    bits = (one >> 50) ^ (one >> 24);
  } else if (linkType === SLL) {
    one = load<u64>(link);
    other = load<u64>(link, 8);
    bits = (one >> 10) ^ (other >> 24);
  }
  // The lowest bit that is left of TCP flags is PSH: the first data comes with it, the last step of a handshake without.
  const at = LINKS + ((kind << 2) | ((<i32>bits ^ (type >> 3)) & 3)) * LINK_BYTES;
  const header = (load<u64>(at) ^ one) | (load<u64>(at, 8) ^ other);
  const device = load<u64>(f, F_DEVICE);
  const context = (load<u64>(at, L_DEVICE) ^ device) | <u64>(<u32>(load<i32>(at, L_TYPE) ^ type));
  if ((header | context) === 0) return load<i32>(at, L_PROFILE);
  first = one;
  second = other;
  const profile = searchProfile(linkType, <i32>device, kind, type);
  if (profile < 0) return profile;
  store<u64>(at, one);
  store<u64>(at, other, 8);
  store<u64>(at, device, L_DEVICE);
  store<i32>(at, type, L_TYPE);
  store<i32>(at, profile, L_PROFILE);
  return profile;
}

function searchProfile(linkType: i32, device: i32, kind: i32, type: i32): i32 {
  const high = linkType === ETHERNET ? second >> 16 : linkType === SLL2 ? second : first >> 48;
  const low = linkType === ETHERNET ? second >> 32 : linkType === SLL2 ? second >> 16 : second;
  const macHigh = <i32>bswap<u16>(<u16>high);
  const macLow = bswap<i32>(<i32>low);
  const place = placeOf(linkType, device, macHigh, macLow);
  if (place < 0) return -1;
  const tcp = kind >= SYN;
  return profileOf(kind | (place << 8), (tcp ? 0 : type) | macHigh, macLow, 4 | (tcp ? type << 8 : 0));
}

/** Hardware addresses make a difference where the host's own are known; what else cooked headers tell always does. */
function placeOf(linkType: i32, device: i32, macHigh: i32, macLow: i32): i32 {
  const macs = load<i32>(S_BY_MAC) !== 0;
  const link0 = macs || linkType !== ETHERNET ? <i32>first : 0;
  const link1 = (macs && linkType === ETHERNET) || linkType === SLL2 ? <i32>(first >> 32) : 0;
  const low = macs ? macLow : 0;
  const high = macs ? macHigh : 0;
  const mixed = (link0 ^ (low * 3) ^ link1 ^ (device << 4)) * 0x9e3779b1;
  const at = PLACES + (((u32(mixed) >> 16) & (PLACE_SLOTS - 1)) << 5);
  if (
    load<i32>(at) === link0 &&
    load<i32>(at, 4) === link1 &&
    load<i32>(at, 8) === low &&
    load<i32>(at, 12) === high &&
    load<i32>(at, 16) === device
  ) {
    if (load<i32>(at, 20) === load<i32>(S_AGE)) return load<i32>(at, 24);
  }
  store<i32>(S_ASKED, at);
  store<i32>(at, link0);
  store<i32>(at, link1, 4);
  store<i32>(at, low, 8);
  store<i32>(at, high, 12);
  store<i32>(at, device, 16);
  store<i32>(at, -1, 20);
  return -1;
}
