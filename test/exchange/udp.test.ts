import { describe, expect, it } from 'vitest';
import { correlate } from '../../src/exchange/correlate.ts';
import type { CorrelateOptions } from '../../src/exchange/options.ts';
import { ScriptedCapture } from './support/capture.ts';
import { dnsQuery, dnsResponse, echoRequest, icmpError, SYN, tcp, udp } from './support/packets.ts';
import { summaryOf } from './support/summary.ts';

const A = '10.2.0.100';
const B = '10.4.0.100';
const OTHER = '10.3.0.100';
const ASKED: CorrelateOptions = { protocols: new Set(['udp']) };

const correlated = (captures: readonly ScriptedCapture[], options: CorrelateOptions = ASKED) =>
  correlate(
    captures.map((one) => one.input({ chunkFrames: 3 })),
    options,
  );
const capture = (host = 'A') => new ScriptedCapture(host);
const asks = (data: string, port = 5000) => udp(A, port, B, 7000, data);
const says = (data: string, port = 5000, from = B) => udp(from, 7000, A, port, data);

/** `requests:replies` of each exchange, in the order of time. */
async function counts(seen: ScriptedCapture, ...more: ScriptedCapture[]): Promise<string[]> {
  const { groups } = await correlated([seen, ...more]);
  return groups.flatMap(({ count, examples: [one] }) =>
    Array<string>(count).fill(`${one.requestCount}:${one.replyCount}${one.retransmitted ? ' again' : ''}`),
  );
}

describe('a conversation on one port pair', () => {
  it('pairs question by question', async () => {
    const seen = capture();
    for (let i = 0; i < 3; i++)
      seen.see(i * 400, 3, 'out', asks(`q${i}`)).see(i * 400 + 1, 3, 'in', says(`a${i}`));
    expect(await counts(seen)).toEqual(['1:1', '1:1', '1:1']);
  });

  it('pairs an answer with the question before it, and leaves the lost one alone', async () => {
    const seen = capture()
      .see(0, 3, 'out', asks('q0'))
      .see(1000, 3, 'out', asks('q1'))
      .see(1001, 3, 'in', says('a1'));
    expect(await counts(seen)).toEqual(['1:0', '1:1']);
  });

  it('takes the same payload a second later for the same datagram sent again', async () => {
    const seen = capture()
      .see(0, 3, 'out', asks('q'))
      .see(1000, 3, 'out', asks('q'))
      .see(3000, 3, 'out', asks('q'));
    expect(await counts(seen)).toEqual(['3:0 again']);
  });

  it('takes the same payload after the answer for another question', async () => {
    const seen = capture();
    for (const ms of [0, 1000]) seen.see(ms, 3, 'out', asks('alive?')).see(ms + 1, 3, 'in', says('yes'));
    expect(await counts(seen)).toEqual(['1:1', '1:1']);
  });

  it('takes datagrams in quick succession, and several answers, for one turn', async () => {
    const seen = capture();
    for (let i = 0; i < 5; i++) seen.see(i, 3, 'out', asks(`part ${i}`));
    seen.see(10, 3, 'in', says('fine')).see(11, 3, 'in', says('more'));
    expect(await counts(seen)).toEqual(['5:2']);
  });

  it('knows each datagram again on the other host', async () => {
    const [client, server] = [capture(), capture('B')];
    for (let i = 0; i < 3; i++) {
      client.see(i, 3, 'out', asks(`part ${i}`));
      server.see(i + 0.5, 3, 'in', asks(`part ${i}`));
    }
    server.see(5, 2, 'out', says('fine'));
    client.see(5.5, 3, 'in', says('fine'));
    expect(await counts(client, server)).toEqual(['6:2']);
  });

  it('marks what follows an answered datagram', async () => {
    const seen = capture()
      .see(0, 3, 'out', asks('q'))
      .see(1, 3, 'in', says('a'))
      .see(2, 3, 'out', asks('thanks'));
    const { groups } = await correlated([seen]);
    expect(groups.map(({ examples: [one] }) => one.continues)).toEqual([false, true]);
  });
});

describe('DNS', () => {
  const query = (id: number, name: string, port = 40000) => udp(A, port, B, 53, dnsQuery(id, name));
  const response = (id: number, name: string, from = B, port = 40000) =>
    udp(from, 53, A, port, dnsResponse(id, name));

  it('pairs by identification and question, whatever the order', async () => {
    const seen = capture()
      .see(0, 3, 'out', query(1, 'one.example'))
      .see(1, 3, 'out', query(2, 'two.example'))
      .see(2, 3, 'in', response(2, 'two.example'))
      .see(3, 3, 'in', response(1, 'ONE.example'));
    const { groups, counts: told } = await correlated([seen]);
    expect(groups.map(({ count, examples: [one] }) => [count, one.replyCount, one.dns])).toEqual([
      [2, 1, true],
    ]);
    expect(told.ambiguous).toBe(0);
  });

  it('does not take the answer to another question', async () => {
    const seen = capture()
      .see(0, 3, 'out', query(1, 'one.example'))
      .see(1, 3, 'in', response(1, 'two.example'))
      .see(2, 3, 'in', response(2, 'one.example'));
    const { groups, counts: told } = await correlated([seen]);
    expect(groups.filter(({ examples: [one] }) => one.requestCount > 0)).toHaveLength(1);
    expect(groups[0].examples[0].replyCount).toBe(0);
    expect(told.strayReplies).toBe(2);
  });

  it('pairs an answer from another address, between servers that both use port 53', async () => {
    const seen = capture()
      .see(0, 3, 'out', query(9, 'x.example', 53))
      .see(1, 3, 'in', response(9, 'x.example', OTHER, 53));
    expect(summaryOf(await correlated([seen]))).toEqual([
      '1 udp 10.2.0.100 > 10.4.0.100:53: A/if3>udp A/if3<udp',
    ]);
  });
});

describe('UDP by itself', () => {
  const datagrams = () =>
    capture()
      .see(0, 3, 'out', asks('q'))
      .see(1, 3, 'in', says('a', 5000, OTHER));

  it('is followed where nothing else is', async () => {
    expect(summaryOf(await correlated([datagrams()], {}))).toEqual([
      '1 udp 10.2.0.100 > 10.4.0.100:7000: A/if3>udp A/if3<udp',
    ]);
  });

  it.each([
    ['an echo request', echoRequest({ src: A, dst: B, id: 1, seq: 1 })],
    ['a SYN', tcp({ src: A, dst: B, srcPort: 1, dstPort: 2, seq: 3 }, SYN)],
  ])(
    'is dropped with all that was counted, when %s turns up at the end of another capture',
    async (_, probe) => {
      const seen = datagrams();
      for (let i = 2; i < 3000; i++) seen.see(i * 20, 3, 'out', asks(`q${i}`));
      const other = capture('B').see(70_000, 3, 'in', asks('q')).see(70_001, 3, 'in', probe);
      const { groups, counts: told } = await correlated([seen, other], {});
      expect(groups.map(({ protocol }) => protocol)).not.toContain('udp');
      expect(told).toEqual({ exchanges: 1, leftEarly: 0, ambiguous: 0, strayReplies: 0 });
    },
  );

  it('is not followed where other protocols are asked for', async () => {
    expect((await correlated([datagrams()], { protocols: new Set(['tcp']) })).groups).toEqual([]);
  });
});

describe('what is no question to one host', () => {
  it.each([
    ['multicast', '239.255.255.250'],
    ['broadcast', '255.255.255.255'],
    ['IPv6 multicast', 'ff02::fb'],
  ])('%s, and who answers it', async (_, group) => {
    const six = group.includes(':');
    const [me, one, two] = six ? ['fd00::1', 'fd00::2', 'fd00::3'] : [A, B, OTHER];
    const seen = capture()
      .see(0, 3, 'out', udp(me, 5000, group, 1900, 'who?'))
      .see(1, 3, 'in', udp(one, 1900, me, 5000, 'I'))
      .see(2, 3, 'in', udp(two, 1900, me, 5000, 'I, too'));
    expect((await correlated([seen])).groups).toEqual([]);
  });

  it('DHCP', async () => {
    const seen = capture().see(0, 3, 'in', udp('10.2.0.1', 67, A, 68, 'offer'));
    expect((await correlated([seen])).groups).toEqual([]);
  });
});

it('joins port unreachable to what it quotes, from either side', async () => {
  const answer = says('a', 5000, OTHER);
  const seen = capture()
    .see(0, 3, 'out', asks('q'))
    .see(1, 3, 'in', answer)
    .see(2, 2, 'out', icmpError(A, OTHER, 3, 3, answer))
    .see(2000, 3, 'out', asks('q', 5001))
    .see(2001, 3, 'in', icmpError(B, A, 3, 3, asks('q', 5001)));
  const { groups } = await correlated([seen]);
  expect(groups.map(({ examples: [one] }) => [one.replyCount, one.errors.length])).toEqual([
    [1, 1],
    [0, 1],
  ]);
});
