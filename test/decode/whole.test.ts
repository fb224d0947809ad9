import { describe, expect, test } from 'vitest';
import { KIND_ECHO_REPLY, KIND_ICMP_ERROR, KIND_NONE, KIND_SYN, KIND_UDP } from '../../src/decode/packet.ts';
import { stopOf } from '../../src/decode/stop.ts';
import { decodeAtEnd, decodeBytes, hex } from './decode-bytes.ts';
import { ECHO_REQUEST, ECHO6_REPLY, ipv4, ipv6, tcp } from './packets.ts';

const RAW = 101;
const stopAt = (linkType: number, bytes: string) => stopOf(decodeAtEnd(linkType, hex(bytes)));

describe('a header that is whole to the byte is no header that is cut', () => {
  test.each([
    ['authentication', ipv4('00 20', '33'), '3b 01 00 00 00 00 00 01 00 00 00 02'],
    ['IPv6 extension', ipv6('00 08', '3c'), '3b 00 01 04 00 00 00 00'],
    ['fragment', ipv6('00 08', '2c'), '3b 00 00 00 00 00 00 05'],
    ['UDP', ipv4('00 1c', '11'), 'c3 50 00 35 00 08 00 00'],
    ['echo', ipv4('00 1c', '01'), '08 00 c0 de 00 07 00 01'],
    ['ICMPv6 echo', ipv6('00 08', '3a'), '81 00 c0 de 00 07 01 02'],
    ['IPv4 without payload', ipv4('00 14', '2f'), ''],
  ])('%s', (_, ip, bytes) => {
    const packet = decodeAtEnd(RAW, hex(ip + bytes));
    expect(stopOf(packet)).toBeUndefined();
    expect(packet.payloadLength).toBe(packet.kind === KIND_NONE ? 0 : 8);
  });

  test('of a link: the next one is missed', () => {
    const next = { layer: 'ipv4', have: 0 };
    expect(stopAt(113, '00 00 00 01 00 06 02 42 0a 04 00 01 00 00 08 00')).toMatchObject(next);
    expect(stopAt(276, '08 00 00 00 00 00 00 03 00 01 04 06 02 42 0a 04 00 01 00 00')).toMatchObject(next);
    expect(stopAt(0, '02 00 00 00')).toMatchObject(next);
    expect(stopAt(204, '00')).toMatchObject({ layer: 'ppp', offset: 1, have: 0 });
  });
});

describe('of a header that is cut, what it needs is told', () => {
  test.each([
    ['nothing at all', '', { layer: 'link', need: 1, have: 0 }],
    ['an authentication header', `${ipv4('00 48', '33')} 06 04 00 00 00`, { layer: 'ah', need: 12, have: 5 }],
    ['its end', `${ipv4('00 48', '33')} 06 04 ${'00'.repeat(12)}`, { layer: 'ah', need: 24, have: 14 }],
    ['an extension header', `${ipv6('00 14', '3c')} 3a 00 01`, { layer: 'ipv6-extension', need: 8, have: 3 }],
    ['ICMPv6, before its type', ipv6('00 0c', '3a'), { layer: 'icmp6', need: 8, have: 0 }],
    ['ICMP, before its type', ipv4('00 26', '01'), { layer: 'icmp', need: 8, have: 0 }],
    ['UDP', `${ipv4('00 20', '11')} c3 50 00`, { layer: 'udp', need: 8, have: 3 }],
    ['options of IPv4', ipv4('00 2e', '01').replace('45', '47'), { layer: 'ipv4', need: 28, have: 20 }],
    ['options of an empty IPv4 packet', ipv4('00 1c', '2f').replace('45', '47'), { need: 28, have: 20 }],
  ])('%s', (_, bytes, expected) => {
    expect(stopAt(RAW, bytes)).toMatchObject({ reason: 'too-short', ...expected });
  });

  test('an ICMPv6 message that is cut behind its type has one', () => {
    const bytes = hex(ipv6('00 0c', '3a') + ECHO6_REPLY);
    expect(decodeBytes(RAW, bytes.slice(0, 41), bytes.length)).toMatchObject({
      kind: KIND_NONE,
      icmpType: 129,
    });
  });
});

describe('what ends the bytes is told', () => {
  test('the frame, where it ends with the packet', () => {
    expect(stopAt(RAW, `${ipv4('00 18', '01')} 08 00 00 00`)).toMatchObject({ have: 4, lengthFrom: 'frame' });
    expect(stopAt(RAW, `${ipv6('00 04', '3a')} 80 00 00 00`)).toMatchObject({ have: 4, lengthFrom: 'frame' });
  });

  test('the length in the IP header, where padding follows', () => {
    const padding = '55'.repeat(18);
    expect(stopAt(RAW, `${ipv4('00 18', '01')} 08 00 00 00 ${padding}`)).toMatchObject({
      have: 4,
      lengthFrom: 'ip-length',
    });
    expect(stopAt(RAW, `${ipv6('00 04', '3a')} 80 00 00 00 ${padding}`)).toMatchObject({
      have: 4,
      lengthFrom: 'ip-length',
    });
  });

  test('padding behind an IPv6 packet is no part of it', () => {
    const bare = decodeBytes(RAW, hex(ipv6('00 0c', '3a') + ECHO6_REPLY));
    const padded = decodeBytes(RAW, hex(`${ipv6('00 0c', '3a')} ${ECHO6_REPLY} ${'55'.repeat(18)}`));
    expect(padded).toMatchObject({ kind: KIND_ECHO_REPLY, payloadLength: 12, dataLength: 4, dataHashed: 4 });
    expect(padded.dataHash).toBe(bare.dataHash);
  });
});

test('another version than the link announces', () => {
  for (const linkType of [228, 229]) {
    expect(stopAt(linkType, `5${ipv6('00 0c', '3a').trim().slice(1)}`)).toMatchObject({
      reason: 'bad-version',
      have: 5,
    });
  }
});

describe('where decoding ends, nothing behind is taken for a header', () => {
  // What surrounds the frame would be a RST.
  test.each([
    ['a later fragment', `${ipv4('00 26', '06', '00 b9')} ${ECHO_REQUEST}`],
    ['a later fragment of IPv6', `${ipv6('00 14', '2c')} 06 00 00 b8 00 00 00 05 ${ECHO6_REPLY}`],
    [
      'an extension header that reaches over the end',
      `${ipv6('00 14', '3c')} 06 ff 01 04 00 00 00 00 ${ECHO6_REPLY}`,
    ],
  ])('%s', (_, bytes) => {
    expect(decodeBytes(RAW, hex(bytes)).kind).toBe(KIND_NONE);
  });
});

test('a datagram alone has no data, an error with nothing behind is one', () => {
  const datagram = decodeAtEnd(RAW, hex(`${ipv4('00 1c', '11')} c3 50 00 35 00 08 00 00`));
  expect(datagram).toMatchObject({ kind: KIND_UDP, dataLength: 0 });
  const error = decodeAtEnd(RAW, hex(`${ipv4('00 1c', '01')} 03 01 00 00 00 00 00 00`));
  expect(error).toMatchObject({ kind: KIND_ICMP_ERROR, quotedProtocol: 0 });
  expect(stopOf(error)).toMatchObject({ layer: 'quoted', need: 20, have: 0 });
  const one = decodeAtEnd(RAW, hex(`${ipv4('00 1d', '01')} 03 01 00 00 00 00 00 00 45`));
  expect(stopOf(one)).toMatchObject({ layer: 'quoted', need: 20, have: 1 });
});

test('a SYN whose last option has lost its length', () => {
  const packet = decodeAtEnd(RAW, hex(`${ipv4('00 2c', '06')} ${tcp('02', '60')} 01 01 01 02`));
  expect(packet).toMatchObject({ kind: KIND_SYN, mss: 0 });
});
