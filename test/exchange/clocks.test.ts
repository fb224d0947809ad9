import { describe, expect, it } from 'vitest';
import { correlate } from '../../src/exchange/correlate.ts';
import type { CorrelateOptions } from '../../src/exchange/options.ts';
import { ScriptedCapture } from './support/capture.ts';
import { echoReply, echoRequest, SYN, tcp } from './support/packets.ts';
import { summaryOf } from './support/summary.ts';

const A = '10.2.0.100';
const B = '10.4.0.100';
const HOUR = 3600;

/** A asks every second; 2 ms there, 1 ms to answer, 3 ms back. */
function pings(count: number, everyMs = 1000, driftPpm = 0): [ScriptedCapture, ScriptedCapture] {
  const a = new ScriptedCapture('A');
  const b = new ScriptedCapture('B');
  for (let i = 0; i < count; i++) {
    const id = { id: 7, seq: i & 0xffff, data: `data ${i}` };
    const t = i * everyMs;
    const onB = (ms: number) => ms * (1 + driftPpm / 1e6);
    a.see(t, 3, 'out', echoRequest({ ...id, src: A, dst: B }));
    b.see(onB(t + 2), 5, 'in', echoRequest({ ...id, src: A, dst: B, ttl: 63 }));
    b.see(onB(t + 3), 2, 'out', echoReply({ ...id, src: B, dst: A }));
    a.see(t + 6, 3, 'in', echoReply({ ...id, src: B, dst: A, ttl: 63 }));
  }
  return [a, b];
}

function correlated(captures: readonly ScriptedCapture[], options: CorrelateOptions = {}, chunkFrames = 50) {
  return correlate(
    captures.map((capture) => capture.input({ chunkFrames })),
    options,
  );
}

const healthy = [
  '20 icmp 10.2.0.100 > 10.4.0.100: A/if3>echo-request B/if5<echo-request B/if2>echo-reply A/if3<echo-reply',
];

describe('rule 5: two hosts have two clocks', () => {
  it('reports the offset as an interval that holds the truth', async () => {
    const [a, b] = pings(20);
    const { clocks } = await correlated([a, b.shifted(0.25)]);
    expect(clocks).toHaveLength(1);
    const [{ lowNs, highNs, basis, driftPpm }] = clocks;
    expect([lowNs, highNs]).toEqual([247e6, 252e6]);
    expect([basis, driftPpm]).toEqual(['measured', 0]);
  });

  describe('without directions, by what else tells who sent a packet:', () => {
    /** 2 ms there, 1 ms to answer, 3 ms back; `hops` routers count the TTL down. */
    const seenByBoth = async (hops: number, client: 'A' | 'B' = 'A') => {
      const [near, far] = [new ScriptedCapture('A'), new ScriptedCapture('B')];
      const [src, dst] = client === 'A' ? [near, far] : [far, near];
      for (let i = 0; i < 20; i++) {
        const asked = { src: A, dst: B, id: 7, seq: i, data: `data ${i}` };
        const answered = { ...asked, src: B, dst: A };
        src.seeEthernet(i * 1000, 1, 2, echoRequest({ ...asked, ttl: 64 }));
        dst.seeEthernet(i * 1000 + 2, 3, 4, echoRequest({ ...asked, ttl: 64 - hops }));
        dst.seeEthernet(i * 1000 + 3, 4, 3, echoReply({ ...answered, ttl: 64 }));
        src.seeEthernet(i * 1000 + 6, 2, 1, echoReply({ ...answered, ttl: 64 - hops }));
      }
      const [{ lowNs, highNs, basis }] = (await correlated([near, far.shifted(0.25)])).clocks;
      return [lowNs / 1e6, highNs / 1e6, basis];
    };

    it.each([
      ['the hops counted down', 1],
      ['else who waits longer for the reply', 0],
    ])('%s', async (_, hops) => {
      expect(await seenByBoth(hops)).toEqual([247, 252, 'measured']);
      expect(await seenByBoth(hops, 'B')).toEqual([248, 253, 'measured']);
    });
  });

  for (const shift of [-HOUR, HOUR, -40 * 24 * HOUR, 3 * 24 * HOUR + 0.5]) {
    it(`finds the packets again when one clock is ${shift} s off`, async () => {
      const [a, b] = pings(20);
      const correlation = await correlated([a, b.shifted(shift)]);
      expect(summaryOf(correlation)).toEqual(healthy);
      const [{ lowNs, highNs }] = correlation.clocks;
      expect(lowNs).toBeLessThanOrEqual(shift * 1e9);
      expect(highNs).toBeGreaterThanOrEqual(shift * 1e9);
    });
  }

  it('bounds the offset on one side by packets of one direction', async () => {
    const [a, b] = pings(20);
    const oneWay = new ScriptedCapture('B');
    oneWay.frames.push(...b.frames.filter((_, i) => i % 2 === 0));
    const { clocks } = await correlated([a, oneWay]);
    expect(clocks[0].highNs).toBe(2e6);
    expect(clocks[0].lowNs).toBe(2e6 - 5e9);
  });

  it('fits a drift where a constant is impossible', async () => {
    const { clocks, groups } = await correlated(pings(600, 1000, 50));
    expect(groups.map(({ count }) => count)).toEqual([600]);
    expect(clocks[0].driftPpm).toBeGreaterThan(40);
    expect(clocks[0].driftPpm).toBeLessThan(60);
    expect(clocks[0].lowNs).toBeLessThan(clocks[0].highNs);
  });

  for (const driftPpm of [-500, -100, -50, 50, 100, 500]) {
    it(`a host that answers within a microsecond answers after it was asked, at ${driftPpm} ppm`, async () => {
      const [a, b] = [new ScriptedCapture('A'), new ScriptedCapture('B')];
      for (let i = 0; i < 600; i++) {
        const id = { id: 7, seq: i, data: `data ${i}` };
        const t = i * 20;
        const onB = (ms: number) => ms * (1 + driftPpm / 1e6);
        a.see(t, 3, 'out', echoRequest({ ...id, src: A, dst: B }));
        b.see(onB(t + 0.02), 5, 'in', echoRequest({ ...id, src: A, dst: B, ttl: 63 }));
        b.see(onB(t + 0.021), 5, 'out', echoReply({ ...id, src: B, dst: A }));
        a.see(t + 0.04, 3, 'in', echoReply({ ...id, src: B, dst: A, ttl: 63 }));
        // So that exchanges close after any of the four.
        a.see(t + 10, 3, 'out', echoRequest({ ...id, src: A, dst: '10.9.9.9' }));
      }
      const { groups } = await correlated([a, b.shifted(1)]);
      expect(groups.map(({ count }) => count)).toEqual([600, 600]);
    });
  }

  it('follows a clock that drifts by more than the reply window in the end', async () => {
    const { groups } = await correlated(pings(2000, 10_000, 500));
    expect(groups.map(({ count }) => count)).toEqual([2000]);
  });

  it('goes on searching while a host is read alone', async () => {
    const [a, b] = pings(400);
    const lead = new ScriptedCapture('A');
    for (let i = 0; i < 20_000; i++) {
      lead.see(
        i * 100 - 2_000_000,
        3,
        'out',
        echoRequest({ src: A, dst: '10.9.9.9', id: 1, seq: i & 0xffff }),
      );
    }
    lead.frames.push(...a.frames);
    const { groups, clocks } = await correlated([lead, b.shifted(HOUR)], {}, 500);
    const seen = groups.filter(({ dst }) => dst.w0 === 0x0a040064);
    expect(clocks[0].basis).toBe('measured');
    expect(Math.abs(clocks[0].lowNs - HOUR * 1e9)).toBeLessThan(10e6);
    // The first few were read before three of them agreed.
    expect(seen.at(-1)?.examples[0].requests.length).toBe(2);
    expect(Math.max(...seen.map(({ count }) => count))).toBeGreaterThan(390);
  });

  it('takes the clocks as equal where no packet is common, and as given where they are given', async () => {
    const [a] = pings(3);
    const other = new ScriptedCapture('B').see(
      0,
      2,
      'out',
      echoRequest({ src: B, dst: '10.9.9.9', id: 1, seq: 1 }),
    );
    expect((await correlated([a, other])).clocks[0]).toMatchObject({ basis: 'assumed', lowNs: 0, highNs: 0 });
    const [c, d] = pings(20);
    const given = await correlated([c, d.shifted(HOUR)], { clock: new Map([['B', HOUR]]) });
    expect(given.clocks[0]).toMatchObject({ basis: 'given', lowNs: HOUR * 1e9, highNs: HOUR * 1e9 });
    expect(summaryOf(given)).toEqual(healthy);
    const none = await correlated([c, d.shifted(HOUR)], { clock: 'none' });
    expect(none.clocks[0]).toMatchObject({ basis: 'assumed', lowNs: 0, highNs: 0 });
    expect(none.groups.length).toBeGreaterThan(1);
  });

  it('takes given offsets as of one clock: what the first host is off counts as well', async () => {
    const [a, b] = pings(20);
    const clock = new Map([
      ['A', 10],
      ['B', 10.25],
    ]);
    const given = await correlated([a, b.shifted(0.25)], { clock });
    expect(given.clocks).toEqual([
      { host: 'B', relativeTo: 'A', lowNs: 0.25e9, highNs: 0.25e9, driftPpm: 0, basis: 'given' },
    ]);
    expect(summaryOf(given)).toEqual(healthy);
  });

  it('measures those that are not given', async () => {
    const [a, b] = pings(20);
    const c = new ScriptedCapture('C');
    for (const { time, bytes } of b.frames) c.frames.push({ time: time + 1e6, bytes });
    const { clocks } = await correlated([a, b.shifted(HOUR), c.shifted(-HOUR)], {
      clock: new Map([['B', HOUR]]),
    });
    expect(clocks.map(({ host, basis }) => [host, basis])).toEqual([
      ['B', 'given'],
      ['C', 'measured'],
    ]);
    expect(clocks[1].lowNs).toBeLessThanOrEqual(-HOUR * 1e9);
    expect(clocks[1].highNs).toBeGreaterThanOrEqual(-HOUR * 1e9);
  });

  it('bounds the offset on the other side by packets of the other direction', async () => {
    const [a, b] = pings(20);
    const oneWay = new ScriptedCapture('B');
    oneWay.frames.push(...b.frames.filter((_, i) => i % 2 === 1));
    const { clocks } = await correlated([a, oneWay]);
    expect([clocks[0].lowNs, clocks[0].highNs]).toEqual([-3e6, -3e6 + 5e9]);
  });

  it('gives coverage and exchanges on the clock of the host given first', async () => {
    const [a, b] = pings(20);
    const { coverage, groups } = await correlated([a, b.shifted(HOUR)]);
    const [onA, onB] = coverage.map(({ first }) => first!.seconds);
    expect(onA).toBe(groups[0].first.seconds);
    expect(Math.abs(onB - onA)).toBeLessThanOrEqual(1);
  });
});

it('takes a SYN that was repeated for no sign of the clocks where one host missed the first', async () => {
  const syn = (stamp: number) => {
    const option = Buffer.from([1, 1, 8, 10, 0, 0, stamp >> 8, stamp & 0xff, 0, 0, 0, 0]);
    return tcp({ src: A, dst: B, srcPort: 40000, dstPort: 80, seq: 77 }, SYN, '', option);
  };
  const [a, b] = [new ScriptedCapture('A'), new ScriptedCapture('B')];
  a.see(1000, 3, 'out', syn(1001)).see(2000, 3, 'out', syn(2001));
  b.see(0.1, 5, 'in', syn(1)).see(1000.1, 5, 'in', syn(1001)).see(2000.1, 5, 'in', syn(2001));
  const [{ lowNs, highNs, basis }] = (await correlated([a, b])).clocks;
  expect([lowNs, highNs, basis]).toEqual([0, 0, 'assumed']);
});
