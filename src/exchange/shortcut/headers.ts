/** Link types (tcpdump.org/linktypes.html) whose headers say of what is behind them whether it is IP. */
export const ETHERNET = 1;
export const SLL = 113;
export const SLL2 = 276;
/** Without a header. */
const RAW = 101;
const IPV4 = 228;
const IPV6 = 229;

const ETHERNET_BYTES = 14;
const TAG_BYTES = 4;
const SLL_BYTES = 16;
const SLL2_BYTES = 20;

/** As the bytes are loaded, the first one lowest. */
const ETHERTYPE_IPV4 = 0x0008;
const ETHERTYPE_IPV6 = 0xdd86;
const TAG_CUSTOMER = 0x0081;
const TAG_SERVICE = 0xa888;
const TAG_SERVICE_OLD = 0x0091;
/** ARPHRD_ETHER of linux/if_arp.h, with an EUI-48 of six bytes; in SLL2 the packet type lies between them. */
const DEVICE_ETHER: i32 = 0x06000100;
const SLL2_DEVICE: i32 = 0xff00ffff;
/** linux/if_arp.h: devices whose protocol field is no EtherType. */
const ARPHRD_FRAD = 0x0203;
const ARPHRD_IEEE80211_RADIOTAP = 0x2303;
const ARPHRD_NETLINK = 0x3803;

/** Of the IP header that was found last: its version, and whether what is behind it may be paired by the short way. */
export let isIp6: bool = false;
export let mayPair: bool = false;

/**
 * Where the IP header begins in the frames that most captures consist of: IPv4 behind Ethernet without a tag, or in a cooked header
 * of an Ethernet device; 0 for others. The frame has 42 bytes at least.
 */
export function findPlainIp(link: i32, at: i32): i32 {
  if (link === ETHERNET) return load<u16>(at, 12) === ETHERTYPE_IPV4 ? at + ETHERNET_BYTES : 0;
  if (link === SLL2) {
    const other = (<i32>load<u16>(at) ^ ETHERTYPE_IPV4) | ((load<i32>(at, 8) & SLL2_DEVICE) ^ DEVICE_ETHER);
    return other === 0 ? at + SLL2_BYTES : 0;
  }
  if (link !== SLL) return 0;
  const other = (<i32>load<u16>(at, 14) ^ ETHERTYPE_IPV4) | (load<i32>(at, 2) ^ DEVICE_ETHER);
  return other === 0 ? at + SLL_BYTES : 0;
}

/** Where the IP header of the frame in [at, end) begins; 0 where it is not that simple. */
export function findIp(link: i32, at: i32, end: i32): i32 {
  mayPair = false;
  if (link === ETHERNET) return behindEthernet(at, end);
  if (link === SLL2) return behindSll2(at, end);
  if (link === SLL) return behindSll(at, end);
  if (link !== RAW && link !== IPV4 && link !== IPV6) return 0;
  if (end - at < 1) return 0;
  isIp6 = link === IPV6 || (link === RAW && load<u8>(at) >> 4 === 6);
  mayPair = !isIp6;
  return at;
}

function behindEthernet(at: i32, end: i32): i32 {
  if (end - at < ETHERNET_BYTES + TAG_BYTES) return 0;
  const type = <i32>load<u16>(at, 12);
  mayPair = type === ETHERTYPE_IPV4;
  if (bearsIp(type)) return at + ETHERNET_BYTES;
  if (type !== TAG_CUSTOMER && type !== TAG_SERVICE && type !== TAG_SERVICE_OLD) return 0;
  const tagged = <i32>load<u16>(at, 16);
  mayPair = tagged === ETHERTYPE_IPV4;
  return bearsIp(tagged) ? at + ETHERNET_BYTES + TAG_BYTES : 0;
}

function behindSll2(at: i32, end: i32): i32 {
  if (end - at < SLL2_BYTES) return 0;
  const type = <i32>load<u16>(at);
  mayPair = type === ETHERTYPE_IPV4 && (load<i32>(at, 8) & SLL2_DEVICE) === DEVICE_ETHER;
  return bearsIp(type) && hasEtherTypes(<i32>load<u16>(at, 8)) ? at + SLL2_BYTES : 0;
}

function behindSll(at: i32, end: i32): i32 {
  if (end - at < SLL_BYTES) return 0;
  const type = <i32>load<u16>(at, 14);
  mayPair = type === ETHERTYPE_IPV4 && load<i32>(at, 2) === DEVICE_ETHER;
  return bearsIp(type) && hasEtherTypes(<i32>load<u16>(at, 2)) ? at + SLL_BYTES : 0;
}

function bearsIp(type: i32): bool {
  isIp6 = type === ETHERTYPE_IPV6;
  return isIp6 || type === ETHERTYPE_IPV4;
}

function hasEtherTypes(device: i32): bool {
  return device !== ARPHRD_FRAD && device !== ARPHRD_IEEE80211_RADIOTAP && device !== ARPHRD_NETLINK;
}

/** As `Packet.direction`: what a cooked header tells, else what the capture says of the frame. */
export function directionOf(link: i32, at: i32, told: i32): i32 {
  if (link === SLL2) return directionOfType(<i32>load<u8>(at, 10));
  return link === SLL ? directionOfType(<i32>bswap<u16>(load<u16>(at))) : told;
}

/** linux/if_packet.h: 4 is PACKET_OUTGOING. */
function directionOfType(type: i32): i32 {
  return type === 4 ? 2 : 1;
}
