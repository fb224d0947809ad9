import { describe, expect, test } from 'vitest';
import { PacketCounts } from '../../src/decode/counts.ts';
import {
  KIND_ARP_REPLY,
  KIND_ARP_REQUEST,
  KIND_NEIGHBOUR_ADVERTISEMENT,
  KIND_NEIGHBOUR_SOLICITATION,
  KIND_NONE,
} from '../../src/decode/packet.ts';
import { stopOf } from '../../src/decode/stop.ts';
import { decodeBytes, decodePrefixes, hex } from './decode-bytes.ts';
import { ARP_REQUEST, ethernet, ipv6, SOLICITATION } from './packets.ts';

describe('ARP', () => {
  test('request and reply', () => {
    expect(decodeBytes(1, ethernet('08 06', ARP_REQUEST))).toMatchObject({
      kind: KIND_ARP_REQUEST,
      family: 0,
      src0: 0x0a040001,
      dst0: 0x0a040064,
      hardwareHigh: 0x0242,
      hardwareLow: 0x0a040001,
    });
    const reply = ARP_REQUEST.replace('00 01       # request', '00 02');
    expect(decodeBytes(1, ethernet('08 06', reply)).kind).toBe(KIND_ARP_REPLY);
  });

  test('other operations, protocols and address lengths are passed over', () => {
    const others = [
      ['00 01       # request', '00 03'],
      ['08 00', '86 dd'],
      ['06 04', '08 04'],
      ['06 04', '06 10'],
    ];
    for (const [from, to] of others) {
      expect(decodeBytes(1, ethernet('08 06', ARP_REQUEST.replace(from, to))).kind).toBe(KIND_NONE);
    }
  });

  test('all requests and replies are counted, whatever they are for, and wherever they are cut', () => {
    const counts = new PacketCounts();
    const reply = ARP_REQUEST.replace('00 01       # request', '00 02');
    for (const arp of [
      ARP_REQUEST,
      ARP_REQUEST.replace('08 00', '86 dd'),
      ARP_REQUEST.replace('06 04', '14 04'),
    ])
      counts.add(decodeBytes(1, ethernet('08 06', arp)));
    counts.add(decodeBytes(1, ethernet('08 06', reply).subarray(0, 14 + 8)));
    counts.add(decodeBytes(1, ethernet('08 06', reply).subarray(0, 14 + 7)));
    counts.add(decodeBytes(1, ethernet('08 06', ARP_REQUEST.replace('00 01       # request', '00 03'))));
    expect(counts).toMatchObject({ arpRequests: 3, arpReplies: 1 });
  });

  test('every shorter prefix', () => {
    const cut = decodePrefixes(1, ethernet('08 06', ARP_REQUEST)).slice(14);
    expect(cut.every((packet) => packet.kind === KIND_NONE && stopOf(packet)?.layer === 'arp')).toBe(true);
  });
});

describe('neighbour discovery', () => {
  const solicitation = hex(ipv6('00 20', '3a') + SOLICITATION);

  test('solicitation: target and source link-layer address', () => {
    expect(decodeBytes(101, solicitation)).toMatchObject({
      kind: KIND_NEIGHBOUR_SOLICITATION,
      target0: 0x20010db8,
      target1: 2,
      target2: 0,
      target3: 0x63,
      hardwareHigh: 0x0242,
      hardwareLow: 0x0a040001,
    });
  });

  test('advertisement: target link-layer address, behind another option', () => {
    const bytes = hex(`
      ${ipv6('00 28', '3a')}
      ${SOLICITATION.replace('87', '88')}
      02 01 02 42 0a 04 00 63`);
    expect(decodeBytes(101, bytes)).toMatchObject({
      kind: KIND_NEIGHBOUR_ADVERTISEMENT,
      hardwareLow: 0x0a040063,
    });
  });

  test('each word of the target', () => {
    const other = SOLICITATION.replace(
      '20 01 0d b8 00 00 00 02 00 00 00 00 00 00 00 63',
      '11 11 11 11 22 22 22 22 33 33 33 33 44 44 44 44',
    );
    expect(decodeBytes(101, hex(ipv6('00 20', '3a') + other))).toMatchObject({
      target0: 0x11111111,
      target1: 0x22222222,
      target2: 0x33333333,
      target3: 0x44444444,
    });
  });

  test('the link-layer address is sought in sixteen options, not in more', () => {
    const behind = (count: number) => {
      const [head, option] = [
        SOLICITATION.slice(0, SOLICITATION.indexOf('01 01')),
        '01 01 02 42 0a 04 00 01',
      ];
      const length = (24 + 8 * (count + 1)).toString(16).padStart(4, '0');
      return decodeBytes(
        101,
        hex(ipv6(length, '3a') + head + '0e 01 00 00 00 00 00 00 '.repeat(count) + option),
      );
    };
    expect(behind(15)).toMatchObject({ kind: KIND_NEIGHBOUR_SOLICITATION, hardwareLow: 0x0a040001 });
    expect(behind(16)).toMatchObject({ kind: KIND_NEIGHBOUR_SOLICITATION, hardwareLow: 0 });
  });

  test('without the option, or with one of no length', () => {
    const bare = solicitation.slice(0, 64);
    new DataView(bare.buffer).setUint16(4, 24);
    expect(decodeBytes(101, bare)).toMatchObject({
      kind: KIND_NEIGHBOUR_SOLICITATION,
      hardwareHigh: 0,
      hardwareLow: 0,
    });
    const empty = solicitation.slice();
    empty[65] = 0;
    expect(stopOf(decodeBytes(101, empty))).toMatchObject({
      layer: 'icmp6',
      reason: 'bad-length',
      offset: 64,
    });
  });

  test('every shorter prefix', () => {
    const cut = decodePrefixes(101, solicitation);
    expect(cut.slice(40, 64).every((packet) => stopOf(packet)?.layer === 'icmp6')).toBe(true);
    expect(cut.slice(64).every((packet) => packet.kind === KIND_NEIGHBOUR_SOLICITATION)).toBe(true);
  });
});
