import { describe, expect, it } from 'vitest';
import { formatIp } from '../../src/addr/ip.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import type { CorrelateProgress } from '../../src/exchange/options.ts';
import { BASE_SECONDS, ScriptedCapture } from './support/capture.ts';
import { ACK, arp, echoReply, echoRequest, icmpError, RST, SYN, tcp, udp } from './support/packets.ts';

/** What is told of the captures themselves: how far they were read, what they hold, when. */
const A = '10.2.0.100';
const B = '10.4.0.100';
const ping = { src: A, dst: B, id: 7, seq: 1 };
const syn = { src: A, dst: B, srcPort: 40000, dstPort: 1521, seq: 1000 };
const synAck = { src: B, dst: A, srcPort: 1521, dstPort: 40000, seq: 5000, ack: 1001 };

describe('a capture', () => {
  it('is told by its probes and answers, and when they were seen', async () => {
    const seen = new ScriptedCapture('A')
      .see(0, 3, 'out', arp(1, A, B))
      .see(1, 3, 'out', echoRequest(ping))
      .see(2, 3, 'in', echoReply({ ...ping, src: B, dst: A }))
      .see(3, 3, 'out', tcp(syn, SYN))
      .see(4, 3, 'in', tcp(synAck, SYN | ACK))
      .see(5, 3, 'out', tcp({ ...syn, seq: 1001, ack: 5001 }, ACK))
      .see(6, 3, 'out', tcp({ ...syn, seq: 1001 }, RST))
      .see(7, 3, 'out', tcp({ ...syn, srcPort: 40001 }, SYN))
      .see(9, 3, 'out', udp(A, 5000, B, 53, 'question'));
    const { captures } = await correlate([seen.input()], {});
    expect(captures).toMatchObject([{ host: 'A', probes: 3, replies: 2, notDecoded: 0 }]);
    expect([captures[0].first, captures[0].last]).toEqual([
      { seconds: BASE_SECONDS, nanos: 0 },
      { seconds: BASE_SECONDS, nanos: 9e6 },
    ]);
  });

  it('counts frames that could not be decoded', async () => {
    const cut = echoRequest(ping).subarray(0, 22);
    const seen = new ScriptedCapture('A').see(0, 3, 'out', cut).see(1, 3, 'out', echoRequest(ping));
    expect((await correlate([seen.input()], {})).captures[0].notDecoded).toBe(1);
  });

  it('begins with its earliest frame, wherever that stands', async () => {
    const seen = new ScriptedCapture('A');
    for (const ms of [2000, 1000.5, 3000, 2500]) seen.see(ms, 3, 'out', arp(1, A, B));
    const { captures } = await correlate([seen.input()], {});
    expect([captures[0].first, captures[0].last]).toEqual([
      { seconds: BASE_SECONDS + 1, nanos: 500_000 },
      { seconds: BASE_SECONDS + 3, nanos: 0 },
    ]);
  });

  it('without frames has no times', async () => {
    const { captures, groups } = await correlate([new ScriptedCapture('A').input()], {});
    expect(captures).toMatchObject([{ first: null, last: null, probes: 0, replies: 0 }]);
    expect(groups).toEqual([]);
  });
});

it('progress goes up to all frames of all captures', async () => {
  const captures = ['A', 'B'].map((host) => {
    const seen = new ScriptedCapture(host);
    for (let i = 0; i < 100; i++) seen.see(i, 3, 'out', echoRequest({ ...ping, seq: i }));
    return seen;
  });
  const told: CorrelateProgress[] = [];
  await correlate(
    captures.map((one) => one.input({ chunkFrames: 10 })),
    {},
    (progress) => told.push(progress),
  );
  expect(told.length).toBeGreaterThan(1);
  expect(told.at(-1)).toMatchObject({ frames: 200, capturesEnded: 2, captures: 2 });
  for (const [i, { frames, capturesEnded }] of told.entries()) {
    expect(frames).toBeGreaterThanOrEqual(told[i - 1]?.frames ?? 0);
    expect(capturesEnded).toBeLessThanOrEqual(2);
  }
});

describe('a sighting tells what the packet bore', () => {
  const exampleOf = async (seen: ScriptedCapture) =>
    (await correlate([seen.input()], {})).groups[0].examples[0];

  it('of a handshake: ports, numbers, hops, size, who sent it on the link', async () => {
    const { requests, replies } = await exampleOf(
      new ScriptedCapture('A')
        .see(0, 3, 'out', tcp({ ...syn, ttl: 61 }, SYN), 0xabcdef01)
        .see(1.5, 3, 'in', tcp(synAck, SYN | ACK)),
    );
    expect(requests).toMatchObject([
      {
        kind: 'syn',
        host: 'A',
        interface: 'if3',
        direction: 'out',
        file: 'A/any.pcap',
        frame: 1,
        sourcePort: 40000,
        destinationPort: 1521,
        seq: 1000,
        ttl: 61,
        tos: 0,
        payloadLength: 20,
        macSource: '00:00:ab:cd:ef:01',
        target: null,
        mtu: 0,
        icmpType: 0,
        icmpCode: 0,
      },
    ]);
    expect(replies).toMatchObject([
      { kind: 'syn-ack', frame: 2, sourcePort: 1521, destinationPort: 40000, seq: 5000, ack: 1001, ttl: 64 },
    ]);
    expect(replies[0].time).toEqual({ seconds: BASE_SECONDS, nanos: 1_500_000 });
  });

  it('of an echo: identifier, sequence number and type', async () => {
    const { requests } = await exampleOf(
      new ScriptedCapture('A').see(0, 3, 'in', echoRequest({ ...ping, id: 65535, seq: 65534 })),
    );
    expect(requests).toMatchObject([
      {
        kind: 'echo-request',
        sourcePort: 65535,
        destinationPort: 65534,
        icmpType: 8,
        icmpCode: 0,
        payloadLength: 12,
      },
    ]);
  });

  it('of an error: type, code, the address it is about, and the MTU', async () => {
    const error = icmpError('10.2.0.1', A, 3, 4, echoRequest(ping));
    error.writeUInt16BE(1400, 20 + 6);
    const { errors } = await exampleOf(
      new ScriptedCapture('A').see(0, 3, 'out', echoRequest(ping)).see(1, 3, 'in', error),
    );
    expect(errors).toMatchObject([
      { kind: 'icmp-error', icmpType: 3, icmpCode: 4, mtu: 1400, macSource: '00:00:00:00:00:64' },
    ]);
    expect(errors.map(({ target }) => target && formatIp(target))).toEqual([B]);
    expect(errors.map(({ src, dst }) => [formatIp(src), formatIp(dst)])).toEqual([['10.2.0.1', A]]);
  });
});
