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

it('all that was seen of handshakes by two hosts stays with them when the table grows, and afterwards more joins it', async () => {
  const both = [capture('A'), capture('B')];
  const segment = (i: number) => ({
    src: '10.2.0.100',
    dst: B,
    srcPort: 1024 + i,
    dstPort: 1521,
    seq: i * 7919,
  });
  const open = (i: number, ms: number) => {
    const syn = segment(i);
    const synAck = { src: B, dst: syn.src, srcPort: 1521, dstPort: syn.srcPort, seq: 9, ack: syn.seq + 1 };
    both[0].see(ms, 3, 'out', tcp(syn, SYN));
    both[1].see(ms + 0.01, 5, 'in', tcp({ ...syn, ttl: 63 }, SYN));
    both[1].see(ms + 0.02, 2, 'out', tcp(synAck, SYN | ACK));
    both[0].see(ms + 0.03, 3, 'in', tcp({ ...synAck, ttl: 63 }, SYN | ACK));
  };
  const end = (i: number, ms: number) => {
    const ack = { ...segment(i), seq: i * 7919 + 1, ack: 10 };
    both[0].see(ms, 3, 'out', tcp(ack, ACK));
    both[1].see(ms + 0.01, 5, 'in', tcp({ ...ack, ttl: 63 }, ACK));
  };
  // These leave in time, so that those who follow do not lie where the table begins.
  for (let i = 0; i < 2000; i++) open(i, i * 0.1);
  for (let i = 0; i < 2000; i++) end(i, 300 + i * 0.1);
  for (let i = 2000; i < 20_000; i++) open(i, 10_000 + i * 0.1);
  for (let i = 2000; i < 20_000; i++) end(i, 12_500 + i * 0.1);
  const { groups, counts } = await correlated(both);
  expect(counts).toEqual({ exchanges: 20_000, leftEarly: 0, ambiguous: 0, strayReplies: 0 });
  expect(
    groups.map(({ count, examples }) => [count, examples.map(({ acks }) => acks.map(({ host }) => host))]),
  ).toEqual([[20_000, new Array(groups[0].examples.length).fill(['A', 'B'])]]);
});

it('replies from another address that came before their request stay with it, however many saw them', async () => {
  const both = [capture('A'), capture('B')];
  const ping = (i: number, ms: number) => {
    const other = { src: '10.2.0.100', dst: '10.5.0.1', id: 1000, seq: i };
    for (let index = 3; index < 7; index++) both[0].see(ms, index, 'out', echoRequest(other));
  };
  // These leave in time, so that when the table grows each other one gets another place.
  for (let i = 0; i < 2000; i++) ping(i, i * 0.1);
  const reply = { src: '10.3.0.100', dst: '10.2.0.100', id: 7, seq: 1 };
  for (let index = 2; index < 8; index++) both[1].see(10_000 + index, index, 'out', echoReply(reply));
  both[0].see(10_050, 3, 'out', echoRequest({ src: '10.2.0.100', dst: B, id: 7, seq: 1 }));
  for (let i = 2000; i < 20_000; i++) ping(i, 9860 + i * 0.1);
  const { groups } = await correlated(both, { clock: 'none' });
  expect(groups.map(({ dst, count }) => [formatIp(dst), count])).toEqual([
    ['10.5.0.1', 20_000],
    [B, 1],
  ]);
  const [{ requests, replies }] = groups[1].examples;
  expect(requests.map(({ host }) => host)).toEqual(['A']);
  expect(replies.map(({ frame }) => frame)).toEqual([1, 2, 3, 4, 5, 6]);
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

it('one that goes on and on keeps nothing behind it open where there is no more room', async () => {
  const one = capture();
  const syn = { src: '10.2.0.100', dst: B, srcPort: 40_000, dstPort: 1521, seq: 7 };
  const again = new Set([0, 900, 1800, 2700]);
  for (let ms = 0; ms < 6000; ms += 10) {
    if (again.has(ms)) one.see(ms, 3, 'out', tcp(syn, SYN));
    const ping = { src: '10.2.0.100', dst: B, id: 7, seq: ms / 10, data: 'stamp' };
    one.see(ms + 1, 3, 'out', echoRequest(ping));
    one.see(ms + 2, 3, 'in', echoReply({ ...ping, src: B, dst: '10.2.0.100' }));
  }
  const { counts } = await correlated([one], { openLimit: 200, replyWindowSeconds: 1 });
  expect(counts).toEqual({ exchanges: 601, leftEarly: 0, ambiguous: 0, strayReplies: 0 });
});
