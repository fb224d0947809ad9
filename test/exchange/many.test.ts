import { describe, expect, it } from 'vitest';
import { formatIp } from '../../src/addr/ip.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import type { CorrelateOptions } from '../../src/exchange/options.ts';
import { ScriptedCapture } from './support/capture.ts';
import { ACK, echoReply, echoRequest, SYN, tcp } from './support/packets.ts';

/** More exchanges open at once than the table begins with: each keeps what is its own. */
const B = '10.4.0.100';
const capture = (host = 'A') => new ScriptedCapture(host);
const correlated = (captures: readonly ScriptedCapture[], options: CorrelateOptions = {}) =>
  correlate(
    captures.map((one) => one.input()),
    options,
  );

describe('fifteen hundred exchanges at once', () => {
  const seen = () => {
    const both = [capture('A'), capture('B')];
    for (let i = 0; i < 1500; i++) {
      const syn = { src: '10.2.0.100', dst: B, srcPort: 1024 + i, dstPort: 1521, seq: i * 7919 };
      both[0].see(i, 3, 'out', tcp(syn, SYN));
      both[1].see(i + 0.1, 5, 'in', tcp({ ...syn, ttl: 63 }, SYN));
    }
    for (let i = 0; i < 1500; i++) {
      const synAck = {
        src: B,
        dst: '10.2.0.100',
        srcPort: 1521,
        dstPort: 1024 + i,
        seq: 9,
        ack: i * 7919 + 1,
      };
      both[1].see(1700 + i * 0.1, 2, 'out', tcp(synAck, SYN | ACK));
      both[0].see(1700.2 + i * 0.1, 3, 'in', tcp({ ...synAck, ttl: 63 }, SYN | ACK));
    }
    return both;
  };

  it('each find their own answer', async () => {
    const [one] = seen();
    const { groups, counts } = await correlated([one]);
    expect(groups.map(({ count, examples: [first] }) => [count, first.replyCount])).toEqual([[1500, 1]]);
    expect(counts).toEqual({ exchanges: 1500, leftEarly: 0, ambiguous: 0, strayReplies: 0 });
  });

  it('and are known again on the other host', async () => {
    const { groups, counts } = await correlated(seen());
    expect(
      groups.map(({ count, examples: [first] }) => [count, first.requestCount, first.replyCount]),
    ).toEqual([[1500, 2, 2]]);
    expect(counts.exchanges).toBe(1500);
  });
});

it('addresses of IPv6 stay with their exchange, while others come and go', async () => {
  const host = (i: number) => `fd00:${(i % 5) + 1}:${(i % 50) + 1}::${(i % 50) + 1}`;
  const seen = capture();
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 300; i++) {
      const echo = { id: round, seq: i, src: host(i), dst: 'fd00:4::100' };
      seen.see(round * 20_000 + i, 3, 'in', echoRequest(echo));
      // Not each is answered, so that they leave in another order than they came.
      if (i % 3 !== 0) continue;
      seen.see(round * 20_000 + 400 + i, 2, 'out', echoReply({ ...echo, src: 'fd00:4::100', dst: host(i) }));
    }
  }
  const { groups, counts } = await correlated([seen]);
  expect(counts).toMatchObject({ exchanges: 900, strayReplies: 0, ambiguous: 0 });
  const examples = groups.flatMap((group) => group.examples);
  expect(examples.length).toBeGreaterThan(60);
  for (const { src, requests, replies } of examples) {
    const [{ destinationPort: seq }] = requests;
    expect(formatIp(src)).toBe(host(seq));
    for (const reply of replies) expect(formatIp(reply.dst)).toBe(host(seq));
    expect(replies).toHaveLength(seq % 3 === 0 ? 1 : 0);
  }
});

describe('a table that is full', () => {
  const flood = (answered: boolean) => {
    const seen = capture();
    for (let i = 0; i < 100; i++) {
      const syn = { src: '10.2.0.100', dst: B, srcPort: 1024 + i, dstPort: 1521, seq: i };
      seen.see(i * 20, 3, 'in', tcp(syn, SYN));
      if (!answered) continue;
      const synAck = { src: B, dst: '10.2.0.100', srcPort: 1521, dstPort: 1024 + i, seq: 9, ack: i + 1 };
      seen.see(i * 20 + 1, 3, 'out', tcp(synAck, SYN | ACK));
    }
    return seen;
  };

  it('lets leave early what may still be answered', async () => {
    expect((await correlated([flood(false)], { openLimit: 16 })).counts).toMatchObject({
      exchanges: 100,
      leftEarly: 84,
    });
  });

  it('does not count what was answered a tenth of a second before', async () => {
    expect((await correlated([flood(true)], { openLimit: 16 })).counts).toMatchObject({
      exchanges: 100,
      leftEarly: 0,
    });
    // With four places the one that leaves was answered 79 ms before.
    expect((await correlated([flood(true)], { openLimit: 4 })).counts).toMatchObject({
      exchanges: 100,
      leftEarly: 96,
    });
  });
});

it('an exchange that goes on is not closed by the many that come after it', async () => {
  const seen = capture();
  const syn = { src: '10.2.0.9', dst: B, srcPort: 40000, dstPort: 1521, seq: 1 };
  for (let i = 0; i < 300; i++) {
    if (i % 30 === 0) seen.see(i * 100, 3, 'in', tcp(syn, SYN));
    seen.see(i * 100 + 1, 3, 'in', echoRequest({ src: '10.2.0.100', dst: B, id: 7, seq: i }));
  }
  seen.see(
    30_000,
    3,
    'out',
    tcp({ src: B, dst: '10.2.0.9', srcPort: 1521, dstPort: 40000, seq: 9, ack: 2 }, SYN | ACK),
  );
  const { groups } = await correlated([seen]);
  const [tried] = groups.filter(({ protocol }) => protocol === 'tcp');
  expect(tried.examples.map(({ requestCount, replyCount }) => [requestCount, replyCount])).toEqual([[10, 1]]);
});

it('of many sightings 24 are kept and all are counted', async () => {
  const seen = capture();
  for (let i = 0; i < 40; i++) {
    seen.see(i * 1000, 3, 'in', tcp({ src: '10.2.0.9', dst: B, srcPort: 40000, dstPort: 1521, seq: 1 }, SYN));
  }
  const { groups } = await correlated([seen]);
  expect(groups.map(({ examples: [one] }) => [one.requests.length, one.requestCount])).toEqual([[24, 40]]);
});

it('a clock that is set back by more than a minute ends what was open', async () => {
  const back = (ms: number) =>
    capture()
      .see(ms, 3, 'out', echoRequest({ src: '10.2.0.100', dst: B, id: 7, seq: 1 }))
      .see(1, 3, 'in', echoReply({ src: B, dst: '10.2.0.100', id: 7, seq: 1 }));
  expect((await correlated([back(100_000)])).counts).toMatchObject({ exchanges: 2, strayReplies: 1 });
});
