import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { correlate } from '../../src/exchange/correlate.ts';
import type { Correlation } from '../../src/exchange/correlation.ts';
import { EntryExamples } from '../../src/exchange/entry-examples.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { exchangeOf } from '../../src/exchange/exchange-of.ts';
import { ScriptedCapture } from './support/capture.ts';
import { ACK, echoReply, echoRequest, icmpError, RST, SYN, tcp, udp } from './support/packets.ts';

/** Examples are kept as words and made when they are asked for: nothing may be lost of what the closed exchange was. */

const ENDS = {
  four: ['10.2.0.100', '10.4.0.100', '203.0.113.10'],
  six: ['2001:db8:2::100', '2001:db8:4::100', '2001:db8:9::10'],
} as const;

const step = fc.record({
  kind: fc.constantFrom('echo', 'echo', 'reply', 'syn', 'syn-ack', 'ack', 'rst', 'large', 'udp', 'error'),
  family: fc.constantFrom('four' as const, 'six' as const),
  back: fc.boolean(),
  /** B sees the third address in place of the second. */
  translated: fc.boolean(),
  seq: fc.nat(2),
  waitMs: fc.constantFrom(0, 0.1, 1, 300, 6000),
  seen: fc.constantFrom('A', 'B', 'both', 'both'),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function packetOf({ kind, family, back, seq }: Step, asked: string): Buffer {
  const originator = ENDS[family][0];
  const [src, dst] = back ? [asked, originator] : [originator, asked];
  const [srcPort, dstPort] = back ? [1521, 40_000] : [40_000, 1521];
  const ends = { src, dst, srcPort, dstPort };
  if (kind === 'echo') return echoRequest({ src, dst, id: 9, seq, data: 'data' });
  if (kind === 'reply') return echoReply({ src, dst, id: 9, seq, data: 'data' });
  if (kind === 'syn') return tcp({ ...ends, seq }, SYN);
  if (kind === 'syn-ack') return tcp({ ...ends, seq: seq + 50, ack: seq + 1 }, SYN | ACK);
  if (kind === 'ack') return tcp({ ...ends, seq: seq + 1, ack: seq + 51 }, ACK);
  if (kind === 'rst') return tcp({ ...ends, seq: 0, ack: seq + 1 }, RST | ACK);
  if (kind === 'large') return tcp({ ...ends, seq: seq + 1, ack: seq + 51 }, ACK, 'x'.repeat(1200));
  if (kind === 'udp') return udp(src, srcPort, dst, dstPort, `question ${seq}`);
  return icmpError(src, dst, 3, 1, echoRequest({ src: dst, dst: src, id: 9, seq, data: 'data' }));
}

function sceneOf(steps: readonly Step[]): ScriptedCapture[] {
  const [a, b] = [new ScriptedCapture('A'), new ScriptedCapture('B')];
  let ms = 0;
  for (const one of steps) {
    ms += one.waitMs;
    const [, asked, other] = ENDS[one.family];
    if (one.seen !== 'B') a.see(ms, 2, one.back ? 'in' : 'out', packetOf(one, asked));
    const there = packetOf(one, one.translated ? other : asked);
    if (one.seen !== 'A') b.see(ms + 0.2, 3, one.back ? 'out' : 'in', there);
  }
  return [a, b].filter(({ frames }) => frames.length > 0);
}

/** What is correlated, and the examples as they were when they were kept. */
async function correlated(captures: readonly ScriptedCapture[]): Promise<[Correlation, Exchange[]]> {
  const kept: Exchange[] = [];
  const { keep } = EntryExamples.prototype;
  vi.spyOn(EntryExamples.prototype, 'keep').mockImplementation(function (
    this: EntryExamples,
    from,
    entry,
    older,
  ) {
    // biome-ignore lint/complexity/useLiteralKeys: they are private.
    kept.push(exchangeOf(from, entry, this['names'], this['timeline']));
    return keep.call(this, from, entry, older);
  });
  const correlation = await correlate(
    captures.map((one) => one.input()),
    { shortcut: false },
  );
  vi.restoreAllMocks();
  return [correlation, kept];
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('an example', () => {
  it('is the exchange as it was when it closed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        const [{ groups }, kept] = await correlated(sceneOf(steps));
        for (const one of groups.flatMap(({ examples }) => examples)) expect(kept).toContainEqual(one);
      }),
      { numRuns: 100 },
    );
  });

  it('is of its group, and comes after those that closed before it', async () => {
    const seen = new ScriptedCapture('A');
    for (let i = 0; i < 200; i++) {
      const ping = { src: ENDS.four[0], dst: `10.4.0.${100 + (i % 2)}`, id: 9, seq: i, data: 'data' };
      seen.see(i, 2, 'out', echoRequest(ping));
      seen.see(i + 0.5, 2, 'in', echoReply({ ...ping, src: ping.dst, dst: ping.src }));
    }
    const [{ groups }] = await correlated([seen]);
    const sequences = ({ requests }: Exchange) => requests.map((one) => one.destinationPort);
    expect(groups.map(({ examples }) => examples.flatMap(sequences))).toEqual([
      [0, 2, 4, 6],
      [1, 3, 5, 7],
    ]);
    for (const { dst, examples } of groups) for (const one of examples) expect(one.dst).toEqual(dst);
  });

  it('is one object, however often it is asked for', async () => {
    const seen = new ScriptedCapture('A');
    seen.see(0, 2, 'out', echoRequest({ src: ENDS.four[0], dst: ENDS.four[1], id: 9, seq: 1, data: 'data' }));
    const [{ groups }] = await correlated([seen]);
    expect(groups[0].examples).toBe(groups[0].examples);
  });
});
