import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correlate } from '../../src/exchange/correlate.ts';
import type { Correlation } from '../../src/exchange/correlation.ts';
import type { CorrelateOptions } from '../../src/exchange/options.ts';
import { ScriptedCapture } from './support/capture.ts';
import { ACK, echoReply, echoRequest, SYN, tcp } from './support/packets.ts';
import { summaryOf } from './support/summary.ts';

const A = '10.2.0.100';
const B = '10.4.0.100';

type Deed = 'ping' | 'request-lost' | 'reply-lost' | 'connect' | 'other-client' | 'other-server';

/** What A and B see of A asking B, and each of others. */
class Scene {
  readonly a = new ScriptedCapture('A');
  readonly b = new ScriptedCapture('B');
  ms = 0;
  private seq = 0;

  do(deed: Deed, waitMs: number): this {
    this.ms += waitMs;
    this.seq++;
    if (deed === 'connect') this.connect();
    else if (deed === 'other-client') this.ping('192.0.2.1', B, [false, false]);
    else if (deed === 'other-server') this.ping(A, '192.0.2.9', [false, false]);
    else this.ping(A, B, [deed !== 'request-lost', deed !== 'reply-lost']);
    return this;
  }

  pings(count: number, everyMs = 200): this {
    for (let i = 0; i < count; i++) this.do('ping', everyMs);
    return this;
  }

  private ping(src: string, dst: string, [comes, returns]: [boolean, boolean]): void {
    const { a, b, ms, seq } = this;
    const asked = { src, dst, id: 7, seq, data: `ping ${seq}` };
    const answered = { ...asked, src: dst, dst: src };
    if (src === A) a.see(ms, 3, 'out', echoRequest(asked));
    if (dst === B && (comes || src !== A)) {
      b.see(ms + 0.2, 5, 'in', echoRequest({ ...asked, ttl: 63 }));
      b.see(ms + 0.25, 5, 'out', echoReply(answered));
    }
    if (src === A && ((comes && returns) || dst !== B)) a.see(ms + 0.5, 3, 'in', echoReply(answered));
  }

  private connect(): void {
    const { a, b, ms, seq } = this;
    const [forth, back] = [
      { src: A, dst: B, srcPort: 40_000 + seq, dstPort: 80 },
      { src: B, dst: A, srcPort: 80, dstPort: 40_000 + seq },
    ];
    const stamp = Buffer.from([1, 1, 8, 10, 0, 0, seq >> 8, seq & 0xff, 0, 0, 0, 0]);
    const syn = tcp({ ...forth, seq: seq * 1000 }, SYN, '', stamp);
    const synAck = tcp({ ...back, seq: 5, ack: seq * 1000 + 1 }, SYN | ACK);
    const ack = tcp({ ...forth, seq: seq * 1000 + 1, ack: 6 }, ACK);
    a.see(ms, 3, 'out', syn);
    b.see(ms + 0.2, 5, 'in', syn).see(ms + 0.25, 5, 'out', synAck);
    a.see(ms + 0.5, 3, 'in', synAck).see(ms + 0.51, 3, 'out', ack);
    b.see(ms + 0.7, 5, 'in', ack);
  }
}

/** The capture of a host whose clock is set after so many milliseconds. */
function set(capture: ScriptedCapture, afterMs: number, seconds: number): ScriptedCapture {
  const other = capture.part(capture.file, 0, 0);
  for (const { time, bytes } of capture.frames)
    other.frames.push({ time: time >= afterMs * 1e6 ? time + seconds * 1e9 : time, bytes });
  return other;
}

function correlated(
  captures: readonly ScriptedCapture[],
  options: CorrelateOptions = {},
): Promise<Correlation> {
  return correlate(
    captures.map((capture) => capture.input({ chunkFrames: 50 })),
    options,
  );
}

/** In no order: where offsets are known to less than packets are apart it may be another. */
function groupsOf(correlation: Correlation): string[] {
  return summaryOf(correlation)
    .map((line) => line.split(' ').sort().join(' '))
    .sort();
}

const HOUR = 3600;

describe('a clock that is set while it is captured', () => {
  it('is not told where each run of a ping numbers alike, and one of them was lost', async () => {
    for (const [lost, answers] of [
      [1, true],
      [3, true],
      [3, false],
    ] as const) {
      const [a, b] = [new ScriptedCapture('A'), new ScriptedCapture('B')];
      for (let run = 0; run < 8; run++) {
        for (let seq = 1; seq <= 4; seq++) {
          const [ms, asked] = [run * 60_000 + seq * 1000, { src: A, dst: B, id: 1, seq, data: 'same' }];
          a.see(ms, 3, 'out', echoRequest(asked));
          if (run === lost) continue;
          b.see(ms + 0.2, 5, 'in', echoRequest({ ...asked, ttl: 63 }));
          if (answers) a.see(ms + 0.5, 3, 'in', echoReply({ ...asked, src: B, dst: A }));
        }
      }
      const { clocksSet, groups } = await correlated([a, b]);
      expect(clocksSet).toEqual([]);
      expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(32);
    }
  });

  for (const seconds of [0.5, 6, 90, HOUR, -0.5, -2, -30, -HOUR]) {
    for (const who of ['A', 'B'] as const) {
      it(`by ${seconds} s at ${who} is told, and nothing else is`, async () => {
        const { a, b, ms } = new Scene().pings(60);
        const truth = groupsOf(await correlated([a, b]));
        const half = ms / 2;
        const told = await correlated(who === 'A' ? [set(a, half, seconds), b] : [a, set(b, half, seconds)]);
        expect(groupsOf(told)).toEqual(truth);
        expect(told.clocksSet).toHaveLength(1);
        const [{ host, relativeTo, byNs, frame, file }] = told.clocksSet;
        expect([host, relativeTo]).toEqual(who === 'A' ? ['A', 'B'] : ['B', 'A']);
        expect(Math.abs(byNs / 1e9 - seconds)).toBeLessThan(0.001);
        expect(frame).toBe(59);
        expect(file).toBe(`${host}/any.pcap`);
        expect(told.coverage.map(({ disordered }) => disordered)).toEqual([false, false]);
        const [{ lowNs, highNs, driftPpm }] = told.clocks;
        expect(Math.max(-lowNs, highNs)).toBeLessThan(1e6);
        expect(driftPpm).toBe(0);
      });
    }
  }
});

it('packets that wait for the address of their neighbour, after a silence or at first, are no sign of it', async () => {
  for (const first of [0, 20]) {
    const scene = new Scene().pings(first);
    for (const host of [scene.a, scene.b]) host.frames.splice(first * 2);
    const { a, b } = scene;
    const from = scene.ms + 1000;
    for (let i = 0; i < 30; i++) {
      const asked = { src: A, dst: B, id: 9, seq: i, data: `late ${i}` };
      // Those of the first half second come together.
      const there = Math.max(from + i * 20 + 0.2, from + 500 + i / 1000);
      a.see(from + i * 20, 3, 'out', echoRequest(asked));
      b.see(there, 5, 'in', echoRequest({ ...asked, ttl: 63 }));
    }
    const { clocks, clocksSet, groups } = await correlated([a, b]);
    expect(clocksSet).toEqual([]);
    expect(groups.map(({ count }) => count)).toEqual(first > 0 ? [first, 30] : [30]);
    expect(clocks[0].highNs).toBeLessThan(0.3e6);
  }
});

it('whatever goes on meanwhile', async () => {
  const deed = fc.constantFrom<Deed>(
    'ping',
    'request-lost',
    'reply-lost',
    'connect',
    'other-client',
    'other-server',
  );
  const wait = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 300, max: 3000 }));
  const deeds = fc.array(fc.tuple(deed, wait), { maxLength: 40 });
  const seconds = fc.oneof(
    fc.double({ min: 0.3, max: 200, noNaN: true }),
    fc.double({ min: -200, max: -0.3, noNaN: true }),
  );
  await fc.assert(
    fc.asyncProperty(deeds, deeds, seconds, fc.boolean(), async (before, after, by, atB) => {
      const scene = new Scene().pings(5);
      for (const [one, ms] of before) scene.do(one, ms);
      const then = scene.ms + 100;
      for (const [one, ms] of after) scene.do(one, ms + 200);
      const { a, b } = scene.pings(5);
      const healthy = await correlated([a, b]);
      expect(healthy.clocksSet).toEqual([]);
      const truth = groupsOf(healthy);
      const told = await correlated(atB ? [a, set(b, then, by)] : [set(a, then, by), b]);
      expect(groupsOf(told)).toEqual(truth);
    }),
    { numRuns: 60 },
  );
}, 120_000);
