import {
  F_ACK,
  F_DST,
  F_END,
  F_HEADER,
  F_LINK,
  F_LINK_TYPE,
  F_PORTS,
  F_SEQ,
  F_SRC,
  F_TYPE,
} from './batch.ts';
import { hashBytes } from './hash.ts';
import { findIp, findPlainIp, isIp6, mayPair } from './headers.ts';
import { foldAddress, pairingKey } from './keys.ts';
import { ECHO_REPLY, ECHO_REQUEST, NOT_PLAIN, SEGMENT, SYN, SYN_ACK, UDP_DATAGRAM } from './kinds.ts';
import { S_DATAGRAMS } from './layout.ts';
import { setKey, setKeyAlone } from './ring.ts';

/** Version 4, a header of five words. */
const IP4 = 0x45;
/** More fragments, and the offset; as the bytes are loaded, the first one lowest. */
const FRAGMENT = 0xff3f;
const IP_BYTES = 20;
const IP6_BYTES = 40;
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

/** Of all that is plain: the shortest link-layer header, IPv4, an echo message without data. */
const LEAST_BYTES = 42;

/**
 * Reads the frame between F_LINK and F_END of `f` at one glance, if it is one that most captures and floods consist of: an echo
 * message, a SYN or a SYN-ACK, in IPv4 without options, on Ethernet with at most one VLAN tag, in a Linux cooked header of an
 * Ethernet device, or without a link-layer header; or, in IPv6 as well, a segment with ACK that acknowledges nothing selectively,
 * or a datagram that is not followed. Fills `f` and returns the kind, as `decodeFrame` would tell it; NOT_PLAIN for any other
 * frame. A SYN that bears data is not plain.
 */
export function glance(f: i32): i32 {
  const linkType = load<i32>(f, F_LINK_TYPE);
  const at = load<i32>(f, F_LINK);
  const end = load<i32>(f, F_END);
  let ip = end - at < LEAST_BYTES ? 0 : findPlainIp(linkType, at);
  let pairs = true;
  if (ip === 0) {
    ip = findIp(linkType, at, end);
    if (ip === 0) return NOT_PLAIN;
    if (isIp6) return glanceIp6(f, ip, end);
    if (end - ip < IP_BYTES) return NOT_PLAIN;
    pairs = mayPair;
  }
  if (((<i32>load<u8>(ip) ^ IP4) | (<i32>load<u16>(ip, 6) & FRAGMENT)) !== 0) return NOT_PLAIN;
  const protocol = <i32>load<u8>(ip, 9);
  const total = ((<i32>load<u8>(ip, 2)) << 8) | <i32>load<u8>(ip, 3);
  if (protocol === TCP) return glanceTcp(f, ip, end, total - IP_BYTES, pairs);
  if (protocol === ICMP) return pairs ? glanceIcmp(f, ip, end, total) : NOT_PLAIN;
  return protocol === UDP ? glanceUdp(ip + IP_BYTES, end, total - IP_BYTES) : NOT_PLAIN;
}

/** Without extension headers; its addresses are told as one word each (`foldAddress`). */
function glanceIp6(f: i32, ip: i32, end: i32): i32 {
  if (end - ip < IP6_BYTES || load<u8>(ip) >> 4 !== 6) return NOT_PLAIN;
  const payloadLength = <i32>bswap<u16>(load<u16>(ip, 4));
  const protocol = <i32>load<u8>(ip, 6);
  const transport = ip + IP6_BYTES;
  if (protocol === UDP) return glanceUdp(transport, end, payloadLength);
  if (protocol !== TCP || flagsOf(transport, end, payloadLength) !== FLAG_ACK) return NOT_PLAIN;
  const src = foldAddress(ip + 8);
  const ports = bswap(load<i32>(transport));
  const seq = bswap(load<i32>(transport, 4));
  store<i32>(f, src, F_SRC);
  store<i32>(f, foldAddress(ip + 24), F_DST);
  store<i32>(f, ports, F_PORTS);
  store<i32>(f, seq, F_SEQ);
  store<i32>(f, payloadLength, F_HEADER);
  setKeyAlone(f, pairingKey(TCP, src, ports >>> 16, seq - 1));
  return SEGMENT;
}

function glanceUdp(udp: i32, end: i32, payloadLength: i32): i32 {
  const plain = load<i32>(S_DATAGRAMS) === 0 && payloadLength >= UDP_BYTES && end - udp >= UDP_BYTES;
  return plain ? UDP_DATAGRAM : NOT_PLAIN;
}

/** SYN, RST and ACK of a header that is whole; -1 where it is not, or may acknowledge selectively. */
function flagsOf(tcp: i32, end: i32, payloadLength: i32): i32 {
  if (end - tcp < TCP_BYTES) return -1;
  const headerBytes = headerBytesOf(tcp);
  if (!isWhole(headerBytes, payloadLength, end - tcp)) return -1;
  const flags = <i32>load<u8>(tcp, 13) & (FLAG_SYN | FLAG_RST | FLAG_ACK);
  return flags === FLAG_ACK && mayBearSack(tcp, headerBytes, payloadLength) ? -1 : flags;
}

function headerBytesOf(tcp: i32): i32 {
  return (<i32>load<u8>(tcp, 12) >> 4) << 2;
}

/** @param room bytes that were captured */
function isWhole(headerBytes: i32, payloadLength: i32, room: i32): bool {
  // Negative where one of them is.
  return ((headerBytes - TCP_BYTES) | (payloadLength - headerBytes) | (room - headerBytes)) >= 0;
}

/** The snap length may have cut the data. */
function glanceTcp(f: i32, ip: i32, end: i32, payloadLength: i32, pairs: bool): i32 {
  const tcp = ip + IP_BYTES;
  if (end - tcp < TCP_BYTES) return NOT_PLAIN;
  const headerBytes = headerBytesOf(tcp);
  if (!isWhole(headerBytes, payloadLength, end - tcp)) return NOT_PLAIN;
  const type = <i32>load<u8>(tcp, 13);
  const flags = type & (FLAG_SYN | FLAG_RST | FLAG_ACK);
  // Source and destination, ports and sequence number lie side by side.
  const words = bytesSwapped(v128.load(ip + 12));
  v128.store(f, words, F_SRC);
  store<i32>(f, headerOf(ip, payloadLength), F_HEADER);
  store<i32>(f, type, F_TYPE);
  const src = i32x4.extract_lane(words, 0);
  const ports = i32x4.extract_lane(words, 2);
  const seq = i32x4.extract_lane(words, 3);
  if (flags === FLAG_ACK) {
    if (mayBearSack(tcp, headerBytes, payloadLength)) return NOT_PLAIN;
    setKeyAlone(f, pairingKey(TCP, src, ports >>> 16, seq - 1));
    return SEGMENT;
  }
  if (!pairs) return NOT_PLAIN;
  if (flags === FLAG_SYN) {
    // Its data may be acknowledged with it (TCP Fast Open, RFC 7413).
    if (payloadLength > headerBytes) return NOT_PLAIN;
    store<i32>(f, timestampOf(tcp + TCP_BYTES, tcp + headerBytes), F_ACK);
    setKey(f, pairingKey(TCP, src, ports >>> 16, seq));
    return SYN;
  }
  if (flags !== (FLAG_SYN | FLAG_ACK)) return NOT_PLAIN;
  const ack = bswap(load<i32>(tcp, 8));
  store<i32>(f, ack, F_ACK);
  setKey(f, pairingKey(TCP, i32x4.extract_lane(words, 1), ports & 0xffff, ack - 1));
  return SYN_ACK;
}

/** Without data, and with more options than a timestamp. */
function mayBearSack(tcp: i32, headerBytes: i32, payloadLength: i32): bool {
  if (headerBytes <= BYTES_WITHOUT_SACK || payloadLength > headerBytes) return false;
  return headerBytes !== BYTES_WITH_TIMESTAMPS || load<i32>(tcp, TCP_BYTES) !== TIMESTAMPS_ALONE;
}

function glanceIcmp(f: i32, ip: i32, end: i32, total: i32): i32 {
  if (((total - IP_BYTES - ICMP_BYTES) | (end - ip - total)) < 0) return NOT_PLAIN;
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
  setKey(f, pairingKey(ICMP, originator, ports >>> 16, ports & 0xffff));
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
  if (end - at >= 16) {
    const options = (<i32>load<u16>(at) ^ MSS) | (load<i32>(at, 4) ^ SACK_AND_TIMESTAMPS);
    if (options === 0) return bswap(load<i32>(at, 8));
  }
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
