import { KIND_RST, KIND_SYN, KIND_SYN_ACK, KIND_TCP_ACK, type Packet } from './packet.ts';
import { LAYER_TCP, STOP_LENGTH, stop, stopShort } from './stop.ts';

// RFC 9293 section 3.1.
const SOURCE_PORT = 0;
const DESTINATION_PORT = 2;
const SEQUENCE = 4;
const ACKNOWLEDGEMENT = 8;
const DATA_OFFSET = 12;
const FLAGS = 13;
const HEADER_BYTES = 20;
/** Up to and with the flags: enough to tell what the segment is, where the snap length cut the rest. */
const BYTES_TO_FLAGS = 14;

const SYN = 0x02;
const RST = 0x04;
const ACK = 0x10;

export { ACK as TCP_ACK, RST as TCP_RST, SYN as TCP_SYN };

/** Section 3.2: kind 0 ends the list, 1 is padding, every other kind is followed by its length. */
const OPTION_END = 0;
const OPTION_NOP = 1;
const OPTION_MSS = 2;
const OPTION_SACK = 5;
/** A block takes 8 bytes, its kind and length 2. */
const BYTES_WITHOUT_SACK = HEADER_BYTES + 8;
const OPTION_MSS_BYTES = 4;
/** RFC 7323 section 3.2: kind 8, length 10, the sender's clock, the other's clock echoed. */
const OPTION_TIMESTAMPS = 8;
const OPTION_TIMESTAMPS_BYTES = 10;

export function decodeTcp(view: DataView, at: number, end: number, packet: Packet): void {
  if (end - at < BYTES_TO_FLAGS) {
    stopShort(packet, LAYER_TCP, at, HEADER_BYTES, end);
    return;
  }
  const flags = view.getUint8(at + FLAGS);
  packet.tcpFlags = flags;
  packet.sourcePort = view.getUint16(at + SOURCE_PORT);
  packet.destinationPort = view.getUint16(at + DESTINATION_PORT);
  packet.seq = view.getUint32(at + SEQUENCE);
  packet.ack = view.getUint32(at + ACKNOWLEDGEMENT);
  const headerBytes = (view.getUint8(at + DATA_OFFSET) >>> 4) * 4;
  packet.dataLength = packet.payloadLength - headerBytes;
  if (headerBytes < HEADER_BYTES) {
    stop(packet, LAYER_TCP, STOP_LENGTH, at, HEADER_BYTES, headerBytes);
    return;
  }
  if ((flags & RST) !== 0) packet.kind = KIND_RST;
  else if ((flags & SYN) !== 0) {
    packet.kind = (flags & ACK) !== 0 ? KIND_SYN_ACK : KIND_SYN;
    takeOptions(view, at + HEADER_BYTES, Math.min(end, at + headerBytes), packet);
  } else if ((flags & ACK) !== 0) {
    packet.kind = KIND_TCP_ACK;
    packet.sack =
      headerBytes > BYTES_WITHOUT_SACK &&
      packet.dataLength === 0 &&
      bearsSack(view, at + HEADER_BYTES, Math.min(end, at + headerBytes));
  }
  if (end - at < headerBytes) stopShort(packet, LAYER_TCP, at, headerBytes, end);
}

/** Kind 5, RFC 2018 section 3: of no use but for one block at least. */
function bearsSack(view: DataView, at: number, end: number): boolean {
  for (let option = at; end - option >= 2; ) {
    const kind = view.getUint8(option);
    if (kind === OPTION_SACK || kind === OPTION_END) return kind === OPTION_SACK;
    const length = kind === OPTION_NOP ? 1 : view.getUint8(option + 1);
    if (length < 1) return false;
    option += length;
  }
  return false;
}

/** RFC 9293 section 3.7.1: the largest segment the sender takes; and the sender's clock. */
function takeOptions(view: DataView, at: number, end: number, packet: Packet): void {
  const mss = optionAt(view, at, end, OPTION_MSS, OPTION_MSS_BYTES);
  packet.mss = mss < 0 ? 0 : view.getUint16(mss);
  packet.timestamp = timestampOf(view, at, end) >>> 0;
}

/** The sender's clock among the options in [at, end), as a signed word; 0 without one. */
export function timestampOf(view: DataView, at: number, end: number): number {
  const value = optionAt(view, at, end, OPTION_TIMESTAMPS, OPTION_TIMESTAMPS_BYTES);
  return value < 0 ? 0 : view.getInt32(value);
}

/** Where the value of the first option of this kind and length begins; -1 where there is none. */
function optionAt(view: DataView, at: number, end: number, wanted: number, bytes: number): number {
  for (let option = at; option < end; ) {
    const kind = view.getUint8(option);
    if (kind === OPTION_END) return -1;
    if (kind === OPTION_NOP) {
      option++;
      continue;
    }
    if (end - option < 2) return -1;
    const length = view.getUint8(option + 1);
    if (length < 2 || end - option < length) return -1;
    if (kind === wanted && length === bytes) return option + 2;
    option += length;
  }
  return -1;
}
