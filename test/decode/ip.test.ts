import { describe, expect, test } from 'vitest';
import { KIND_ECHO_REPLY, KIND_ECHO_REQUEST, KIND_NONE, KIND_SYN } from '../../src/decode/packet.ts';
import { stopOf } from '../../src/decode/stop.ts';
import { decodeBytes, decodePrefixes, hex } from './decode-bytes.ts';
import { ECHO_REQUEST, ECHO6_REPLY, ethernet, ipv4, ipv6, SYN } from './packets.ts';

const RAW = 101;

describe('IPv4', () => {
  test('each field of the header', () => {
    expect(decodeBytes(RAW, hex(ipv4('00 26', '01') + ECHO_REQUEST))).toMatchObject({
      family: 4,
      protocol: 1,
      tos: 0x10,
      ttl: 63,
      ipId: 0x1234,
      src0: 0x0a020064,
      dst0: 0x0a040064,
      payloadLength: 18,
      fragment: 0,
    });
  });

  test('options are passed', () => {
    const bytes = hex(`${ipv4('00 2e', '01').replace('45', '47')}94 04 00 00 01 01 01 00${ECHO_REQUEST}`);
    expect(decodeBytes(RAW, bytes)).toMatchObject({
      kind: KIND_ECHO_REQUEST,
      sourcePort: 7,
      payloadLength: 18,
    });
  });

  test('padding behind the packet is no part of it', () => {
    const short = decodeBytes(
      1,
      ethernet('08 00', ipv4('00 1c', '01'), '08 00 c0 de 00 07 00 01', '55'.repeat(18)),
    );
    expect(short).toMatchObject({ kind: KIND_ECHO_REQUEST, dataLength: 0, dataHashed: 0, payloadLength: 8 });
  });

  test('a total length of 0 (segmentation by the network card): the frame tells', () => {
    const bytes = hex(ipv4('00 00', '01') + ECHO_REQUEST);
    expect(decodeBytes(RAW, bytes)).toMatchObject({ kind: KIND_ECHO_REQUEST, payloadLength: 18 });
    expect(decodeBytes(RAW, bytes, 5020)).toMatchObject({
      payloadLength: 5000,
      dataLength: 4992,
      dataHashed: 10,
    });
  });

  test('a first fragment has its transport header, a later one has none', () => {
    const first = decodeBytes(RAW, hex(ipv4('00 26', '01', '20 00') + ECHO_REQUEST));
    expect(first).toMatchObject({ kind: KIND_ECHO_REQUEST, fragment: 1, sourcePort: 7 });
    const later = decodeBytes(RAW, hex(ipv4('00 26', '01', '00 b9') + ECHO_REQUEST));
    expect(later).toMatchObject({ kind: KIND_NONE, fragment: 1, family: 4 });
    expect(stopOf(later)).toBeUndefined();
  });

  test('lengths that lie', () => {
    const told = (bytes: string) => stopOf(decodeBytes(RAW, hex(bytes)));
    const good = ipv4('00 26', '01') + ECHO_REQUEST;
    expect(told(good.replace('45', '44'))).toMatchObject({
      layer: 'ipv4',
      reason: 'bad-length',
      need: 20,
      have: 16,
    });
    expect(told(ipv4('00 13', '01') + ECHO_REQUEST)).toMatchObject({
      reason: 'bad-length',
      need: 20,
      have: 19,
    });
    expect(told(`4f${good.replace('45', '')}`)).toMatchObject({ reason: 'bad-length', need: 60, have: 38 });
    // The transport header does not fit into what the IP header announces.
    expect(told(ipv4('00 1b', '01') + ECHO_REQUEST)).toEqual({
      layer: 'icmp',
      reason: 'too-short',
      offset: 20,
      need: 8,
      have: 7,
      lengthFrom: 'ip-length',
    });
  });

  test('a packet cut by the snap length, and one that is shorter than its header says', () => {
    const bytes = hex(ipv4('00 30', '06') + SYN);
    const cut = stopOf(decodeBytes(RAW, bytes.slice(0, 30), bytes.length));
    expect(cut).toMatchObject({ layer: 'tcp', need: 20, have: 10, lengthFrom: 'snap-length' });
    expect(stopOf(decodeBytes(RAW, bytes.slice(0, 30)))).toMatchObject({ lengthFrom: 'frame' });
  });

  test('an authentication header is passed, and told', () => {
    const ah = `06 04 00 00 00 00 01 00 00 00 00 01${'00'.repeat(12)}`;
    const packet = decodeBytes(RAW, hex(ipv4('00 48', '33') + ah + SYN));
    expect(packet).toMatchObject({ kind: KIND_SYN, authenticated: 1, protocol: 6, payloadLength: 28 });
    for (const one of decodePrefixes(RAW, hex(ipv4('00 48', '33') + ah + SYN)).slice(20, 44)) {
      expect(stopOf(one)?.layer).toBe('ah');
    }
  });

  test('protocols that are not followed', () => {
    const packet = decodeBytes(RAW, hex(ipv4('00 26', '2f') + ECHO_REQUEST));
    expect(packet).toMatchObject({ kind: KIND_NONE, family: 4, protocol: 47 });
    expect(stopOf(packet)).toBeUndefined();
    expect(decodeBytes(RAW, hex(ipv6('00 0c', '2f') + ECHO6_REPLY)).kind).toBe(KIND_NONE);
  });
});

describe('IPv6', () => {
  test('each field of the header', () => {
    expect(decodeBytes(RAW, hex(ipv6('00 0c', '3a') + ECHO6_REPLY))).toMatchObject({
      kind: KIND_ECHO_REPLY,
      family: 6,
      protocol: 58,
      tos: 0xab,
      ttl: 64,
      ipId: 0,
      src0: 0x20010db8,
      src1: 0,
      src3: 1,
      dst1: 2,
      dst3: 2,
      payloadLength: 12,
      dataLength: 4,
    });
  });

  test('each word of the addresses', () => {
    const bytes = hex(`
      60 00 00 00 00 00 3b 40
      11 11 11 11 22 22 22 22 33 33 33 33 44 44 44 44
      55 55 55 55 66 66 66 66 77 77 77 77 08 08 08 08`);
    expect(decodeBytes(RAW, bytes)).toMatchObject({
      src0: 0x11111111,
      src1: 0x22222222,
      src2: 0x33333333,
      src3: 0x44444444,
      dst0: 0x55555555,
      dst1: 0x66666666,
      dst2: 0x77777777,
      dst3: 0x08080808,
    });
  });

  const HEADERS = {
    'hop-by-hop': ['00', '3a 00 05 02 00 00 01 00'],
    routing: ['2b', '3a 02 00 00 00 00 00 00 fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01'],
    'destination options': ['3c', '3a 00 01 04 00 00 00 00'],
    'atomic fragment': ['2c', '3a 00 00 00 00 00 00 05'],
    mobility: ['87', '3a 00 01 04 00 00 00 00'],
    'host identity': ['8b', '3a 00 01 04 00 00 00 00'],
    shim6: ['8c', '3a 00 01 04 00 00 00 00'],
    authentication: ['33', '3a 01 00 00 00 00 00 01 00 00 00 02'],
  } as const;
  for (const [name, [next, bytes]] of Object.entries(HEADERS)) {
    test(`extension header: ${name}`, () => {
      const length = (hex(bytes).length + 12).toString(16).padStart(4, '0');
      const all = hex(ipv6(length, next) + bytes + ECHO6_REPLY);
      expect(decodeBytes(RAW, all)).toMatchObject({
        kind: KIND_ECHO_REPLY,
        protocol: 58,
        payloadLength: 12,
        dataLength: 4,
        fragment: 0,
      });
      for (const packet of decodePrefixes(RAW, all))
        expect(stopOf(packet) !== undefined || packet.kind !== KIND_NONE).toBe(true);
    });
  }

  test('fragments', () => {
    const first = decodeBytes(RAW, hex(`${ipv6('00 14', '2c')} 3a 00 00 01 00 00 00 05 ${ECHO6_REPLY}`));
    expect(first).toMatchObject({ kind: KIND_ECHO_REPLY, fragment: 1 });
    const later = decodeBytes(RAW, hex(`${ipv6('00 14', '2c')} 3a 00 00 b8 00 00 00 05 ${ECHO6_REPLY}`));
    expect(later).toMatchObject({ kind: KIND_NONE, fragment: 1 });
  });

  test('sixteen extension headers are read, seventeen are not', () => {
    const chain = (count: number) => {
      const length = (count * 8 + 12).toString(16).padStart(4, '0');
      const options = `${'3c 00 01 04 00 00 00 00 '.repeat(count - 1)} 3a 00 01 04 00 00 00 00`;
      return decodeBytes(RAW, hex(ipv6(length, '3c') + options + ECHO6_REPLY));
    };
    expect(chain(16).kind).toBe(KIND_ECHO_REPLY);
    expect(stopOf(chain(17))).toMatchObject({
      layer: 'ipv6-extension',
      reason: 'too-many-headers',
      offset: 40 + 16 * 8,
      have: 8 + 12,
    });
  });

  test('an extension header that reaches over the payload', () => {
    const packet = decodeBytes(RAW, hex(`${ipv6('00 14', '3c')} 3a ff 01 04 00 00 00 00 ${ECHO6_REPLY}`));
    expect(stopOf(packet)).toMatchObject({ layer: 'ipv6-extension', need: 2048, have: 20, offset: 40 });
  });

  test('a payload length of 0 (jumbo, segmentation): the frame tells', () => {
    expect(decodeBytes(RAW, hex(ipv6('00 00', '3a') + ECHO6_REPLY))).toMatchObject({
      kind: KIND_ECHO_REPLY,
      payloadLength: 12,
    });
  });

  test('no next header', () => {
    expect(decodeBytes(RAW, hex(ipv6('00 00', '3b')))).toMatchObject({
      kind: KIND_NONE,
      family: 6,
      protocol: 59,
    });
  });
});
