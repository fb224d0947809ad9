import { describe, expect, test } from 'vitest';
import {
  KIND_ECHO_REPLY,
  KIND_ECHO_REQUEST,
  KIND_SYN,
  KIND_SYN_ACK,
  KIND_TCP_ACK,
  KIND_UDP,
  type Packet,
} from '../../src/decode/packet.ts';
import { STOP_NONE } from '../../src/decode/stop.ts';
import { foldDestination, foldSource, keyOf } from '../../src/exchange/packet-key.ts';
import { SharedMemory } from '../../src/exchange/shared-memory.ts';
import { BATCH, FACES, S_STOP, S_UNFILTERED } from '../../src/exchange/shortcut/layout.ts';
import { decodeBytes, hex } from '../decode/decode-bytes.ts';
import { ECHO_REQUEST, ethernet, ipv4, ipv6, SYN, tcp } from '../decode/packets.ts';

/** What the code of the shortcut reads of a frame: offsets in words. */
const batch: Readonly<Record<string, number>> = await import(
  new URL('../../src/exchange/shortcut/batch.ts', import.meta.url).href
);
/** S_STOP: the frame is not plain. */
const AT_FRAME = 1;

const RAW = 101;
const SLL = 113;
const SLL2 = 276;
const OLD_COOKED = '00 04 00 01 00 06 02 00 00 00 00 64 00 00 08 00';
/** ARPHRD_LOOPBACK. */
const LOOPED = '08 00 00 00 00 00 00 01 03 04 00 06 00 00 00 00 00 00 00 00';
const COOKED = '08 00 00 00 00 00 00 03 00 01 04 06 02 00 00 00 00 64 00 00';
const TIMED = '01 01 08 0a 00 00 00 01 00 00 00 02';
const SELECTIVE = '01 01 05 0a 00 00 00 01 00 00 00 02';
const DATAGRAM = '13 88 13 89 00 0c 00 00 61 62 63 64';
const REPLY = `00${ECHO_REQUEST.slice(ECHO_REQUEST.indexOf('08') + 2)}`;
const LONG_DATA = '31 '.repeat(90);
const FRAMES: readonly [string, number, Uint8Array, number][] = [
  ['an echo request', 1, ethernet('08 00', ipv4('00 26', '01'), ECHO_REQUEST), KIND_ECHO_REQUEST],
  ['an echo reply', 1, ethernet('08 00', ipv4('00 26', '01'), REPLY), KIND_ECHO_REPLY],
  [
    'one with much data',
    1,
    ethernet('08 00', ipv4('00 80', '01'), ECHO_REQUEST, LONG_DATA),
    KIND_ECHO_REQUEST,
  ],
  ['a SYN with options', 1, ethernet('08 00', ipv4('00 30', '06'), SYN), KIND_SYN],
  ['a SYN with a timestamp', 1, ethernet('08 00', ipv4('00 34', '06'), tcp('02', '80'), TIMED), KIND_SYN],
  ['a SYN-ACK', 1, ethernet('08 00', ipv4('00 28', '06'), tcp('12')), KIND_SYN_ACK],
  [
    'a segment with a timestamp',
    1,
    ethernet('08 00', ipv4('00 34', '06'), tcp('10', '80'), TIMED),
    KIND_TCP_ACK,
  ],
  [
    'one with data',
    1,
    ethernet('08 00', ipv4('00 3c', '06'), tcp('18', '80'), SELECTIVE, DATAGRAM),
    KIND_TCP_ACK,
  ],
  ['a datagram', 1, ethernet('08 00', ipv4('00 20', '11'), DATAGRAM), KIND_UDP],
  ['a tagged segment', 1, ethernet('81 00 00 64 08 00', ipv4('00 28', '06'), tcp('10')), KIND_TCP_ACK],
  ['a tagged datagram', 1, ethernet('88 a8 00 64 08 00', ipv4('00 20', '11'), DATAGRAM), KIND_UDP],
  ['a segment in IPv6', 1, ethernet('86 dd', ipv6('00 20', '06'), tcp('10', '80'), TIMED), KIND_TCP_ACK],
  ['a datagram in IPv6', 1, ethernet('86 dd', ipv6('00 0c', '11'), DATAGRAM), KIND_UDP],
  [
    'a cooked segment in IPv6',
    SLL2,
    hex(`86 dd ${COOKED.slice(6)} ${ipv6('00 14', '06')}${tcp('10')}`),
    KIND_TCP_ACK,
  ],
  ['a segment to this host', SLL2, hex(`${LOOPED} ${ipv4('00 28', '06')}${tcp('10')}`), KIND_TCP_ACK],
  [
    'a segment in an older cooked header',
    SLL,
    hex(`${OLD_COOKED} ${ipv4('00 28', '06')}${tcp('10')}`),
    KIND_TCP_ACK,
  ],
  ['a segment without a link-layer header', RAW, hex(`${ipv4('00 28', '06')}${tcp('10')}`), KIND_TCP_ACK],
  ['the same in IPv6', RAW, hex(`${ipv6('00 14', '06')}${tcp('10')}`), KIND_TCP_ACK],
  ['a tagged SYN', 1, ethernet('81 00 00 64 08 00', ipv4('00 28', '06'), tcp('02')), KIND_SYN],
  ['a SYN-ACK without a link-layer header', RAW, hex(`${ipv4('00 28', '06')}${tcp('12')}`), KIND_SYN_ACK],
  [
    'an echo request in an older cooked header',
    SLL,
    hex(`${OLD_COOKED} ${ipv4('00 26', '01')}${ECHO_REQUEST}`),
    KIND_ECHO_REQUEST,
  ],
  ['a cooked echo request', SLL2, hex(`${COOKED} ${ipv4('00 26', '01')}${ECHO_REQUEST}`), KIND_ECHO_REQUEST],
  ['a cooked SYN-ACK', SLL2, hex(`${COOKED} ${ipv4('00 28', '06')}${tcp('12')}`), KIND_SYN_ACK],
];

const memory = SharedMemory.make(1);
const room = memory?.room(4096);
if (!memory || !room) throw new Error('this machine runs no code of the shortcut');
const { words, code } = memory;
const view = new DataView(room.buffer, room.byteOffset);
/** An odd place, non-zero bytes around, so that reading past the frame would show. */
const RECORD = 33;
const RECORD_BYTES = 16;

/** Has a record of a pcap file read that pairs nothing and passes nothing over; false where its frame is not plain. */
function glance(linkType: number, bytes: Uint8Array, original: number): boolean {
  room?.fill(0xff);
  room?.set(bytes, RECORD + RECORD_BYTES);
  [5, 6, bytes.length, original].forEach((word, i) => {
    view.setUint32(RECORD + 4 * i, word, true);
  });
  words.set([linkType, 0, 1e6], FACES >> 2);
  words[S_UNFILTERED >> 2] = 1;
  const at = view.byteOffset + RECORD;
  code.takeRecords(at, at + RECORD_BYTES + bytes.length, 1);
  return words[S_STOP >> 2] !== AT_FRAME;
}

function field(name: string): number {
  return words[(BATCH + batch[name]) >> 2];
}

function told() {
  const kind = field('F_KIND');
  if (kind === KIND_UDP) return { kind };
  const segment = kind === KIND_TCP_ACK;
  // Of a segment nothing is recorded, so that less is asked of it.
  const numbers = segment
    ? [field('F_SEQ'), field('F_HEADER') & 0xffff]
    : [field('F_SEQ'), field('F_ACK'), field('F_HEADER'), field('F_TYPE')];
  return {
    kind,
    src: field('F_SRC'),
    dst: field('F_DST'),
    ports: field('F_PORTS'),
    numbers,
    key: field('F_KEY'),
  };
}

/** The same of a packet that `decodeFrame` filled. */
function decoded(packet: Packet) {
  const { kind, tos, ttl, payloadLength, stopReason, family, fragment } = packet;
  if (stopReason !== STOP_NONE || fragment !== 0) return { stopReason, fragment };
  if (kind === KIND_UDP) return { kind };
  if (family === 6 && kind !== KIND_TCP_ACK) return { family, kind };
  if (kind === KIND_TCP_ACK && packet.sack) return { kind, sack: true };
  const isTcp = kind >= KIND_SYN;
  const acknowledged = kind === KIND_SYN ? packet.timestamp : packet.ack;
  const data = [packet.dataHash, (packet.dataLength << 16) | packet.dataHashed];
  const type = isTcp ? packet.tcpFlags : (packet.icmpType << 24) | (packet.icmpCode << 16);
  const header = (ttl << 24) | (tos << 16) | payloadLength;
  const segment = [packet.seq, payloadLength];
  const probe = [...(isTcp ? [packet.seq, acknowledged] : data), header, type];
  const numbers = kind === KIND_TCP_ACK ? segment : probe;
  return {
    kind,
    src: foldSource(packet) | 0,
    dst: foldDestination(packet) | 0,
    ports: (packet.sourcePort << 16) | packet.destinationPort,
    numbers: numbers.map((word) => word | 0),
    key: keyOf(packet),
  };
}

describe('what a glance tells is what the decoder tells', () => {
  for (const [name, linkType, bytes, kind] of FRAMES) {
    const expectTheSame = (changed: Uint8Array, original: number) => {
      if (!glance(linkType, changed, original)) return;
      const [short, long] = [told(), decoded(decodeBytes(linkType, changed, original))];
      // Some hundred thousand times: `toEqual` only tells how they differ.
      if (JSON.stringify(short) !== JSON.stringify(long)) expect(short).toEqual(long);
    };

    test(name, () => {
      expect(glance(linkType, bytes, bytes.length)).toBe(true);
      expect(field('F_KIND')).toBe(kind);
      expectTheSame(bytes, bytes.length);
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
