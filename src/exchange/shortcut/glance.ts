import { F_ACK, F_HEADER, F_KEY, F_LINK, F_LINK_TYPE, F_PORTS, F_SEQ, F_SRC, F_TYPE } from './batch.ts';
import { hashBytes } from './hash.ts';
import { pairingKey } from './keys.ts';
import { ECHO_REPLY, ECHO_REQUEST, NOT_PLAIN, SEGMENT, SYN, SYN_ACK, UDP_DATAGRAM } from './kinds.ts';
import { S_DATAGRAMS } from './layout.ts';

const ETHERNET = 1;
const SLL2 = 276;
const ETHERNET_BYTES = 14;
const SLL2_BYTES = 20;
/** As the bytes are loaded, the first one lowest. */
const ETHERTYPE_IPV4 = 0x0008;
/** ARPHRD_ETHER of linux/if_arp.h, with an EUI-48 of six bytes; the packet type lies between them. */
const SLL2_ETHER: i32 = 0x06000100;
const SLL2_DEVICE: i32 = 0xff00ffff;
/** Version 4, a header of five words; more fragments, and the offset. */
const IP4 = 0x45;
const FRAGMENT = 0xff3f;
const IP_BYTES = 20;
const ICMP = 1;
const ICMP_BYTES = 8;
const HASH_LIMIT = 64;
const TCP = 6;
const TCP_BYTES = 20;
const UDP = 17;
const UDP_BYTES = 8;
const FLAG_SYN = 0x02;
const FLAG_RST = 0x04;
const FLAG_ACK = 0x10;
/** A selective acknowledgement takes ten bytes at least (RFC 2018); Linux's segments bear NOP, NOP and timestamps. */
const BYTES_WITHOUT_SACK = 28;
const BYTES_WITH_TIMESTAMPS = 32;
const TIMESTAMPS_ALONE = 0x0a080101;
const MSS = 0x0402;
const SACK_AND_TIMESTAMPS = 0x0a080204;

/**
 * Reads the frame in [at, end) at one glance, if it is one that most captures and floods consist of: an echo message, a SYN or a
 * SYN-ACK, a segment with ACK that acknowledges nothing selectively, or a datagram that is not followed, in IPv4 without
 * options, on Ethernet without VLAN tags or in a Linux cooked header (version 2) of an Ethernet device. Fills `f` and returns the
 * kind, as `decodeFrame` would tell it; NOT_PLAIN for any other frame. The link type of `f` is set.
 */
export function glance(f: i32, at: i32, end: i32): i32 {
  const ip = ipOf(f, at, end);
  if (ip === 0 || load<u8>(ip) !== IP4 || (load<u16>(ip, 6) & FRAGMENT) !== 0) return NOT_PLAIN;
  store<i32>(f, at, F_LINK);
  const protocol = <i32>load<u8>(ip, 9);
  const total = <i32>bswap<u16>(load<u16>(ip, 2));
  if (protocol === TCP) return glanceTcp(f, ip, end, total - IP_BYTES);
  if (protocol === ICMP) return glanceIcmp(f, ip, end, total);
  return protocol === UDP ? glanceUdp(ip, end, total) : NOT_PLAIN;
}

/** Where the IP header begins, all of whose bytes are there; 0 where it is not that simple. */
function ipOf(f: i32, at: i32, end: i32): i32 {
  const link = load<i32>(f, F_LINK_TYPE);
  if (link === ETHERNET) {
    if (end - at < ETHERNET_BYTES + IP_BYTES || load<u16>(at, 12) !== ETHERTYPE_IPV4) return 0;
    return at + ETHERNET_BYTES;
  }
  if (link !== SLL2 || end - at < SLL2_BYTES + IP_BYTES || load<u16>(at) !== ETHERTYPE_IPV4) return 0;
  return (load<i32>(at, 8) & SLL2_DEVICE) === SLL2_ETHER ? at + SLL2_BYTES : 0;
}

function glanceUdp(ip: i32, end: i32, total: i32): i32 {
  const plain =
    load<i32>(S_DATAGRAMS) === 0 && total >= IP_BYTES + UDP_BYTES && end - ip >= IP_BYTES + UDP_BYTES;
  return plain ? UDP_DATAGRAM : NOT_PLAIN;
}

/** The snap length may have cut the data. */
function glanceTcp(f: i32, ip: i32, end: i32, payloadLength: i32): i32 {
  const tcp = ip + IP_BYTES;
  if (end - tcp < TCP_BYTES) return NOT_PLAIN;
  const headerBytes = (<i32>load<u8>(tcp, 12) >> 4) << 2;
  if (headerBytes < TCP_BYTES || headerBytes > payloadLength || headerBytes > end - tcp) return NOT_PLAIN;
  const type = <i32>load<u8>(tcp, 13);
  const flags = type & (FLAG_SYN | FLAG_RST | FLAG_ACK);
  if (flags === FLAG_ACK && mayBearSack(tcp, headerBytes, payloadLength)) return NOT_PLAIN;
  if (flags !== FLAG_ACK && ((flags & FLAG_SYN) === 0 || (flags & FLAG_RST) !== 0)) return NOT_PLAIN;
  // Source and destination, ports and sequence number lie side by side.
  const words = bytesSwapped(v128.load(ip + 12));
  v128.store(f, words, F_SRC);
  store<i32>(f, headerOf(ip, payloadLength), F_HEADER);
  store<i32>(f, type, F_TYPE);
  const src = i32x4.extract_lane(words, 0);
  const ports = i32x4.extract_lane(words, 2);
  const seq = i32x4.extract_lane(words, 3);
  if (flags === FLAG_ACK) {
    store<i32>(f, pairingKey(TCP, src, ports >>> 16, seq - 1), F_KEY);
    return SEGMENT;
  }
  if (flags === FLAG_SYN) {
    store<i32>(f, timestampOf(tcp + TCP_BYTES, tcp + headerBytes), F_ACK);
    store<i32>(f, pairingKey(TCP, src, ports >>> 16, seq), F_KEY);
    return SYN;
  }
  const ack = bswap(load<i32>(tcp, 8));
  store<i32>(f, ack, F_ACK);
  store<i32>(f, pairingKey(TCP, i32x4.extract_lane(words, 1), ports & 0xffff, ack - 1), F_KEY);
  return SYN_ACK;
}

/** Without data, and with more options than a timestamp. */
function mayBearSack(tcp: i32, headerBytes: i32, payloadLength: i32): bool {
  if (headerBytes <= BYTES_WITHOUT_SACK || payloadLength > headerBytes) return false;
  return headerBytes !== BYTES_WITH_TIMESTAMPS || load<i32>(tcp, TCP_BYTES) !== TIMESTAMPS_ALONE;
}

function glanceIcmp(f: i32, ip: i32, end: i32, total: i32): i32 {
  if (total < IP_BYTES + ICMP_BYTES || total > end - ip) return NOT_PLAIN;
  // Source and destination; type, code and checksum; identifier and sequence.
  const words = bytesSwapped(v128.load(ip + 12));
  const type = i32x4.extract_lane(words, 2);
  const request = type >>> 24 === 8;
  if (!request && type >>> 24 !== 0) return NOT_PLAIN;
  const ports = i32x4.extract_lane(words, 3);
  const data = total - IP_BYTES - ICMP_BYTES;
  const hashed = data < HASH_LIMIT ? data : HASH_LIMIT;
  v128.store(f, words, F_SRC);
  store<i32>(f, ports, F_PORTS);
  store<i32>(f, hashBytes(ip + IP_BYTES + ICMP_BYTES, hashed), F_SEQ);
  store<i32>(f, (data << 16) | hashed, F_ACK);
  store<i32>(f, headerOf(ip, total - IP_BYTES), F_HEADER);
  store<i32>(f, type & 0xffff0000, F_TYPE);
  const originator = request ? i32x4.extract_lane(words, 0) : i32x4.extract_lane(words, 1);
  store<i32>(f, pairingKey(ICMP, originator, ports >>> 16, ports & 0xffff), F_KEY);
  return request ? ECHO_REQUEST : ECHO_REPLY;
}

/** Four words in network byte order. */
function bytesSwapped(words: v128): v128 {
  return v128.shuffle<i8>(words, words, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

function headerOf(ip: i32, payloadLength: i32): i32 {
  return ((<i32>load<u8>(ip, 8)) << 24) | ((<i32>load<u8>(ip, 1)) << 16) | payloadLength;
}

/** The sender's clock among the options in [at, end); 0 without one (RFC 7323 section 3.2). */
function timestampOf(at: i32, end: i32): i32 {
  // As Linux sends them: the largest segment, selective acknowledgements permitted, timestamps.
  if (end - at >= 16 && load<u16>(at) === MSS && load<i32>(at, 4) === SACK_AND_TIMESTAMPS)
    return bswap(load<i32>(at, 8));
  let option = at;
  while (option < end) {
    const kind = load<u8>(option);
    if (kind === 0) return 0;
    if (kind === 1) {
      option++;
      continue;
    }
    if (end - option < 2) return 0;
    const length = <i32>load<u8>(option, 1);
    if (length < 2 || end - option < length) return 0;
    if (kind === 8 && length === 10) return bswap(load<i32>(option, 2));
    option += length;
  }
  return 0;
}
