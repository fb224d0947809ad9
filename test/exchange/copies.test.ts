import { describe, expect, it } from 'vitest';
import { correlate } from '../../src/exchange/correlate.ts';
import type { CorrelateOptions } from '../../src/exchange/options.ts';
import { ScriptedCapture } from './support/capture.ts';
import { ACK, echoReply, echoRequest, icmpError, RST, SYN, tcp } from './support/packets.ts';
import { summaryOf } from './support/summary.ts';

/** What is the same packet seen once more, what is it sent again, and what is another: to the nanosecond. */
const A = '10.2.0.100';
const B = '10.4.0.100';
const ping = { src: A, dst: B, id: 7, seq: 1 };
const pong = { src: B, dst: A, id: 7, seq: 1 };
const syn = { src: A, dst: B, srcPort: 40000, dstPort: 1521, seq: 1000 };
const synAck = { src: B, dst: A, srcPort: 1521, dstPort: 40000, seq: 5000, ack: 1001 };

const capture = (host = 'A', file?: string) => new ScriptedCapture(host, file);
const correlated = (captures: readonly ScriptedCapture[], options: CorrelateOptions = {}) =>
  correlate(
    captures.map((one) => one.input()),
    options,
  );

/** `requests:replies` of each exchange, in the order of time. */
async function told(seen: ScriptedCapture, options: CorrelateOptions = {}): Promise<string[]> {
  const { groups } = await correlated([seen], options);
  return groups.flatMap(({ count, examples: [one] }) =>
    Array<string>(count).fill(`${one.requestCount}:${one.replyCount}${one.retransmitted ? ' again' : ''}`),
  );
}

describe('an echo request at the place where it was seen before', () => {
  it.each<[string, number, string[]]>([
    ['within 50 µs was captured twice', 0.05, ['1:0']],
    ['later is another', 0.050001, ['1:0', '1:0']],
  ])('%s', async (_, ms, expected) => {
    expect(
      await told(capture().see(0, 3, 'out', echoRequest(ping)).see(ms, 3, 'out', echoRequest(ping))),
    ).toEqual(expected);
  });

  it('with fewer hops to go came round, however soon', async () => {
    const seen = capture()
      .see(0, 3, 'in', echoRequest({ ...ping, ttl: 60 }))
      .see(0.01, 3, 'in', echoRequest({ ...ping, ttl: 58 }));
    expect(await told(seen)).toEqual(['2:0']);
  });

  it('with more hops to go is another', async () => {
    const seen = capture()
      .see(0, 3, 'in', echoRequest({ ...ping, ttl: 58 }))
      .see(0.01, 3, 'in', echoRequest({ ...ping, ttl: 60 }));
    expect(await told(seen)).toEqual(['1:0', '1:0']);
  });

  it('before the frame that stands before it in the file, by a moment, was captured twice', async () => {
    const seen = capture().see(1, 3, 'out', echoRequest(ping)).see(0.95, 3, 'out', echoRequest(ping));
    expect(await told(seen)).toEqual(['1:0']);
    const apart = capture().see(1, 3, 'out', echoRequest(ping)).see(0.949, 3, 'out', echoRequest(ping));
    expect(await told(apart)).toEqual(['1:0', '1:0']);
  });
});

describe('a request on another interface of the host', () => {
  it.each<[string, number, string[]]>([
    ['within 100 ms is the same', 100, ['2:0']],
    ['later is another', 100.001, ['1:0', '1:0']],
  ])('%s', async (_, ms, expected) => {
    expect(
      await told(capture().see(0, 3, 'out', echoRequest(ping)).see(ms, 9, 'out', echoRequest(ping))),
    ).toEqual(expected);
  });

  it('is the same SYN within the whole window: it was repeated there', async () => {
    expect(await told(capture().see(0, 3, 'out', tcp(syn, SYN)).see(3000, 9, 'out', tcp(syn, SYN)))).toEqual([
      '2:0',
    ]);
  });

  it('is another direction, too', async () => {
    const seen = capture().see(0, 3, 'in', echoRequest(ping)).see(0.01, 3, 'out', echoRequest(ping));
    expect(await told(seen)).toEqual(['2:0']);
  });
});

describe('a reply at the place where one was seen before', () => {
  it.each<[string, number, string]>([
    ['within 50 µs was captured twice', 1.05, '1:1'],
    ['later was given twice', 1.051, '1:2'],
  ])('%s', async (_, ms, expected) => {
    const seen = capture()
      .see(0, 3, 'out', echoRequest(ping))
      .see(1, 3, 'in', echoReply(pong))
      .see(ms, 3, 'in', echoReply(pong));
    expect(await told(seen)).toEqual([expected]);
  });

  it('answers the request that has no reply yet', async () => {
    const seen = capture()
      .see(0, 3, 'out', echoRequest(ping))
      .see(1, 3, 'in', echoReply(pong))
      .see(10, 3, 'out', echoRequest(ping))
      .see(11, 3, 'in', echoReply(pong));
    const { groups, counts } = await correlated([seen]);
    expect(groups.map(({ count, examples: [one] }) => [count, one.replyCount])).toEqual([[2, 1]]);
    expect(counts).toEqual({ exchanges: 2, leftEarly: 0, ambiguous: 0, strayReplies: 0 });
  });

  it('is the same SYN-ACK, repeated', async () => {
    const seen = capture()
      .see(0, 3, 'out', tcp(syn, SYN))
      .see(1, 3, 'in', tcp(synAck, SYN | ACK))
      .see(1000, 3, 'in', tcp(synAck, SYN | ACK));
    expect(await told(seen)).toEqual(['1:2']);
  });
});

describe('RST, last ACK and ICMP error', () => {
  it('captured twice within 50 µs are one', async () => {
    const seen = capture().see(0, 3, 'out', tcp(syn, SYN));
    for (const ms of [1, 1.05, 2]) seen.see(ms, 3, 'in', tcp({ ...synAck, seq: 0 }, RST | ACK));
    for (const ms of [3, 3.05]) seen.see(ms, 3, 'in', icmpError('10.2.0.1', A, 3, 13, tcp(syn, SYN)));
    expect(summaryOf(await correlated([seen]))).toEqual([
      '1 tcp 10.2.0.100 > 10.4.0.100:1521: A/if3>syn A/if3<rst A/if3<rst A/if3<icmp-error',
    ]);
  });

  it('are seen on each interface', async () => {
    const acknowledged = tcp({ ...syn, seq: 1001, ack: 5001 }, ACK);
    const seen = capture()
      .see(0, 3, 'in', tcp(syn, SYN))
      .see(1, 3, 'out', tcp(synAck, SYN | ACK))
      .see(2, 3, 'in', acknowledged)
      .see(2.01, 9, 'in', acknowledged);
    expect(summaryOf(await correlated([seen]))).toEqual([
      '1 tcp 10.2.0.100 > 10.4.0.100:1521: A/if3<syn A/if3>syn-ack A/if3<tcp-ack A/if9<tcp-ack',
    ]);
  });

  it('of another number belong to another connection', async () => {
    const seen = capture()
      .see(0, 3, 'out', tcp(syn, SYN))
      .see(1, 3, 'in', tcp({ ...synAck, seq: 0, ack: 1002 }, RST | ACK))
      .see(2, 3, 'out', tcp({ ...syn, seq: 1002 }, RST));
    expect(summaryOf(await correlated([seen]))).toEqual(['1 tcp 10.2.0.100 > 10.4.0.100:1521: A/if3>syn']);
  });

  it('after the window belong to none', async () => {
    const seen = capture()
      .see(0, 3, 'out', tcp(syn, SYN))
      .see(5001, 3, 'in', tcp({ ...synAck, seq: 0 }, RST | ACK))
      .see(5002, 3, 'in', icmpError('10.2.0.1', A, 3, 13, tcp(syn, SYN)));
    expect(summaryOf(await correlated([seen]))).toEqual(['1 tcp 10.2.0.100 > 10.4.0.100:1521: A/if3>syn']);
  });
});

describe('the window for a reply', () => {
  const answered = (ms: number) =>
    capture().see(0, 3, 'out', echoRequest(ping)).see(ms, 3, 'in', echoReply(pong));

  it('is five seconds, its end included', async () => {
    expect(await told(answered(5000))).toEqual(['1:1']);
    expect(await told(answered(5000.001))).toEqual(['1:0', '0:1']);
  });

  it('is what it is set to', async () => {
    expect(await told(answered(1000), { replyWindowSeconds: 1 })).toEqual(['1:1']);
    expect(await told(answered(1000.001), { replyWindowSeconds: 1 })).toEqual(['1:0', '0:1']);
    expect(await told(answered(30_000), { replyWindowSeconds: 30 })).toEqual(['1:1']);
  });

  it('begins anew with each sighting', async () => {
    const seen = capture();
    for (const ms of [0, 4000, 8000]) seen.see(ms, 3, 'out', tcp(syn, SYN));
    seen.see(12_000, 3, 'in', tcp(synAck, SYN | ACK));
    expect(await told(seen)).toEqual(['3:1 again']);
  });
});

describe('two hosts whose clocks are taken as equal', () => {
  const apart = async (ms: number) => {
    const a = capture('A').see(1000, 3, 'out', echoRequest(ping));
    const b = capture('B').see(1000 + ms, 2, 'out', echoReply(pong));
    const { groups } = await correlated([a, b], { clock: 'none' });
    return groups.map(({ examples: [one] }) => `${one.requestCount}:${one.replyCount}`);
  };

  it('a reply of the one may seem to come up to 100 ms before the request of the other', async () => {
    expect(await apart(1)).toEqual(['1:1']);
    expect(await apart(-99)).toEqual(['1:1']);
    expect(await apart(-101)).toEqual(['0:1', '1:0']);
  });

  it('a request that comes behind its reply in the merge is joined with it, from whatever address it is answered', async () => {
    const a = capture('A').see(1000, 3, 'out', echoRequest(ping));
    const b = capture('B').see(950, 2, 'out', echoReply({ ...pong, src: '10.3.0.100' }));
    expect(summaryOf(await correlated([a, b], { clock: 'none' }))).toEqual([
      '1 icmp 10.2.0.100 > 10.4.0.100: A/if3>echo-request B/if2>echo-reply',
    ]);
  });

  it('on one host no reply comes before its request', async () => {
    const a = capture('A').see(1000, 3, 'out', echoRequest(ping)).see(999, 3, 'in', echoReply(pong));
    const b = capture('B').see(1001, 3, 'in', tcp(syn, SYN));
    const { counts } = await correlated([a, b], { clock: 'none' });
    expect(counts.strayReplies).toBe(1);
  });
});
