import { describe, expect, test } from 'vitest';
import { KIND_ECHO_REPLY, KIND_ECHO_REQUEST, KIND_NONE } from '../../src/decode/packet.ts';
import { stopOf } from '../../src/decode/stop.ts';
import { decodeBytes, decodePrefixes, hex } from './decode-bytes.ts';
import { ECHO_REQUEST, ECHO6_REPLY, ETHERNET, ethernet, ipv4, ipv6 } from './packets.ts';

const ECHO = ipv4('00 26', '01') + ECHO_REQUEST;
const ECHO6 = ipv6('00 0c', '3a') + ECHO6_REPLY;

describe('link headers', () => {
  test('Ethernet: addresses', () => {
    expect(decodeBytes(1, ethernet('08 00', ECHO))).toMatchObject({
      kind: KIND_ECHO_REQUEST,
      macDstHigh: 0x0242,
      macDstLow: 0x0a040064,
      macSrcHigh: 0x0242,
      macSrcLow: 0x0a040001,
      vlan: -1,
      vlanTags: 0,
      direction: 0,
      sllType: 255,
      interfaceIndex: 0,
    });
  });

  test('Ethernet: other types, and lengths of LLC frames, are passed over', () => {
    for (const type of ['88 cc', '00 26', '05 dc']) {
      const packet = decodeBytes(1, ethernet(type, ECHO));
      expect(packet.kind).toBe(KIND_NONE);
      expect(stopOf(packet)).toBeUndefined();
    }
  });

  test('tags: 802.1Q, QinQ of both kinds, mixed', () => {
    expect(decodeBytes(1, ethernet('81 00 61 23 08 00', ECHO))).toMatchObject({
      kind: KIND_ECHO_REQUEST,
      vlan: 0x123,
      vlanTags: 1,
    });
    const outer = ['88 a8', '91 00', '81 00'];
    for (const type of outer) {
      const packet = decodeBytes(1, ethernet(`${type} 00 05 81 00 00 06 86 dd`, ECHO6));
      expect(packet).toMatchObject({ kind: KIND_ECHO_REPLY, family: 6, vlan: 5, vlanTags: 2 });
    }
  });

  test('tags: sixteen are read, seventeen are not', () => {
    const tags = (count: number) => ethernet(`81 00 ${'00 07 81 00 '.repeat(count - 1)} 00 07 08 00`, ECHO);
    expect(decodeBytes(1, tags(16))).toMatchObject({ kind: KIND_ECHO_REQUEST, vlanTags: 16 });
    const deep = decodeBytes(1, tags(17));
    expect(deep.kind).toBe(KIND_NONE);
    expect(stopOf(deep)).toMatchObject({
      layer: 'vlan',
      reason: 'too-many-headers',
      offset: 14 + 16 * 4,
      have: 4 + 38,
    });
  });

  test('SLL: direction and sender', () => {
    const sll = (type: string) =>
      hex(`
        00 ${type}  # packet type
        00 01       # ARPHRD_ETHER
        00 06       # address length
        02 42 0a 04 00 01 00 00
        08 00       # protocol
        ${ECHO}`);
    expect(decodeBytes(113, sll('00'))).toMatchObject({
      kind: KIND_ECHO_REQUEST,
      direction: 1,
      sllType: 0,
      macSrcHigh: 0x0242,
      macSrcLow: 0x0a040001,
      macDstHigh: 0,
      macDstLow: 0,
    });
    expect(decodeBytes(113, sll('04'))).toMatchObject({ direction: 2, sllType: 4 });
    expect(decodeBytes(113, sll('03'))).toMatchObject({ direction: 1, sllType: 3 });
  });

  test('SLL: messages of netlink, frame relay and radio are no packets, whatever their protocol', () => {
    for (const device of ['03 38', '03 02', '03 23']) {
      const message = hex(`00 04 ${device} 00 00 00 00 00 00 00 00 00 00 08 00 ${ECHO}`);
      expect(decodeBytes(113, message).kind).toBe(KIND_NONE);
    }
  });

  test('SLL: a sender whose address is no EUI-48 is not told', () => {
    const infiniband = hex(`00 00 00 20 00 14 02 42 0a 04 00 01 00 00 08 00 ${ECHO}`);
    expect(decodeBytes(113, infiniband)).toMatchObject({
      kind: KIND_ECHO_REQUEST,
      macSrcHigh: 0,
      macSrcLow: 0,
    });
  });

  const SLL2 = `
    86 dd       # protocol
    00 00       # reserved
    00 00 00 03 # interface index
    00 01       # ARPHRD_ETHER
    04          # packet type: outgoing
    06          # address length
    02 42 0a 04 00 01 00 00
  `;

  test('SLL2: interface index, direction and sender', () => {
    expect(decodeBytes(276, hex(SLL2 + ECHO6))).toMatchObject({
      kind: KIND_ECHO_REPLY,
      interfaceIndex: 3,
      direction: 2,
      sllType: 4,
      macSrcHigh: 0x0242,
      macSrcLow: 0x0a040001,
    });
  });

  test('raw IP: by the version, or as the link type says', () => {
    expect(decodeBytes(101, hex(ECHO)).kind).toBe(KIND_ECHO_REQUEST);
    expect(decodeBytes(101, hex(ECHO6)).kind).toBe(KIND_ECHO_REPLY);
    expect(decodeBytes(12, hex(ECHO)).kind).toBe(KIND_ECHO_REQUEST);
    expect(decodeBytes(228, hex(ECHO)).kind).toBe(KIND_ECHO_REQUEST);
    expect(decodeBytes(229, hex(ECHO6)).kind).toBe(KIND_ECHO_REPLY);
    expect(stopOf(decodeBytes(101, hex('50')))).toMatchObject({
      layer: 'link',
      reason: 'bad-version',
      have: 1,
    });
    expect(stopOf(decodeBytes(229, hex(ECHO + ECHO)))).toMatchObject({
      layer: 'ipv6',
      reason: 'bad-version',
    });
  });

  test('PPP: framed or not, the protocol in one byte or two', () => {
    const echo = { kind: KIND_ECHO_REQUEST, family: 4 };
    for (const head of ['ff 03 00 21', '00 21', '21', 'ff 03 21']) {
      for (const linkType of [9, 50]) {
        expect(decodeBytes(linkType, hex(`${head} ${ECHO}`))).toMatchObject(echo);
      }
    }
    expect(decodeBytes(9, hex(`ff 03 00 57 ${ECHO6}`))).toMatchObject({ kind: KIND_ECHO_REPLY, family: 6 });
  });

  test('PPP: control protocols and Cisco framing are passed over', () => {
    for (const head of ['ff 03 c0 21', 'c0 21', '0f 00 08 00', '8f 00 08 00']) {
      const packet = decodeBytes(50, hex(`${head} ${ECHO}`));
      expect(packet.kind).toBe(KIND_NONE);
      expect(stopOf(packet)).toBeUndefined();
    }
  });

  test('PPP with direction: a byte before tells who sent it', () => {
    expect(decodeBytes(204, hex(`00 ff 03 00 21 ${ECHO}`))).toMatchObject({
      kind: KIND_ECHO_REQUEST,
      direction: 1,
    });
    expect(decodeBytes(204, hex(`01 00 21 ${ECHO}`))).toMatchObject({
      kind: KIND_ECHO_REQUEST,
      direction: 2,
    });
    expect(stopOf(decodeBytes(204, hex('')))).toMatchObject({ layer: 'ppp', need: 1, have: 0 });
    expect(stopOf(decodeBytes(204, hex('00 ff 03 00')))).toMatchObject({ layer: 'ppp', offset: 1, have: 3 });
  });

  test('null and loop: the family in either byte order, as each system numbers it', () => {
    expect(decodeBytes(0, hex(`02 00 00 00 ${ECHO}`)).kind).toBe(KIND_ECHO_REQUEST);
    expect(decodeBytes(108, hex(`00 00 00 02 ${ECHO}`)).kind).toBe(KIND_ECHO_REQUEST);
    for (const family of ['0a', '18', '1c', '1e']) {
      expect(decodeBytes(0, hex(`${family} 00 00 00 ${ECHO6}`)).kind).toBe(KIND_ECHO_REPLY);
      expect(decodeBytes(0, hex(`00 00 00 ${family} ${ECHO6}`)).kind).toBe(KIND_ECHO_REPLY);
    }
    for (const packet of [ECHO, ECHO6]) {
      expect(decodeBytes(0, hex(`07 00 00 00 ${packet}`)).kind).toBe(KIND_NONE);
    }
  });

  test('a link type that is not decoded says so', () => {
    expect(stopOf(decodeBytes(127, hex(ECHO)))).toMatchObject({
      layer: 'link',
      reason: 'link-type',
      have: 38,
    });
  });

  test('every shorter prefix stops, in the layer that is cut', () => {
    const frames: [number, Uint8Array, number, string][] = [
      [1, ethernet('81 00 00 05 08 00', ECHO), 18, 'ethernet,vlan'],
      [113, hex(`00 00 00 01 00 06 02 42 0a 04 00 01 00 00 08 00 ${ECHO}`), 16, 'sll'],
      [276, hex(SLL2 + ECHO6), 20, 'sll2'],
      [0, hex(`02 00 00 00 ${ECHO}`), 4, 'null'],
    ];
    for (const [linkType, bytes, headers, layers] of frames) {
      const cut = decodePrefixes(linkType, bytes).slice(0, headers).map(stopOf);
      expect([...new Set(cut.map((one) => one?.layer))].join()).toBe(layers);
      expect(cut.every((one) => one?.reason === 'too-short' && one.lengthFrom === 'snap-length')).toBe(true);
    }
  });

  test('an Ethernet header alone', () => {
    const packet = decodeBytes(1, hex(`${ETHERNET} 08 00`));
    expect(stopOf(packet)).toEqual({
      layer: 'ipv4',
      reason: 'too-short',
      offset: 14,
      need: 20,
      have: 0,
      lengthFrom: 'frame',
    });
  });
});
