import { describe, expect, it } from 'vitest';
import { correlate } from '../../src/exchange/correlate.ts';
import { ScriptedCapture } from './support/capture.ts';
import { ACK, FIN, icmpError, SYN, tcp } from './support/packets.ts';
import { placeOf } from './support/summary.ts';

/** Data that does not get through: what a capture shows of it long after the handshake went well. */
const A = '10.2.0.100';
const B = '10.4.0.100';
const forth = { src: A, dst: B, srcPort: 40000, dstPort: 1521, seq: 1001, ack: 5001 };
const back = { src: B, dst: A, srcPort: 1521, dstPort: 40000, seq: 5001, ack: 1001 };
const LARGE = 'x'.repeat(1200);
/** One block, behind two bytes of padding. */
const SACK = Buffer.from('0101050a0000100000001100', 'hex');

/** A handshake as A sees it, in the first 2 ms. */
function connection(): ScriptedCapture {
  return new ScriptedCapture('A')
    .see(0, 3, 'out', tcp({ ...forth, seq: 1000, ack: 0 }, SYN))
    .see(1, 3, 'in', tcp({ ...back, seq: 5000 }, SYN | ACK))
    .see(2, 3, 'out', tcp(forth, ACK));
}

async function exchangeIn(seen: ScriptedCapture) {
  const { groups } = await correlate([seen.input()], {});
  expect(groups).toHaveLength(1);
  return groups[0].examples[0];
}

function sent(times: readonly number[], data = LARGE, seen = connection()): ScriptedCapture {
  for (const ms of times) seen.see(ms, 3, 'out', tcp(forth, ACK, data));
  return seen;
}

describe('a large segment', () => {
  it.each<[string, number[], boolean]>([
    ['once', [100], false],
    ['twice', [100, 400], false],
    ['three times, each for want of an answer', [100, 400, 1000], true],
    ['again and again within a moment: copies of one packet', [100, 101, 102, 103], false],
    ['over minutes, as the timer doubles', [100, 400, 1000, 2200, 4600, 9400], true],
  ])('%s', async (_, times, stalled) => {
    expect((await exchangeIn(sent(times))).stalled).toBe(stalled);
  });

  it('is one of a thousand bytes and more: what is smaller is not lost for its size', async () => {
    const times = [100, 400, 1000];
    expect((await exchangeIn(sent(times, 'x'.repeat(980)))).stalled).toBe(true);
    const small = await exchangeIn(sent(times, 'x'.repeat(979)));
    expect([small.stalled, small.segments]).toEqual([false, []]);
  });

  it('of another number each time is progress', async () => {
    const seen = connection();
    for (let i = 0; i < 4; i++)
      seen.see(300 * i, 3, 'out', tcp({ ...forth, seq: 1001 + 1200 * i }, ACK, LARGE));
    expect(await exchangeIn(seen)).toMatchObject({ stalled: false, segments: [] });
  });

  it('of another connection tells nothing of this one', async () => {
    const seen = connection();
    for (const ms of [100, 400, 1000]) seen.see(ms, 3, 'out', tcp({ ...forth, srcPort: 40001 }, ACK, LARGE));
    expect(await exchangeIn(seen)).toMatchObject({ stalled: false, segments: [] });
  });

  it('that the other end acknowledges in the end got through', async () => {
    const seen = sent([100, 400, 1000]).see(1100, 3, 'in', tcp({ ...back, ack: 2201 }, ACK));
    const { stalled, segments } = await exchangeIn(seen);
    expect(stalled).toBe(false);
    expect(segments.at(-1)?.direction).toBe('in');
  });

  it('of which only what came before is acknowledged did not', async () => {
    const seen = sent([100, 400, 1000]).see(1100, 3, 'in', tcp(back, ACK));
    const { stalled, segments } = await exchangeIn(seen);
    expect(stalled).toBe(true);
    expect(segments.at(-1)?.direction).toBe('in');
  });

  it('comes from the end that accepted, too', async () => {
    const seen = connection();
    for (const ms of [100, 400, 1000]) seen.see(ms, 3, 'in', tcp(back, ACK, LARGE));
    const { stalled, segments, src } = await exchangeIn(seen);
    expect([stalled, src.w0]).toEqual([true, 0x0a020064]);
    expect(segments.map(placeOf)).toEqual(['A/if3<tcp-segment', 'A/if3<tcp-segment']);
  });
});

describe('while data is stuck', () => {
  it('the other end’s first four packets are told', async () => {
    const seen = sent([100, 400, 1000]);
    for (let i = 0; i < 10; i++) seen.see(1100 + i, 3, 'in', tcp({ ...back, seq: 5001 + i }, ACK, 'x'));
    const { segments } = await exchangeIn(seen);
    expect(segments.filter(({ direction }) => direction === 'in')).toHaveLength(4);
  });

  it('what it says long after is not', async () => {
    const seen = sent([100, 400, 1000]).see(10_000, 3, 'in', tcp(back, ACK, 'x'));
    const { segments, stalled } = await exchangeIn(seen);
    expect(stalled).toBe(true);
    expect(segments.every(({ direction }) => direction === 'out')).toBe(true);
  });

  it('its own small packets are none of its answers', async () => {
    const seen = sent([100, 400, 1000]).see(1100, 3, 'out', tcp(forth, ACK, 'x'));
    expect((await exchangeIn(seen)).segments).toHaveLength(2);
  });
});

describe('a receiver that misses something', () => {
  const asks = (times: readonly number[], ack = 1001) => {
    const seen = connection();
    for (const ms of times) seen.see(ms, 3, 'in', tcp({ ...back, ack }, ACK, '', SACK));
    return seen;
  };

  it('says so again after a while', async () => {
    expect((await exchangeIn(asks([100, 400]))).stalled).toBe(true);
  });

  it('says so many times at once where one packet was lost', async () => {
    expect(await exchangeIn(asks([100, 101, 102, 103]))).toMatchObject({ stalled: false, segments: [] });
  });

  it('has got it when the number goes up', async () => {
    const seen = asks([100, 400]).see(500, 3, 'out', tcp(forth, ACK, LARGE));
    seen.see(501, 3, 'in', tcp({ ...back, ack: 6000 }, ACK));
    expect((await exchangeIn(seen)).stalled).toBe(false);
  });
});

it('is told although the handshake closed long before', async () => {
  const late = [100, 400, 1000].map((ms) => ms + 600_000);
  const { groups } = await correlate([sent(late).input()], {});
  expect(groups.map(({ examples: [one] }) => [one.requestCount, one.stalled])).toEqual([
    [1, false],
    [0, true],
  ]);
});

it('is not told of a connection whose handshake nobody saw', async () => {
  const { groups } = await correlate([sent([100, 400, 1000], LARGE, new ScriptedCapture('A')).input()], {});
  expect(groups).toEqual([]);
});

it('joins the error that a large segment brought about, and which quotes the number of that segment', async () => {
  const seen = sent([100]).see(
    101,
    3,
    'in',
    icmpError('10.2.0.1', A, 3, 4, tcp({ ...forth, seq: 70_000 }, ACK, LARGE)),
  );
  expect((await exchangeIn(seen)).errors.map(placeOf)).toEqual(['A/if3<icmp-error']);
});

it('a connection that ends is no stalled one', async () => {
  const seen = connection()
    .see(100, 3, 'out', tcp(forth, ACK | FIN))
    .see(101, 3, 'in', tcp({ ...back, ack: 1002 }, ACK));
  expect(await exchangeIn(seen)).toMatchObject({ stalled: false, segments: [] });
});
