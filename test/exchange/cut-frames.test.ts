import { describe, expect, it } from 'vitest';
import { correlate } from '../../src/exchange/correlate.ts';
import { find } from '../../src/finding/find.ts';
import { cutOf } from '../../src/report/capture-problems.ts';
import { bytesOf, inputOf, type Shot } from './support/capture-file.ts';
import { LINKTYPE_LINUX_SLL2, sll2, type Way } from './support/link.ts';
import { ACK, arp, echoReply, echoRequest, icmpError, SYN, tcp, udp } from './support/packets.ts';

/** Captures whose snap length cuts headers off (`tcpdump -i any -s`). */

const A = '10.2.0.100';
const B = '10.4.0.100';
const ping = echoRequest({ src: A, dst: B, id: 7, seq: 1 });
const pong = echoReply({ src: B, dst: A, id: 7, seq: 1 });
const syn = tcp({ src: A, dst: B, srcPort: 40000, dstPort: 22, seq: 1000 }, SYN);
const data = tcp({ src: B, dst: A, srcPort: 22, dstPort: 40000, seq: 1, ack: 1001 }, ACK, 'x'.repeat(100));

const FORM = {
  format: 'pcap',
  little: true,
  faces: [{ linkType: LINKTYPE_LINUX_SLL2, resolution: 6 }],
} as const;

type Seen = readonly [Way, Buffer];

const captured = (snapLength: number, host: string, seen: readonly Seen[]) => {
  const shots = seen.map(([way, packet], i): Shot => {
    const bytes = sll2(packet, 3, way);
    const cut = bytes.length > snapLength ? snapLength : null;
    return { time: i * 1e9 + (way === 'in' ? 100e3 : 0), face: 0, bytes, cut, note: 'none' };
  });
  return inputOf(bytesOf(FORM, shots), { host });
};

async function cutFrames(snapLength: number, ...packets: Buffer[]) {
  const input = await captured(
    snapLength,
    'A',
    packets.map((packet) => ['out', packet]),
  );
  return correlate([input], {});
}

describe('a snap length that cuts headers', () => {
  const ALL = [ping, pong, syn, data, udp(A, 5000, B, 53, 'question')];

  it('leaves nothing to tell at all where it ends before the transport header', async () => {
    const { captures } = await cutFrames(39, ...ALL);
    expect(captures[0].cutFrames).toMatchObject({ any: 5, icmp: 0, tcp: 0, udp: 0, others: 0 });
  });

  it('leaves the protocol, where it ends with the header of IP', async () => {
    const { captures } = await cutFrames(40, ...ALL, arp(1, A, B));
    expect(captures[0].cutFrames).toMatchObject({ any: 0, icmp: 2, tcp: 2, udp: 1, others: 1 });
  });

  it('leaves ICMP and UDP whole enough, and no TCP', async () => {
    const { captures } = await cutFrames(48, ...ALL, icmpError(B, A, 3, 1, ping));
    expect(captures[0].cutFrames).toMatchObject({ any: 0, icmp: 0, tcp: 2, udp: 0, others: 1 });
  });

  it('tells those of IPv6 apart', async () => {
    const [src, dst] = ['fd00:2::100', 'fd00:4::100'];
    const six = [
      echoRequest({ src, dst, id: 7, seq: 1 }),
      tcp({ src, dst, srcPort: 40000, dstPort: 22, seq: 1 }, SYN),
      udp(src, 5000, dst, 53, 'question'),
    ];
    const inHeader = await cutFrames(59, ...ALL, ...six);
    expect(inHeader.captures[0].cutFrames).toMatchObject({
      any: 3,
      six: { any: 3, icmp: 0, tcp: 0, udp: 0 },
    });
    const behind = await cutFrames(60, ...ALL, ...six);
    expect(behind.captures[0].cutFrames).toMatchObject({
      ...{ any: 0, icmp: 1, tcp: 1, udp: 1 },
      six: { any: 0, icmp: 1, tcp: 1, udp: 1 },
    });
    const four = await cutFrames(40, ...ALL);
    expect(four.captures[0].cutFrames.six).toEqual({ any: 0, icmp: 0, tcp: 0, udp: 0 });
  });

  it('does no harm where it ends behind the flags of TCP', async () => {
    const correlation = await cutFrames(54, ...ALL);
    expect(correlation.captures[0].cutFrames).toMatchObject({ any: 0, icmp: 0, tcp: 0, udp: 0, others: 0 });
    expect(cutOf(correlation)).toEqual([]);
  });

  it('is told with the number of frames', async () => {
    expect(cutOf(await cutFrames(40, ...ALL))).toEqual([
      { kind: 'frames-cut', file: 'A/any', cut: 5, frames: 5 },
    ]);
  });
});

it('segments that are cut are no witness against echo replies', async () => {
  const inputs = [
    await captured(48, 'A', [
      ['out', ping],
      ['in', data],
    ]),
    await captured(48, 'B', [
      ['in', ping],
      ['out', data],
    ]),
  ];
  const { findings } = find(await correlate(inputs, {}), [], new Set());
  expect(findings.map(({ kind, witness }) => [kind, witness.responderCovered])).toEqual([
    ['unanswered', true],
  ]);
});
