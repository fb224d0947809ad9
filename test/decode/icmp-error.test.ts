import { describe, expect, test } from 'vitest';
import { KIND_ICMP_ERROR, KIND_REDIRECT } from '../../src/decode/packet.ts';
import { stopOf } from '../../src/decode/stop.ts';
import { decodeBytes, decodePrefixes, hex } from './decode-bytes.ts';
import { ECHO_REQUEST, ECHO6_REPLY, ipv4, ipv6, SYN } from './packets.ts';

const RAW = 101;
const QUOTED_ECHO = ipv4('00 26', '01') + ECHO_REQUEST;
const QUOTED_SYN = ipv4('00 30', '06') + SYN;

function error(typeCode: string, rest: string, quoted: string): Uint8Array {
  const length = (20 + 8 + hex(quoted).length).toString(16).padStart(4, '0');
  return hex(`${ipv4(length, '01')} ${typeCode} 00 00 ${rest} ${quoted}`);
}

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
    expect(decodeBytes(RAW, error6('05 00', '00 00 00 00', quoted)).kind).toBe(0);
  });
});
