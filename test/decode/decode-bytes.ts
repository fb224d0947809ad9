import { FrameView } from '../../src/capture/frame.ts';
import { decodeFrame } from '../../src/decode/decode.ts';
import { Packet } from '../../src/decode/packet.ts';

/** Bytes written out as hex, one field a line; what follows a `#` is a comment. */
export function hex(source: string): Uint8Array {
  const digits = source.replace(/#.*$/gm, '').replace(/\s+/g, '');
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Decodes the bytes as one frame, somewhere in the middle of a larger buffer. */
export function decodeBytes(linkType: number, bytes: Uint8Array, originalLength = bytes.length): Packet {
  const packet = new Packet();
  decodeInto(packet, linkType, bytes, originalLength);
  return packet;
}

export function decodeInto(
  packet: Packet,
  linkType: number,
  bytes: Uint8Array,
  originalLength = bytes.length,
): void {
  decodeFrame(frameOf(linkType, bytes, originalLength), packet);
}

/** The bytes as one frame, at an odd place, and non-zero bytes around, so that reading past the frame would show. */
export function frameOf(linkType: number, bytes: Uint8Array, originalLength: number): FrameView {
  const frame = new FrameView();
  const buffer = new Uint8Array(bytes.length + 100).fill(0xff);
  buffer.set(bytes, 33);
  frame.bytes = buffer;
  frame.view = new DataView(buffer.buffer);
  frame.offset = 33;
  frame.capturedLength = bytes.length;
  frame.originalLength = originalLength;
  frame.linkType = linkType;
  return frame;
}

/** Every shorter prefix, as the snap length would cut it: none may throw; returns how each was decoded. */
export function decodePrefixes(linkType: number, bytes: Uint8Array): Packet[] {
  const all: Packet[] = [];
  for (let length = 0; length < bytes.length; length++) {
    all.push(decodeBytes(linkType, bytes.slice(0, length), bytes.length));
  }
  return all;
}

/** The frame sits at the very end of its buffer: any read behind it throws. */
export function decodeAtEnd(linkType: number, bytes: Uint8Array): Packet {
  const packet = new Packet();
  const frame = new FrameView();
  const buffer = bytes.slice();
  frame.bytes = buffer;
  frame.view = new DataView(buffer.buffer);
  frame.capturedLength = buffer.length;
  frame.originalLength = buffer.length;
  frame.linkType = linkType;
  decodeFrame(frame, packet);
  return packet;
}
