import { F_DEVICE, F_LINK, F_LINK_TYPE, F_TYPE } from './batch.ts';
import { ETHERNET, SLL, SLL2 } from './headers.ts';
import { SYN } from './kinds.ts';
import { LINKS, PLACE_SLOTS, PLACES, S_AGE, S_ASKED, S_BY_MAC } from './layout.ts';
import { profileOf } from './profiles.ts';

/**
 * The link-layer headers met last, by kind and a few of their bits: two times eight bytes of them, device, type with the link
 * type's lowest bits, age of the places, profile.
 */
const LINK_BYTES = 32;

/** Eight bytes each of a link-layer header: all that tells places apart, of Ethernet both addresses. */
let first: u64 = 0;
let second: u64 = 0;

function readLink(linkType: i32, link: i32): void {
  if (linkType === ETHERNET) {
    first = load<u64>(link);
    second = load<u64>(link, 4);
  } else if (linkType === SLL2) {
    first = load<u64>(link, 4);
    second = load<u64>(link, 12);
  } else {
    first = linkType === SLL ? load<u64>(link) : 0;
    second = linkType === SLL ? load<u64>(link, 8) : 0;
  }
}

/** A few bits of what was read: where the addresses and the direction differ. */
function linkBits(linkType: i32): i32 {
  if (linkType === ETHERNET) return <i32>((second >> 56) ^ (first >> 40));
  return <i32>(linkType === SLL2 ? (first >> 50) ^ (first >> 24) : (first >> 10) ^ (second >> 24));
}

/** The profile of the frame; -1 where its place has to be worked out, or there are too many. */
export function findProfile(f: i32, kind: i32): i32 {
  const linkType = load<i32>(f, F_LINK_TYPE);
  readLink(linkType, load<i32>(f, F_LINK));
  const device = load<i32>(f, F_DEVICE);
  const type = load<i32>(f, F_TYPE);
  const told = type | ((linkType & 0xff) << 8);
  const age = load<i32>(S_AGE);
  const bits = linkBits(linkType);
  // The lowest bit that is left of TCP flags is PSH: the first data comes with it, the last step of a handshake without.
  const at = LINKS + ((kind << 2) | ((bits ^ (type >> 3)) & 3)) * LINK_BYTES;
  if (
    load<u64>(at) === first &&
    load<u64>(at, 8) === second &&
    load<i32>(at, 16) === device &&
    load<i32>(at, 20) === told &&
    load<i32>(at, 24) === age
  ) {
    return load<i32>(at, 28);
  }
  const profile = searchProfile(linkType, device, kind, type);
  if (profile < 0) return profile;
  store<u64>(at, first);
  store<u64>(at, second, 8);
  store<i32>(at, device, 16);
  store<i32>(at, told, 20);
  store<i32>(at, age, 24);
  store<i32>(at, profile, 28);
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
