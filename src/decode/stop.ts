import type { Packet } from './packet.ts';

// Why decoding stopped (`Packet.stopReason`).
export const STOP_NONE = 0;
/** Fewer bytes than the next field needs; `lengthFrom` tells what set the end. */
export const STOP_SHORT = 1;
/** A length field has a value that cannot be: it ends inside its own header. */
export const STOP_LENGTH = 2;
/** A version field has another value than this header's. */
export const STOP_VERSION = 3;
/** More than MAX_HEADERS headers in one packet. */
export const STOP_DEPTH = 4;
/** A link type that is not decoded. */
export const STOP_LINK_TYPE = 5;

// Where (`Packet.stopLayer`).
export const LAYER_LINK = 0;
export const LAYER_ETHERNET = 1;
export const LAYER_VLAN = 2;
export const LAYER_SLL = 3;
export const LAYER_SLL2 = 4;
export const LAYER_NULL = 5;
export const LAYER_ARP = 6;
export const LAYER_IPV4 = 7;
export const LAYER_IPV6 = 8;
export const LAYER_IPV6_EXTENSION = 9;
export const LAYER_AH = 10;
export const LAYER_ICMP = 11;
export const LAYER_ICMPV6 = 12;
export const LAYER_TCP = 13;
export const LAYER_UDP = 14;
export const LAYER_QUOTED = 15;
export const LAYER_PPP = 16;

// What set the end of the bytes (`Packet.stopLengthFrom`).
export const LENGTH_FROM_FRAME = 0;
export const LENGTH_FROM_SNAP = 1;
export const LENGTH_FROM_IP = 2;

/** Tags, extension headers and quoted headers a packet may have: as Suricata's PKT_DEFAULT_MAX_DECODED_LAYERS. */
export const MAX_HEADERS = 16;

const REASONS = ['none', 'too-short', 'bad-length', 'bad-version', 'too-many-headers', 'link-type'] as const;
const LAYERS = [
  'link',
  'ethernet',
  'vlan',
  'sll',
  'sll2',
  'null',
  'arp',
  'ipv4',
  'ipv6',
  'ipv6-extension',
  'ah',
  'icmp',
  'icmp6',
  'tcp',
  'udp',
  'quoted',
  'ppp',
] as const;
const LENGTHS_FROM = ['frame', 'snap-length', 'ip-length'] as const;

/** Where and why decoding of a packet stopped. */
export interface Stop {
  readonly layer: (typeof LAYERS)[number];
  readonly reason: (typeof REASONS)[number];
  /** Offset in the frame of the header that could not be read. */
  readonly offset: number;
  /** Bytes needed there, and bytes present. */
  readonly need: number;
  readonly have: number;
  /**
   * What set the end: the frame as it was on the wire (so the header lies about its length), the snap length that cut
   * it, or the length in the IP header.
   */
  readonly lengthFrom: (typeof LENGTHS_FROM)[number];
}

/** Undefined where the packet was decoded as far as we decode its kind. */
export function stopOf(packet: Packet): Stop | undefined {
  if (packet.stopReason === STOP_NONE) return undefined;
  return {
    layer: LAYERS[packet.stopLayer],
    reason: REASONS[packet.stopReason],
    offset: packet.stopOffset,
    need: packet.stopNeed,
    have: packet.stopHave,
    lengthFrom: LENGTHS_FROM[packet.stopLengthFrom],
  };
}

/**
 * Notes the first stop of a packet. `at` is where the header begins, `have` what is left from there. Returns -1, which is no
 * offset, for those who return where the next header begins.
 */
export function stop(
  packet: Packet,
  layer: number,
  reason: number,
  at: number,
  need: number,
  have: number,
): -1 {
  if (packet.stopReason !== STOP_NONE) return -1;
  packet.stopReason = reason;
  packet.stopLayer = layer;
  packet.stopOffset = at - packet.frameStart;
  packet.stopNeed = need;
  packet.stopHave = have;
  packet.stopLengthFrom = packet.lengthFrom;
  return -1;
}

export function stopShort(packet: Packet, layer: number, at: number, need: number, end: number): -1 {
  return stop(packet, layer, STOP_SHORT, at, need, Math.max(0, end - at));
}
