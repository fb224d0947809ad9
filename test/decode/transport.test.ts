import { describe, expect, test } from 'vitest';
import {
  DNS_QUERY,
  DNS_RESPONSE,
  KIND_ECHO_REPLY,
  KIND_ECHO_REQUEST,
  KIND_NONE,
  KIND_RST,
  KIND_SYN,
  KIND_SYN_ACK,
  KIND_TCP_ACK,
  KIND_UDP,
  Packet,
} from '../../src/decode/packet.ts';
import { stopOf } from '../../src/decode/stop.ts';
import { decodeBytes, decodeInto, decodePrefixes, hex } from './decode-bytes.ts';
import { ECHO_REQUEST, ipv4, ipv6, SYN, tcp } from './packets.ts';

const RAW = 101;

describe('echo', () => {
  const request = hex(ipv4('00 26', '01') + ECHO_REQUEST);

  test('identifier, sequence number and data', () => {
    const packet = decodeBytes(RAW, request);
    expect(packet).toMatchObject({
      kind: KIND_ECHO_REQUEST,
      icmpType: 8,
      icmpCode: 0,
      sourcePort: 7,
      destinationPort: 0x0102,
      dataLength: 10,
      dataHashed: 10,
    });
  });

  test('request and reply of the same data have the same hash, wherever the bytes lie', () => {
    const reply = hex(ipv4('00 26', '01') + ECHO_REQUEST.replace('08 00', '00 00'));
    const there = decodeBytes(RAW, reply);
    const shifted = decodeBytes(0, Uint8Array.of(2, 0, 0, 0, ...reply));
    expect(there.kind).toBe(KIND_ECHO_REPLY);
    expect(there.dataHash).toBe(decodeBytes(RAW, request).dataHash);
    expect(shifted.dataHash).toBe(there.dataHash);
  });

  test('other data has another hash', () => {
    const hashes = new Set<number>();
    for (let at = 28; at < 38; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const other = request.slice();
        other[at] ^= 1 << bit;
        hashes.add(decodeBytes(RAW, other).dataHash);
      }
    }
    expect(hashes.size).toBe(80);
  });

  test('at most 64 bytes are hashed', () => {
    const long = hex(`${ipv4('05 dc', '01')} 08 00 c0 de 00 07 00 01 ${'a5'.repeat(1472)}`);
    const other = long.slice();
    other[20 + 8 + 64] = 0;
    expect(decodeBytes(RAW, long)).toMatchObject({ dataLength: 1472, dataHashed: 64 });
    expect(decodeBytes(RAW, other).dataHash).toBe(decodeBytes(RAW, long).dataHash);
    expect(decodeBytes(RAW, long.slice(0, 60), long.length)).toMatchObject({
      dataLength: 1472,
      dataHashed: 32,
    });
  });

  test('cut before its sequence number it is not followed, but its type is known', () => {
    const cut = decodeBytes(RAW, request.slice(0, 26), request.length);
    expect(cut).toMatchObject({ kind: KIND_NONE, icmpType: 8 });
    expect(stopOf(cut)).toMatchObject({ layer: 'icmp', need: 8, have: 6 });
  });

  test('an ICMPv6 request', () => {
    const bytes = hex(`${ipv6('00 0c', '3a')} 80 00 c0 de 00 07 01 02 61 62 63 64`);
    expect(decodeBytes(RAW, bytes)).toMatchObject({ kind: KIND_ECHO_REQUEST, icmpType: 128, sourcePort: 7 });
  });

  test('the other family’s ICMP is none of ours, as the types differ', () => {
    expect(decodeBytes(RAW, hex(ipv6('00 12', '01') + ECHO_REQUEST)).kind).toBe(KIND_ECHO_REQUEST);
    expect(decodeBytes(RAW, hex(ipv4('00 26', '3a') + ECHO_REQUEST)).kind).toBe(KIND_NONE);
  });
});

describe('TCP', () => {
  const syn = hex(ipv4('00 30', '06') + SYN);

  test('SYN with its ports, numbers and largest segment', () => {
    expect(decodeBytes(RAW, syn)).toMatchObject({
      kind: KIND_SYN,
      sourcePort: 50000,
      destinationPort: 1521,
      seq: 0x89abcdef,
      ack: 0,
      tcpFlags: 2,
      mss: 1460,
      dataLength: 0,
    });
  });

  test('what a segment is follows from its flags', () => {
    const kinds = {
      '12': KIND_SYN_ACK,
      '04': KIND_RST,
      '14': KIND_RST,
      '10': KIND_TCP_ACK,
      '18': KIND_TCP_ACK,
    } as const;
    const rare = {
      '11': KIND_TCP_ACK,
      '06': KIND_RST,
      '03': KIND_SYN,
      '00': KIND_NONE,
      '01': KIND_NONE,
    } as const;
    for (const [flags, kind] of Object.entries({ ...kinds, ...rare })) {
      const packet = decodeBytes(RAW, hex(ipv4('00 28', '06') + tcp(flags)));
      expect(packet, flags).toMatchObject({ kind, tcpFlags: Number.parseInt(flags, 16), mss: 0 });
    }
  });

  test('a SYN without the option, after one with it', () => {
    const packet = new Packet();
    decodeInto(packet, RAW, syn);
    decodeInto(packet, RAW, hex(ipv4('00 28', '06') + tcp('12')));
    expect(packet).toMatchObject({ kind: KIND_SYN_ACK, mss: 0, ack: 0x89abcdf0, seq: 42 });
  });

  test('cut behind its flags it is still told what it is', () => {
    const cut = decodePrefixes(RAW, syn);
    expect(
      cut.slice(20, 34).every((packet) => packet.kind === KIND_NONE && stopOf(packet)?.layer === 'tcp'),
    ).toBe(true);
    expect(cut.slice(34).every((packet) => packet.kind === KIND_SYN && stopOf(packet)?.need === 28)).toBe(
      true,
    );
  });

  test('options without end, of no length, or longer than the header', () => {
    for (const options of ['02 04 05', '02 00 05 b4', '08 ff 05 b4', '01 01 01 02', '02 03 05 b4']) {
      const bytes = hex(ipv4('00 2c', '06') + tcp('02', '60') + options);
      expect(decodeBytes(RAW, bytes).mss).toBe(0);
    }
  });

  test('what follows the end of the options is none', () => {
    const bytes = hex(`${ipv4('00 30', '06')} ${tcp('02', '70')} 00 02 02 04 05 b4 00 00`);
    expect(decodeBytes(RAW, bytes)).toMatchObject({ kind: KIND_SYN, mss: 0 });
  });

  const BLOCK = '05 0a 00 00 00 01 00 00 00 02';
  const STAMP = '01 01 08 0a 12 34 56 78 00 00 00 00';
  test.each([
    ['behind padding', `01 01 ${BLOCK}`, '', true],
    ['behind a time stamp', `${STAMP} 01 01 ${BLOCK}`, '', true],
    ['to the last byte', `${BLOCK} 00 00`, '', true],
    ['with data: the segment is no bare acknowledgement', `01 01 ${BLOCK}`, '61', false],
    ['not where there is a time stamp only', STAMP, '', false],
    ['not behind the end of the options', `00 00 ${BLOCK}`, '', false],
    ['not behind an option of no length', `1e 00 ${BLOCK}`, '', false],
    ['not without a block', '01 01 05 02 00 00 00 00', '', false],
  ])('a selective acknowledgement %s', (_, options, data, sack) => {
    const words = 5 + hex(options).length / 4;
    const total = (20 + 4 * words + hex(data).length).toString(16).padStart(4, '0');
    const bytes = hex(`${ipv4(total, '06')} ${tcp('10', `${words.toString(16)}0`)} ${options} ${data}`);
    expect(decodeBytes(RAW, bytes)).toMatchObject({ kind: KIND_TCP_ACK, sack });
  });

  test('a header shorter than itself', () => {
    const packet = decodeBytes(RAW, hex(ipv4('00 28', '06') + tcp('12', '40')));
    expect(packet.kind).toBe(KIND_NONE);
    expect(stopOf(packet)).toMatchObject({ layer: 'tcp', reason: 'bad-length', need: 20, have: 16 });
  });
});

describe('UDP', () => {
  const datagram = hex(`${ipv4('00 20', '11')} c3 50 00 35 00 0c 00 00 61 62 63 64`);

  test('ports; data only where it is asked for', () => {
    const packet = new Packet();
    decodeInto(packet, RAW, datagram);
    expect(packet).toMatchObject({
      kind: KIND_UDP,
      sourcePort: 50000,
      destinationPort: 53,
      dataLength: 4,
      dataHashed: 0,
    });
    packet.followUdp = true;
    decodeInto(packet, RAW, datagram);
    expect(packet).toMatchObject({ kind: KIND_UDP, dataHashed: 4 });
    expect(packet.dataHash).not.toBe(0);
  });

  test('of a DNS message the question is hashed, which query and response share', () => {
    const question = '03 77 77 77 00 00 01 00 01';
    const messages = [
      ['01 00 00 01 00 00 00 00 00 00', ''],
      ['81 80 00 01 00 01 00 00 00 00', 'c0 0c 00 01 00 01 00 00 00 00 00 04 0a 00 00 01'],
    ].map(([head, answer]) => {
      const data = `00 2a ${head} ${question} ${answer}`;
      const length = (28 + hex(data).length).toString(16).padStart(4, '0');
      const packet = new Packet();
      packet.followUdp = true;
      decodeInto(packet, RAW, hex(`${ipv4(length, '11')} c3 50 00 35 00 00 00 00 ${data}`));
      return packet;
    });
    expect(messages.map(({ dns }) => dns)).toEqual([DNS_QUERY, DNS_RESPONSE]);
    expect(messages[0].dataHash).toBe(messages[1].dataHash);
  });

  test('every shorter prefix', () => {
    const cut = decodePrefixes(RAW, datagram).slice(20, 28);
    expect(cut.every((packet) => packet.kind === KIND_NONE && stopOf(packet)?.layer === 'udp')).toBe(true);
  });
});
