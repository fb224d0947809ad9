import { describe, expect, test } from 'vitest';
import { KIND_ARP_REQUEST, KIND_NONE, KIND_SYN, KIND_TCP_ACK } from '../../src/decode/packet.ts';
import { stopOf } from '../../src/decode/stop.ts';
import { decodeBytes, hex } from './decode-bytes.ts';
import { ARP_REQUEST, ethernet, ipv4, tcp } from './packets.ts';

/** Where a header ends to the byte, and fields that lie about it: what changing the code by one would break. */
const byte = (value: number) => value.toString(16).padStart(2, '0');

function synWith(options: string): { mss: number; timestamp: number; kind: number } {
  const words = hex(options).length / 4;
  return decodeBytes(
    101,
    hex(ipv4(`00 ${byte(40 + 4 * words)}`, '06') + tcp('02', byte((5 + words) * 16)) + options),
  );
}

describe('options of a SYN', () => {
  test.each([
    ['alone, to the last byte', '02 04 05 b4', 1460],
    ['behind padding', '01 01 01 01 02 04 05 b4', 1460],
    ['behind an option of two bytes', '04 02 01 01 02 04 05 b4', 1460],
    ['behind the end of the list', '00 00 00 00 02 04 05 b4', 0],
    ['of another length', '02 03 05 b4', 0],
    ['longer than the header', '01 02 04 05', 0],
    ['behind a length of 0', '1e 00 01 01 02 04 05 b4', 0],
    ['behind a length of 1', '1e 01 01 01 02 04 05 b4', 0],
    ['of which only the kind is there', '01 01 01 02', 0],
    ['of another kind', '03 04 05 b4', 0],
  ])('segment size %s', (_, options, mss) => {
    expect(synWith(options)).toMatchObject({ kind: KIND_SYN, mss });
  });

  test('time stamp of the sender, also behind the segment size', () => {
    const stamp = '08 0a 12 34 56 78 00 00 00 00';
    expect(synWith(`01 01 ${stamp}`)).toMatchObject({ timestamp: 0x12345678 });
    expect(synWith(`02 04 05 b4 01 01 ${stamp}`)).toMatchObject({ mss: 1460, timestamp: 0x12345678 });
    expect(synWith('08 08 12 34 56 78 00 00').timestamp).not.toBe(0x12345678);
    expect(synWith('09 0a 12 34 56 78 00 00 00 00 01 01').timestamp).not.toBe(0x12345678);
  });
});

test('a TCP header that is whole to the byte does not stop, one that is a byte short does', () => {
  const whole = hex(ipv4('00 28', '06') + tcp('10'));
  expect(decodeBytes(101, whole).kind).toBe(KIND_TCP_ACK);
  expect(stopOf(decodeBytes(101, whole))).toBeUndefined();
  expect(stopOf(decodeBytes(101, whole.slice(0, -1), 40))).toMatchObject({
    layer: 'tcp',
    need: 20,
    have: 19,
  });
});

describe('ARP', () => {
  const whole = ethernet('08 06', ARP_REQUEST);

  test('whole to the byte, and a byte short', () => {
    expect(decodeBytes(1, whole).kind).toBe(KIND_ARP_REQUEST);
    expect(stopOf(decodeBytes(1, whole.slice(0, -1)))).toMatchObject({ layer: 'arp', need: 28, have: 27 });
    expect(stopOf(decodeBytes(1, whole.slice(0, 14 + 8)))).toMatchObject({ layer: 'arp', need: 28, have: 8 });
    expect(stopOf(decodeBytes(1, whole.slice(0, 14 + 7)))).toMatchObject({ layer: 'arp', need: 8, have: 7 });
  });

  test('with hardware addresses of another length is passed over', () => {
    const packet = decodeBytes(1, ethernet('08 06', ARP_REQUEST.replace('06 04 ', '08 04 '), '00'.repeat(8)));
    expect(packet.kind).toBe(KIND_NONE);
    expect(stopOf(packet)).toBeUndefined();
  });
});

test('what a header needs is told in full', () => {
  expect(stopOf(decodeBytes(9, hex('ff 03 00')))).toMatchObject({ layer: 'ppp', need: 4, have: 3 });
  expect(stopOf(decodeBytes(9, hex('ff 03 00 21')))).toMatchObject({ layer: 'ipv4', offset: 4, have: 0 });
  expect(stopOf(decodeBytes(1, ethernet('81 00', '00 05 88 cc')))).toBeUndefined();
  expect(stopOf(decodeBytes(1, ethernet('81 00', '00 05 88')))).toMatchObject({ layer: 'vlan', have: 3 });
});
