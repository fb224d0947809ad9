import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PacketCounts } from '../../src/decode/counts.ts';
import { KIND_NONE } from '../../src/decode/packet.ts';
import { stopOf } from '../../src/decode/stop.ts';
import { decodeAtEnd, decodeBytes, hex } from './decode-bytes.ts';
import {
  ARP_REQUEST,
  ECHO_REQUEST,
  ECHO6_REPLY,
  ethernet,
  ipv4,
  ipv6,
  SOLICITATION,
  SYN,
  tcp,
} from './packets.ts';

const ERROR = `${ipv4('00 42', '01')} 03 01 00 00 00 00 00 00 ${ipv4('00 26', '01')}${ECHO_REQUEST}`;
const FRAMES: readonly [string, number, Uint8Array][] = [
  ['echo request', 1, ethernet('08 00', ipv4('00 26', '01'), ECHO_REQUEST)],
  ['echo reply behind tags', 1, ethernet('88 a8 00 05 81 00 00 06 86 dd', ipv6('00 0c', '3a'), ECHO6_REPLY)],
  ['SYN', 1, ethernet('08 00', ipv4('00 30', '06'), SYN)],
  ['SYN-ACK', 101, hex(ipv4('00 28', '06') + tcp('12'))],
  ['ICMP error', 101, hex(ERROR)],
  ['echo request in PPP', 9, hex(`ff 03 00 21 ${ipv4('00 26', '01')}${ECHO_REQUEST}`)],
  ['ARP', 1, ethernet('08 06', ARP_REQUEST)],
  ['solicitation', 101, hex(ipv6('00 20', '3a') + SOLICITATION)],
  [
    'extension headers',
    101,
    hex(`${ipv6('00 1c', '00')} 2c 00 05 02 00 00 01 00 3a 00 00 00 00 00 00 05 ${ECHO6_REPLY}`),
  ],
];

describe('any bytes are decoded without an exception, and without a byte behind the frame', () => {
  for (const [name, linkType, bytes] of FRAMES) {
    test(`${name}: every shorter prefix`, () => {
      for (let length = 0; length < bytes.length; length++) {
        const packet = decodeAtEnd(linkType, bytes.slice(0, length));
        expect(packet.kind !== KIND_NONE || stopOf(packet) !== undefined).toBe(true);
      }
    });

    test(`${name}: each byte with each value`, () => {
      for (let at = 0; at < bytes.length; at++) {
        for (let value = 0; value < 256; value++) {
          const changed = bytes.slice();
          changed[at] = value;
          const packet = decodeAtEnd(linkType, changed);
          expect(packet.stopOffset <= bytes.length && packet.dataHashed <= 64).toBe(true);
        }
      }
    });
  }

  test('random bytes', () => {
    const linkType = fc.constantFrom(0, 1, 9, 12, 50, 101, 108, 113, 204, 228, 229, 276, 999);
    fc.assert(
      fc.property(linkType, fc.uint8Array({ maxLength: 200 }), (type, bytes) => {
        const counts = new PacketCounts();
        counts.add(decodeAtEnd(type, bytes));
        // What lies around the frame makes no difference.
        expect(stopOf(decodeBytes(type, bytes))).toEqual(stopOf(decodeAtEnd(type, bytes)));
      }),
      { numRuns: 2000 },
    );
  });
});

test('counts', () => {
  const counts = new PacketCounts();
  for (const [, linkType, bytes] of FRAMES) counts.add(decodeBytes(linkType, bytes));
  counts.add(decodeBytes(101, hex(ipv4('00 28', '06') + tcp('06'))));
  counts.add(decodeBytes(101, hex(ipv4('00 26', '01', '20 00') + ECHO_REQUEST).slice(0, 24)));
  counts.add(decodeBytes(999, hex(ECHO_REQUEST)));
  expect({ ...counts }).toEqual({
    echo4Requests: 3,
    echo4Replies: 0,
    echo6Requests: 0,
    echo6Replies: 2,
    icmpErrors4: 1,
    icmpErrors6: 0,
    syn: 2,
    synAck: 1,
    rst: 1,
    arpRequests: 1,
    arpReplies: 0,
    vlanTagged: 1,
    fragments: 1,
    notDecoded: 2,
  });
});
