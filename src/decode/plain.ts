import type { FrameView } from '../capture/frame.ts';
import { hashBytes } from './hash.ts';
import { LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL2 } from './link-type.ts';
import {
  DATA_HASH_LIMIT,
  KIND_ECHO_REPLY,
  KIND_ECHO_REQUEST,
  KIND_NONE,
  KIND_SYN,
  KIND_SYN_ACK,
  KIND_TCP_ACK,
  type PacketKind,
} from './packet.ts';
import { timestampOf } from './tcp.ts';

// Local, because an imported constant is loaded from its module at each use, and a local one is part of the code.
const ETHERNET = LINKTYPE_ETHERNET;
const SLL2 = LINKTYPE_LINUX_SLL2;
const NONE = KIND_NONE;
const ECHO_REQUEST = KIND_ECHO_REQUEST;
const ECHO_REPLY = KIND_ECHO_REPLY;
const SYN = KIND_SYN;
const SYN_ACK = KIND_SYN_ACK;
const ACK = KIND_TCP_ACK;
const HASH_LIMIT = DATA_HASH_LIMIT;

const ETHERNET_BYTES = 14;
const SLL2_BYTES = 20;
/** ARPHRD_ETHER of linux/if_arp.h, with an EUI-48 of six bytes; the packet type lies between them. */
const SLL2_ETHER = 0x00010006;
const SLL2_DEVICE = 0xffff00ff | 0;

/** Version 4, a header of five words, no fragment; ICMP or TCP with the header it has at least. */
const IP4 = 0x45;
const IP_BYTES = 20;
const FRAGMENT = 0x3fff;
const ICMP = 1;
const ICMP_BYTES = 8;
const TCP = 6;
const TCP_BYTES = 20;
const TCP_SYN = 0x02;
const TCP_RST = 0x04;
const TCP_ACK = 0x10;
/** A selective acknowledgement takes ten bytes at least (RFC 2018); Linux's segments bear NOP, NOP and timestamps. */
const BYTES_WITHOUT_SACK = 28;
const BYTES_WITH_TIMESTAMPS = 32;
const TIMESTAMPS_ALONE = 0x0101080a;

/**
 * Reads at one glance the frames that most captures and floods consist of: an echo message, a SYN or a SYN-ACK, or a TCP
 * segment with ACK that acknowledges nothing selectively, in IPv4 without options, on Ethernet without VLAN tags or in a
 * Linux cooked header (version 2) of an Ethernet device. Says of
 * them what `decodeFrame` says, and nothing of any other frame. One object is filled again for every frame; all words are
 * signed 32-bit, so that they need no boxes.
 */
export class PlainFrame {
  /** Link-layer header: bytes 0 to 11 of Ethernet; of SLL2 interface index, device and packet type, nothing. */
  link0 = 0;
  link1 = 0;
  link2 = 0;
  macSrcHigh = 0;
  macSrcLow = 0;
  src = 0;
  dst = 0;
  /** Source port or echo identifier (upper 16 bits), destination port or echo sequence. */
  ports = 0;
  /** TCP sequence number; echo: hash of the data, as `hashBytes` gives it. */
  seq = 0;
  /** SYN-ACK: acknowledgement number; SYN: timestamp or 0; other segments: stale; echo: length of the data (upper 16 bits) and bytes hashed. */
  ack = 0;
  /** ICMP type and code, TTL, TOS; 8 bits each from the top. */
  header = 0;
  /** Of TCP, else 0. */
  tcpFlags = 0;
  /** Bytes behind the IP header. */
  payloadLength = 0;

  /** The packet's kind, or KIND_NONE for frames that want the whole decoder. */
  read(frame: FrameView): PacketKind {
    const { view, offset, linkType } = frame;
    const end = offset + frame.capturedLength;
    if (linkType === ETHERNET) {
      if (end - offset < ETHERNET_BYTES + IP_BYTES || view.getUint16(offset + 12) !== 0x0800) return NONE;
      this.link0 = view.getInt32(offset);
      this.link1 = view.getInt32(offset + 4);
      const low = view.getInt32(offset + 8);
      this.link2 = low;
      this.macSrcLow = low;
      this.macSrcHigh = this.link1 & 0xffff;
      return this.ip(view, offset + ETHERNET_BYTES, end);
    }
    if (linkType !== SLL2 || end - offset < SLL2_BYTES + IP_BYTES) return NONE;
    const device = view.getInt32(offset + 8);
    if (view.getUint16(offset) !== 0x0800 || (device & SLL2_DEVICE) !== SLL2_ETHER) return NONE;
    this.link0 = view.getInt32(offset + 4);
    this.link1 = device;
    this.macSrcHigh = view.getUint16(offset + 12);
    this.macSrcLow = view.getInt32(offset + 14);
    this.link2 = 0;
    return this.ip(view, offset + SLL2_BYTES, end);
  }

  private ip(view: DataView, at: number, end: number): PacketKind {
    const first = view.getInt32(at);
    const total = first & 0xffff;
    if (first >>> 24 !== IP4 || (view.getInt32(at + 4) & FRAGMENT) !== 0) return NONE;
    const third = view.getInt32(at + 8);
    const protocol = (third >>> 16) & 0xff;
    this.src = view.getInt32(at + 12);
    this.dst = view.getInt32(at + 16);
    this.header = ((third >>> 24) << 8) | ((first >>> 16) & 0xff);
    this.payloadLength = total - IP_BYTES;
    if (protocol === TCP) return this.tcp(view, at + IP_BYTES, end);
    const whole = total >= IP_BYTES + ICMP_BYTES && total <= end - at;
    return protocol === ICMP && whole ? this.icmp(view, at + IP_BYTES) : NONE;
  }

  private icmp(view: DataView, at: number): PacketKind {
    const type = view.getUint16(at);
    const kind = type >>> 8 === 8 ? ECHO_REQUEST : type >>> 8 === 0 ? ECHO_REPLY : NONE;
    if (kind === NONE) return NONE;
    const data = this.payloadLength - ICMP_BYTES;
    const hashed = data < HASH_LIMIT ? data : HASH_LIMIT;
    this.tcpFlags = 0;
    this.header |= type << 16;
    this.ports = view.getInt32(at + 4);
    this.seq = hashBytes(view, at + ICMP_BYTES, hashed) | 0;
    this.ack = (data << 16) | hashed;
    return kind;
  }

  /** The snap length may have cut the data. */
  private tcp(view: DataView, at: number, end: number): PacketKind {
    if (end - at < TCP_BYTES) return NONE;
    const word = view.getUint16(at + 12);
    const headerBytes = (word >>> 12) * 4;
    if (headerBytes < TCP_BYTES || headerBytes > this.payloadLength || headerBytes > end - at) return NONE;
    this.tcpFlags = word & 0xff;
    this.ports = view.getInt32(at);
    this.seq = view.getInt32(at + 4);
    const flags = word & (TCP_SYN | TCP_RST | TCP_ACK);
    if (flags === TCP_ACK) return this.mayBearSack(view, at, headerBytes) ? NONE : ACK;
    if (flags === TCP_SYN) this.ack = timestampOf(view, at + TCP_BYTES, at + headerBytes);
    else if (flags === (TCP_SYN | TCP_ACK)) this.ack = view.getInt32(at + 8);
    else return NONE;
    return flags === TCP_SYN ? SYN : SYN_ACK;
  }

  /** Without data, and with more options than a timestamp. */
  private mayBearSack(view: DataView, at: number, headerBytes: number): boolean {
    if (headerBytes <= BYTES_WITHOUT_SACK || this.payloadLength > headerBytes) return false;
    return headerBytes !== BYTES_WITH_TIMESTAMPS || view.getInt32(at + TCP_BYTES) !== TIMESTAMPS_ALONE;
  }
}
