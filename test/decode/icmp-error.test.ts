import { describe, expect, test } from 'vitest';
import { KIND_ICMP_ERROR, KIND_NONE, KIND_REDIRECT } from '../../src/decode/packet.ts';
import { stopOf } from '../../src/decode/stop.ts';
import { decodeAtEnd, decodeBytes, decodePrefixes, hex } from './decode-bytes.ts';
import { ECHO_REQUEST, ECHO6_REPLY, ipv4, ipv6, SYN } from './packets.ts';

const RAW = 101;
const QUOTED_ECHO = ipv4('00 26', '01') + ECHO_REQUEST;
const QUOTED_SYN = ipv4('00 30', '06') + SYN;

function error(typeCode: string, rest: string, quoted: string): Uint8Array {
  const length = (20 + 8 + hex(quoted).length).toString(16).padStart(4, '0');
  return hex(`${ipv4(length, '01')} ${typeCode} 00 00 ${rest} ${quoted}`);
}

const quotedSix = (next: string) => ipv6('00 24', next);

function error6(typeCode: string, rest: string, quoted: string): Uint8Array {
  const length = (8 + hex(quoted).length).toString(16).padStart(4, '0');
  return hex(`${ipv6(length, '3a')} ${typeCode} 00 00 ${rest} ${quoted}`);
}

describe('ICMP errors', () => {
  test('of each type, with the echo they quote', () => {
    for (const type of ['03 01', '03 0d', '0b 00', '0c 00', '04 00']) {
      expect(decodeBytes(RAW, error(type, '00 00 00 00', QUOTED_ECHO))).toMatchObject({
        kind: KIND_ICMP_ERROR,
        icmpType: Number.parseInt(type.slice(0, 2), 16),
        icmpCode: Number.parseInt(type.slice(3), 16),
        icmpMtu: 0,
        quotedProtocol: 1,
        quotedSrc0: 0x0a020064,
        quotedDst0: 0x0a040064,
        quotedIcmpType: 8,
        quotedSourcePort: 7,
        quotedDestinationPort: 0x0102,
        quotedSeq: 0,
      });
    }
  });

  test('about an echo reply: identifier and sequence number, too', () => {
    const reply = QUOTED_ECHO.replace('08 00', '00 00');
    expect(decodeBytes(RAW, error('03 01', '00 00 00 00', reply))).toMatchObject({
      quotedIcmpType: 0,
      quotedSourcePort: 7,
      quotedDestinationPort: 0x0102,
    });
  });

  test('eight bytes of TCP: ports and sequence number', () => {
    const all = error('03 03', '00 00 00 00', QUOTED_SYN);
    const eight = all.slice(0, 20 + 8 + 20 + 8);
    new DataView(eight.buffer).setUint16(2, eight.length);
    expect(decodeBytes(RAW, eight)).toMatchObject({
      kind: KIND_ICMP_ERROR,
      quotedProtocol: 6,
      quotedSourcePort: 50000,
      quotedDestinationPort: 1521,
      quotedSeq: 0x89abcdef,
    });
    expect(stopOf(decodeBytes(RAW, eight))).toBeUndefined();
  });

  test('fragmentation needed tells the MTU', () => {
    expect(decodeBytes(RAW, error('03 04', '00 00 05 78', QUOTED_SYN)).icmpMtu).toBe(1400);
  });

  test('nothing else tells an MTU', () => {
    for (const type of ['03 03', '0b 04', '0c 04']) {
      expect(decodeBytes(RAW, error(type, '00 00 05 78', QUOTED_SYN)).icmpMtu).toBe(0);
    }
  });

  test('of other types are none: a time stamp, an unassigned type', () => {
    for (const type of ['0d 00', '01 00', '28 00']) {
      expect(decodeBytes(RAW, error(type, '00 00 00 00', QUOTED_SYN)).kind).toBe(KIND_NONE);
    }
  });

  test('about a datagram: ports, but no sequence number', () => {
    const datagram = `${ipv4('00 20', '11')} c3 50 00 35 00 0c 00 00 61 62 63 64`;
    expect(decodeBytes(RAW, error('03 03', '00 00 00 00', datagram))).toMatchObject({
      quotedProtocol: 17,
      quotedSourcePort: 50000,
      quotedDestinationPort: 53,
      quotedSeq: 0,
      quotedIcmpType: 0,
    });
  });

  test.each([
    ['a header that is cut', QUOTED_SYN.slice(0, QUOTED_SYN.indexOf('3f ')), { quotedProtocol: 0 }],
    ['an ICMP error, which has no identifier', QUOTED_ECHO.replace('08 00', '03 01'), { quotedIcmpType: 3 }],
    [
      'a protocol without ports',
      ipv4('00 26', '2f') + ECHO_REQUEST,
      { quotedProtocol: 47, quotedIcmpType: 0 },
    ],
    ['a header shorter than itself', QUOTED_SYN.replace('45', '44'), { quotedProtocol: 6 }],
    ['neither IPv4 nor IPv6', `${'50'.repeat(48)}`, { quotedProtocol: 0 }],
  ])('about %s: no ports', (_, quoted, expected) => {
    expect(decodeBytes(RAW, error('03 01', '00 00 00 00', quoted))).toMatchObject({
      kind: KIND_ICMP_ERROR,
      quotedSourcePort: 0,
      quotedDestinationPort: 0,
      quotedSeq: 0,
      ...expected,
    });
  });

  test('the packet quoted ends with its header: no ports, and what is missed is told', () => {
    for (const [header, bytes] of [
      [20, QUOTED_SYN],
      [40, quotedSix('06') + SYN],
    ] as const) {
      const all = error('03 01', '00 00 00 00', bytes).slice(0, 20 + 8 + header);
      new DataView(all.buffer).setUint16(2, all.length);
      const packet = decodeBytes(RAW, all);
      expect(packet).toMatchObject({ quotedProtocol: 6, quotedSourcePort: 0 });
      expect(stopOf(packet)).toMatchObject({ layer: 'quoted', need: 8, have: 0, offset: 28 + header });
    }
  });

  test('a redirect is advice, with the better gateway', () => {
    expect(decodeBytes(RAW, error('05 01', '0a 02 00 fe', QUOTED_ECHO))).toMatchObject({
      kind: KIND_REDIRECT,
      target0: 0x0a0200fe,
      quotedDst0: 0x0a040064,
    });
  });

  test('a later fragment quoted has no ports', () => {
    const fragment = ipv4('00 30', '06', '00 10') + SYN;
    expect(decodeBytes(RAW, error('0b 01', '00 00 00 00', fragment))).toMatchObject({
      quotedProtocol: 6,
      quotedSourcePort: 0,
      quotedSeq: 0,
    });
  });

  test('every shorter prefix: an error without all of what it quotes is one', () => {
    const cut = decodePrefixes(RAW, error('03 01', '00 00 00 00', QUOTED_SYN));
    expect(cut.slice(28).every((packet) => packet.kind === KIND_ICMP_ERROR)).toBe(true);
    expect(cut.slice(28, 48).every((packet) => packet.quotedProtocol === 0)).toBe(true);
    expect(cut.slice(28, 56).every((packet) => stopOf(packet)?.layer === 'quoted')).toBe(true);
    expect(cut.slice(48, 56).every((packet) => packet.quotedSourcePort === 0)).toBe(true);
    expect(cut[56].quotedSourcePort).toBe(50000);
  });
});

describe('ICMPv6 errors', () => {
  const quoted = ipv6('00 0c', '3a') + ECHO6_REPLY;

  test('of each type, with what they quote', () => {
    for (const type of [1, 2, 3, 4]) {
      expect(decodeBytes(RAW, error6(`0${type} 03`, '00 00 05 00', quoted))).toMatchObject({
        kind: KIND_ICMP_ERROR,
        icmpType: type,
        icmpCode: 3,
        icmpMtu: type === 2 ? 1280 : 0,
        quotedProtocol: 58,
        quotedSrc0: 0x20010db8,
        quotedSrc3: 1,
        quotedDst1: 2,
        quotedDst3: 2,
        quotedIcmpType: 129,
        quotedSourcePort: 7,
        quotedDestinationPort: 0x0102,
      });
    }
  });

  test('extension headers of the packet quoted are passed', () => {
    const hop = `${ipv6('00 24', '00')} 06 00 05 02 00 00 01 00 ${SYN}`;
    expect(decodeBytes(RAW, error6('01 04', '00 00 00 00', hop))).toMatchObject({
      quotedProtocol: 6,
      quotedSourcePort: 50000,
      quotedSeq: 0x89abcdef,
    });
    const later = `${ipv6('00 24', '2c')} 06 00 00 b8 00 00 00 01 ${SYN}`;
    expect(decodeBytes(RAW, error6('01 04', '00 00 00 00', later))).toMatchObject({
      quotedProtocol: 6,
      quotedSourcePort: 0,
    });
  });

  test('an unassigned type below 128 is no error we know', () => {
    for (const type of ['00 00', '05 00', '7f 00']) {
      expect(decodeBytes(RAW, error6(type, '00 00 00 00', quoted)).kind).toBe(KIND_NONE);
    }
  });

  test('each word of the addresses quoted', () => {
    const apart = quoted
      .replace(
        '20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01',
        '11 11 11 11 22 22 22 22 33 33 33 33 44 44 44 44',
      )
      .replace(
        '20 01 0d b8 00 00 00 02 00 00 00 00 00 00 00 02',
        '55 55 55 55 66 66 66 66 77 77 77 77 08 08 08 08',
      );
    expect(decodeBytes(RAW, error6('01 04', '00 00 00 00', apart))).toMatchObject({
      quotedSrc0: 0x11111111,
      quotedSrc1: 0x22222222,
      quotedSrc2: 0x33333333,
      quotedSrc3: 0x44444444,
      quotedDst0: 0x55555555,
      quotedDst1: 0x66666666,
      quotedDst2: 0x77777777,
      quotedDst3: 0x08080808,
    });
  });

  test.each([
    ['an echo reply', '81 00', { quotedIcmpType: 129, quotedSourcePort: 7, quotedDestinationPort: 0x0102 }],
    ['an echo request', '80 00', { quotedIcmpType: 128, quotedSourcePort: 7, quotedDestinationPort: 0x0102 }],
    ['another error', '01 00', { quotedIcmpType: 1, quotedSourcePort: 0, quotedDestinationPort: 0 }],
  ])('about %s', (_, type, expected) => {
    const packet = decodeBytes(RAW, error6('01 04', '00 00 00 00', quoted.replace('81 00', type)));
    expect(packet).toMatchObject({ kind: KIND_ICMP_ERROR, quotedProtocol: 58, ...expected });
  });

  test('an IPv6 header that is cut is not read', () => {
    const cut = decodeAtEnd(RAW, error6('01 04', '00 00 00 00', quoted).slice(0, 40 + 8 + 39));
    expect(cut).toMatchObject({ kind: KIND_ICMP_ERROR, quotedProtocol: 0 });
    expect(stopOf(cut)).toMatchObject({ layer: 'quoted', need: 40, have: 39 });
  });

  test('a first fragment quoted has its ports', () => {
    const first = `${quotedSix('2c')} 06 00 00 01 00 00 00 01 ${SYN}`;
    expect(decodeBytes(RAW, error6('01 04', '00 00 00 00', first))).toMatchObject({
      quotedSourcePort: 50000,
    });
  });

  test('extension headers of the packet quoted: the last whole to the byte, or cut', () => {
    const ended = decodeAtEnd(
      RAW,
      error6('01 04', '00 00 00 00', `${quotedSix('00')} 06 00 05 02 00 00 01 00`),
    );
    expect(ended).toMatchObject({ kind: KIND_ICMP_ERROR, quotedProtocol: 6 });
    expect(stopOf(ended)).toMatchObject({ layer: 'quoted', need: 8, have: 0, offset: 40 + 8 + 48 });
    const cut = decodeAtEnd(RAW, error6('01 04', '00 00 00 00', `${quotedSix('00')} 06 00 05 02 00 00 01`));
    expect(cut).toMatchObject({ kind: KIND_ICMP_ERROR, quotedProtocol: 0 });
    const long = decodeAtEnd(
      RAW,
      error6('01 04', '00 00 00 00', `${quotedSix('00')} 06 01 05 02 00 00 01 00`),
    );
    expect(stopOf(long)).toMatchObject({ layer: 'quoted', have: 0, offset: 40 + 8 + 48 });
  });

  test('sixteen extension headers of the packet quoted are passed, seventeen are not', () => {
    const chain = (count: number) =>
      `${quotedSix('3c')} ${'3c 00 01 04 00 00 00 00 '.repeat(count - 1)} 06 00 01 04 00 00 00 00 ${SYN}`;
    expect(decodeBytes(RAW, error6('01 04', '00 00 00 00', chain(16))).quotedSourcePort).toBe(50000);
    expect(decodeBytes(RAW, error6('01 04', '00 00 00 00', chain(17))).quotedSourcePort).toBe(0);
  });

  test('a redirect is advice, with the better next hop', () => {
    const target = '11 11 11 11 22 22 22 22 33 33 33 33 44 44 44 44';
    const redirect = error6(
      '89 00',
      '00 00 00 00',
      `${target} 20 01 0d b8 00 00 00 02 00 00 00 00 00 00 00 02`,
    );
    expect(decodeAtEnd(RAW, redirect)).toMatchObject({
      kind: KIND_REDIRECT,
      quotedProtocol: 0,
      target0: 0x11111111,
      target1: 0x22222222,
      target2: 0x33333333,
      target3: 0x44444444,
    });
    expect(stopOf(decodeAtEnd(RAW, redirect))).toBeUndefined();
    const cut = decodeAtEnd(RAW, redirect.slice(0, -1));
    expect(cut.kind).toBe(KIND_NONE);
    expect(stopOf(cut)).toMatchObject({ layer: 'icmp6', need: 40, have: 39 });
  });
});
