import type { FrameView } from '../capture/frame.ts';
import { decodeEthernet } from './ethernet.ts';
import {
  LINKTYPE_ETHERNET,
  LINKTYPE_IPV4,
  LINKTYPE_IPV6,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_LOOP,
  LINKTYPE_NULL,
  LINKTYPE_PPP,
  LINKTYPE_PPP_HDLC,
  LINKTYPE_PPP_WITH_DIRECTION,
  LINKTYPE_RAW,
  LINKTYPE_RAW_OF_BSD,
} from './link-type.ts';
import { decodeIpv4, decodeIpv6 } from './network.ts';
import { decodeNull } from './null-loopback.ts';
import { KIND_NONE, type Packet } from './packet.ts';
import { decodePpp, decodePppWithDirection } from './ppp.ts';
import { decodeRawIp } from './raw-ip.ts';
import { decodeSll } from './sll.ts';
import { decodeSll2 } from './sll2.ts';
import { LAYER_LINK, LENGTH_FROM_FRAME, LENGTH_FROM_SNAP, STOP_LINK_TYPE, STOP_NONE, stop } from './stop.ts';

const ETHERNET = LINKTYPE_ETHERNET;
const NONE = KIND_NONE;
const GOES_ON = STOP_NONE;
const FROM_SNAP = LENGTH_FROM_SNAP;
const FROM_FRAME = LENGTH_FROM_FRAME;

/** Fills the packet from the frame, as far as its bytes go. Never throws, whatever the bytes. */
export function decodeFrame(frame: FrameView, packet: Packet): void {
  const { view, offset, capturedLength, originalLength } = frame;
  const end = offset + capturedLength;
  const cut = originalLength > capturedLength;
  packet.frameStart = offset;
  packet.wireEnd = cut ? offset + originalLength : end;
  packet.lengthFrom = cut ? FROM_SNAP : FROM_FRAME;
  packet.direction = frame.direction;
  clear(packet);
  if (frame.linkType === ETHERNET) decodeEthernet(view, offset, end, packet);
  else decodeOtherLink(frame.linkType, view, offset, end, packet);
}

function clear(packet: Packet): void {
  packet.kind = NONE;
  packet.family = 0;
  packet.protocol = 0;
  packet.vlan = -1;
  packet.vlanTags = 0;
  packet.fragment = 0;
  packet.authenticated = 0;
  packet.arpOperation = 0;
  packet.headers = 0;
  packet.stopReason = GOES_ON;
  packet.interfaceIndex = 0;
  packet.sllType = 255;
}

function decodeOtherLink(linkType: number, view: DataView, at: number, end: number, packet: Packet): void {
  packet.macSrcHigh = 0;
  packet.macSrcLow = 0;
  packet.macDstHigh = 0;
  packet.macDstLow = 0;
  if (linkType === LINKTYPE_LINUX_SLL2) decodeSll2(view, at, end, packet);
  else if (linkType === LINKTYPE_LINUX_SLL) decodeSll(view, at, end, packet);
  else if (linkType === LINKTYPE_RAW || linkType === LINKTYPE_RAW_OF_BSD) decodeRawIp(view, at, end, packet);
  else if (linkType === LINKTYPE_IPV4) decodeIpv4(view, at, end, packet);
  else if (linkType === LINKTYPE_IPV6) decodeIpv6(view, at, end, packet);
  else if (linkType === LINKTYPE_NULL || linkType === LINKTYPE_LOOP) decodeNull(view, at, end, packet);
  else if (linkType === LINKTYPE_PPP || linkType === LINKTYPE_PPP_HDLC) decodePpp(view, at, end, packet);
  else if (linkType === LINKTYPE_PPP_WITH_DIRECTION) decodePppWithDirection(view, at, end, packet);
  else stop(packet, LAYER_LINK, STOP_LINK_TYPE, at, 0, end - at);
}
