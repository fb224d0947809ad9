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
  LINKTYPE_RAW,
  LINKTYPE_RAW_OF_BSD,
} from './link-type.ts';
import { decodeIpv4, decodeIpv6 } from './network.ts';
import { decodeNull } from './null-loopback.ts';
import { KIND_NONE, type Packet } from './packet.ts';
import { decodeRawIp } from './raw-ip.ts';
import { decodeSll } from './sll.ts';
import { decodeSll2 } from './sll2.ts';
import { LAYER_LINK, LENGTH_FROM_FRAME, LENGTH_FROM_SNAP, STOP_LINK_TYPE, STOP_NONE, stop } from './stop.ts';

/** Fills the packet from the frame, as far as its bytes go. Never throws, whatever the bytes. */
export function decodeFrame(frame: FrameView, packet: Packet): void {
  const { view, offset, capturedLength, originalLength, linkType } = frame;
  const end = offset + capturedLength;
  begin(frame, packet, offset);
  packet.wireEnd = originalLength > capturedLength ? offset + originalLength : end;
  packet.lengthFrom = originalLength > capturedLength ? LENGTH_FROM_SNAP : LENGTH_FROM_FRAME;
  if (linkType === LINKTYPE_ETHERNET) decodeEthernet(view, offset, end, packet);
  else if (linkType === LINKTYPE_LINUX_SLL2) decodeSll2(view, offset, end, packet);
  else if (linkType === LINKTYPE_LINUX_SLL) decodeSll(view, offset, end, packet);
  else decodeRareLink(linkType, view, offset, end, packet);
}

function begin(frame: FrameView, packet: Packet, offset: number): void {
  packet.kind = KIND_NONE;
  packet.family = 0;
  packet.protocol = 0;
  packet.vlan = -1;
  packet.vlanTags = 0;
  packet.fragment = 0;
  packet.interfaceIndex = 0;
  packet.direction = frame.direction;
  packet.sllType = 255;
  packet.macSrcHigh = 0;
  packet.macSrcLow = 0;
  packet.macDstHigh = 0;
  packet.macDstLow = 0;
  packet.authenticated = 0;
  packet.stopReason = STOP_NONE;
  packet.headers = 0;
  packet.frameStart = offset;
}

function decodeRareLink(linkType: number, view: DataView, at: number, end: number, packet: Packet): void {
  if (linkType === LINKTYPE_RAW || linkType === LINKTYPE_RAW_OF_BSD) decodeRawIp(view, at, end, packet);
  else if (linkType === LINKTYPE_IPV4) decodeIpv4(view, at, end, packet);
  else if (linkType === LINKTYPE_IPV6) decodeIpv6(view, at, end, packet);
  else if (linkType === LINKTYPE_NULL || linkType === LINKTYPE_LOOP) decodeNull(view, at, end, packet);
  else stop(packet, LAYER_LINK, STOP_LINK_TYPE, at, 0, end - at);
}
