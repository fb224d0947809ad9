import { describe, expect, test } from 'vitest';
import { KIND_NONE, KIND_SYN, KIND_TCP_ACK, type Packet } from '../../src/decode/packet.ts';
import { PlainFrame } from '../../src/decode/plain.ts';
import { STOP_NONE } from '../../src/decode/stop.ts';
import { decodeBytes, frameOf, hex } from './decode-bytes.ts';
import { ECHO_REQUEST, ethernet, ipv4, SYN, tcp } from './packets.ts';

const SLL2 = 276;
const COOKED = '08 00 00 00 00 00 00 03 00 01 04 06 02 00 00 00 00 64 00 00';
const TIMED = '01 01 08 0a 00 00 00 01 00 00 00 02';
const FRAMES: readonly [string, number, Uint8Array][] = [
  ['an echo request', 1, ethernet('08 00', ipv4('00 26', '01'), ECHO_REQUEST)],
  ['a SYN with options', 1, ethernet('08 00', ipv4('00 30', '06'), SYN)],
  ['a SYN-ACK', 1, ethernet('08 00', ipv4('00 28', '06'), tcp('12'))],
  ['a segment with a timestamp', 1, ethernet('08 00', ipv4('00 34', '06'), tcp('10', '80'), TIMED)],
  ['a cooked echo request', SLL2, hex(`${COOKED} ${ipv4('00 26', '01')}${ECHO_REQUEST}`)],
];

function glance(linkType: number, bytes: Uint8Array, original: number): [number, PlainFrame] {
  const plain = new PlainFrame();
  return [plain.read(frameOf(linkType, bytes, original)), plain];
}

function told(plain: PlainFrame, kind: number) {
  const { src, dst, ports, header, payloadLength, tcpFlags, macSrcHigh } = plain;
  const own = kind === KIND_TCP_ACK ? [plain.seq] : [plain.seq, plain.ack];
  return { kind, src, dst, ports, header, payloadLength, tcpFlags, mac: [macSrcHigh, plain.macSrcLow], own };
}

/** The same of a packet that `decodeFrame` filled. */
function decoded(packet: Packet) {
  const isTcp = packet.kind >= KIND_SYN;
  const { kind, payloadLength } = packet;
  const acknowledged = kind === KIND_SYN ? packet.timestamp : packet.ack;
  const data = [packet.dataHash, (packet.dataLength << 16) | packet.dataHashed];
  const numbers = kind === KIND_TCP_ACK ? [packet.seq] : [packet.seq, acknowledged];
  const icmp = isTcp ? 0 : (packet.icmpType << 24) | (packet.icmpCode << 16);
  return {
    kind,
    src: packet.src0 | 0,
    dst: packet.dst0 | 0,
    ports: (packet.sourcePort << 16) | packet.destinationPort,
    header: icmp | (packet.ttl << 8) | packet.tos,
    payloadLength,
    tcpFlags: isTcp ? packet.tcpFlags : 0,
    mac: [packet.macSrcHigh, packet.macSrcLow | 0],
    own: (isTcp ? numbers : data).map((word) => word | 0),
  };
}

describe('what a glance tells is what the decoder tells', () => {
  for (const [name, linkType, bytes] of FRAMES) {
    const expectTheSame = (changed: Uint8Array, original: number) => {
      const [kind, plain] = glance(linkType, changed, original);
      if (kind === KIND_NONE) return 0;
      const packet = decodeBytes(linkType, changed, original);
      expect([packet.stopReason, packet.family, packet.fragment]).toEqual([STOP_NONE, 4, 0]);
      expect(told(plain, kind)).toEqual(decoded(packet));
      return 1;
    };

    test(name, () => {
      expect(expectTheSame(bytes, bytes.length)).toBe(1);
    });

    test(`${name}, each byte with each value`, () => {
      for (let at = 0; at < bytes.length; at++) {
        for (let value = 0; value < 256; value++) {
          const changed = bytes.slice();
          changed[at] = value;
          expectTheSame(changed, bytes.length);
        }
      }
    });

    test(`${name}, every shorter prefix`, () => {
      for (let length = 0; length < bytes.length; length++) {
        expectTheSame(bytes.slice(0, length), bytes.length);
      }
    });
  }
});
