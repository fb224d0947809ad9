import { describe, expect, it } from 'vitest';
import { correlate } from '../../src/exchange/correlate.ts';
import type { CorrelateOptions } from '../../src/exchange/options.ts';
import { BASE_SECONDS, ScriptedCapture } from './support/capture.ts';
import { ACK, echoReply, echoRequest, icmpError, SYN, tcp, udp } from './support/packets.ts';

/** Which exchanges are counted together, and what is kept of them. */
const A = '10.2.0.100';
const B = '10.4.0.100';
const syn = { src: A, dst: B, srcPort: 40000, dstPort: 1521, seq: 1000 };
const synAck = { src: B, dst: A, srcPort: 1521, dstPort: 40000, seq: 5000, ack: 1001 };
const capture = () => new ScriptedCapture('A');
const groupsOf = async (seen: ScriptedCapture, options: CorrelateOptions = {}) =>
  (await correlate([seen.input()], options)).groups;

/** What an exchange adds to the capture. */
type Scene = (seen: ScriptedCapture, ms: number, seq: number) => void;
const asked: Scene = (seen, ms, seq) => seen.see(ms, 3, 'out', echoRequest({ src: A, dst: B, id: 7, seq }));
const answeredBy =
  (src: string, device = 3, way: 'in' | 'out' = 'in'): Scene =>
  (seen, ms, seq) => {
    asked(seen, ms, seq);
    seen.see(ms + 1, device, way, echoReply({ src, dst: A, id: 7, seq }));
  };
const refusedBy =
  (src: string, type: number, code: number): Scene =>
  (seen, ms, seq) => {
    asked(seen, ms, seq);
    const about = echoRequest({ src: A, dst: B, id: 7, seq });
    seen.see(ms + 1, 3, 'in', icmpError(src, A, type, code, about));
  };

async function countsOf(one: Scene, other: Scene): Promise<number[]> {
  const seen = capture();
  one(seen, 0, 1);
  other(seen, 10_000, 2);
  return (await groupsOf(seen)).map(({ count }) => count);
}

describe('exchanges are counted together', () => {
  const answered = answeredBy(B);
  it.each<[string, Scene, Scene]>([
    ['with no answer', asked, asked],
    ['answered in the same way', answered, answered],
    [
      'answered at once or later',
      answered,
      (seen, ms, seq) => {
        asked(seen, ms, seq);
        seen.see(ms + 3000, 3, 'in', echoReply({ src: B, dst: A, id: 7, seq }));
      },
    ],
    [
      'refused by the same router in the same way',
      refusedBy('10.2.0.1', 3, 13),
      refusedBy('10.2.0.1', 3, 13),
    ],
    [
      'answered three times or ten times',
      ...([3, 10].map(
        (times): Scene =>
          (seen, ms, seq) => {
            asked(seen, ms, seq);
            for (let i = 0; i < times; i++)
              seen.see(ms + 1 + i, 3, 'in', echoReply({ src: B, dst: A, id: 7, seq }));
          },
      ) as [Scene, Scene]),
    ],
  ])('%s', async (_, one, other) => {
    expect(await countsOf(one, other)).toEqual([2]);
  });
});

describe('exchanges are counted apart', () => {
  const answered = answeredBy(B);
  it.each<[string, Scene, Scene]>([
    ['answered or not', answered, asked],
    ['answered by the address asked or another', answered, answeredBy('10.3.0.100')],
    ['answered by one interface or another', answered, answeredBy(B, 9)],
    ['with the reply coming in or leaving', answered, answeredBy(B, 3, 'out')],
    ['refused by another router', refusedBy('10.2.0.1', 3, 13), refusedBy('10.2.0.2', 3, 13)],
    ['refused with another type', refusedBy('10.2.0.1', 3, 1), refusedBy('10.2.0.1', 11, 1)],
    ['refused with another code', refusedBy('10.2.0.1', 3, 1), refusedBy('10.2.0.1', 3, 13)],
    [
      'answered once or twice',
      answered,
      (seen, ms, seq) => {
        answered(seen, ms, seq);
        seen.see(ms + 2, 3, 'in', echoReply({ src: B, dst: A, id: 7, seq }));
      },
    ],
  ])('%s', async (_, one, other) => {
    expect(await countsOf(one, other)).toEqual([1, 1]);
  });

  it('asked again before the answer was seen, or in spite of it', async () => {
    const before = (seen: ScriptedCapture, ms: number, port: number) =>
      seen
        .see(ms, 3, 'out', tcp({ ...syn, srcPort: port }, SYN))
        .see(ms + 1000, 3, 'out', tcp({ ...syn, srcPort: port }, SYN))
        .see(ms + 1001, 3, 'in', tcp({ ...synAck, dstPort: port }, SYN | ACK));
    const inSpite = (seen: ScriptedCapture, ms: number, port: number) =>
      seen
        .see(ms, 3, 'out', tcp({ ...syn, srcPort: port }, SYN))
        .see(ms + 1, 3, 'in', tcp({ ...synAck, dstPort: port }, SYN | ACK))
        .see(ms + 1000, 3, 'out', tcp({ ...syn, srcPort: port }, SYN));
    const seen = capture();
    for (const [i, scene] of [before, inSpite, before, inSpite].entries())
      scene(seen, i * 10_000, 40_000 + i);
    expect((await groupsOf(seen)).map(({ count }) => count)).toEqual([2, 2]);
  });

  it('by protocol, address and port', async () => {
    const seen = capture()
      .see(0, 3, 'out', tcp(syn, SYN))
      .see(1, 3, 'out', tcp({ ...syn, dstPort: 1522, seq: 2000 }, SYN))
      .see(2, 3, 'out', tcp({ ...syn, dst: '10.4.0.101' }, SYN))
      .see(3, 3, 'out', tcp({ ...syn, src: '10.2.0.101' }, SYN))
      .see(4, 3, 'out', echoRequest({ src: A, dst: B, id: 7, seq: 1 }));
    expect((await groupsOf(seen)).map(({ count }) => count)).toEqual([1, 1, 1, 1, 1]);
  });
});

describe('a group tells', () => {
  it('its source port where it is one, sizes, times and the first examples', async () => {
    const seen = capture();
    for (const [i, length] of [100, 20, 300, 50, 60, 70].entries()) {
      seen.see(i * 1000, 3, 'out', echoRequest({ src: A, dst: B, id: 7, seq: i, data: 'x'.repeat(length) }));
    }
    const [group, ...more] = await groupsOf(seen);
    expect(more).toEqual([]);
    expect(group).toMatchObject({ protocol: 'icmp', count: 6, dstPort: null, sourcePort: 7 });
    expect(group.sizes).toEqual({ least: 28, most: 308 });
    expect([group.first, group.last]).toEqual([0, 5].map((s) => ({ seconds: BASE_SECONDS + s, nanos: 0 })));
    expect(group.examples.map(({ first }) => first.seconds - BASE_SECONDS)).toEqual([0, 1, 2, 3]);
  });

  it('no source port where there are several', async () => {
    const seen = capture();
    for (const srcPort of [40_000, 40_001]) seen.see(srcPort, 3, 'out', tcp({ ...syn, srcPort }, SYN));
    expect((await groupsOf(seen)).map(({ sourcePort, dstPort }) => [sourcePort, dstPort])).toEqual([
      [null, 1521],
    ]);
  });
});

/** Of 64 sources on, or ports, a further one is counted without it. */
describe('a flood', () => {
  const address = (i: number) => `172.16.${i >> 8}.${i & 255}`;

  it('of sources that come once each is one group, with what it spans', async () => {
    const seen = capture();
    for (let i = 0; i < 100; i++) {
      const data = 'x'.repeat(100 + i);
      seen.see(i * 1000, 3, 'in', echoRequest({ src: address(i), dst: B, id: i, seq: 1, data }));
    }
    const [group, ...more] = await groupsOf(seen);
    expect(more).toEqual([]);
    expect(group).toMatchObject({
      src: null,
      count: 100,
      sourcePort: null,
      sizes: { least: 108, most: 207 },
    });
    expect([group.first.seconds, group.last.seconds]).toEqual([BASE_SECONDS, BASE_SECONDS + 99]);
    expect(group.examples.map(({ first }) => first.seconds - BASE_SECONDS)).toEqual([0, 1, 2, 3]);
  });

  it.each<[string, number, (number | null)[]]>([
    ['three times, part of the flood', 3, [300]],
    ['four times, apart from it as far as 64 go', 4, [...Array<number>(64).fill(4), 144]],
  ])('of sources that come %s', async (_, times, counts) => {
    const seen = capture();
    for (let i = 0; i < 100; i++) {
      for (let seq = 0; seq < times; seq++) {
        seen.see(i * 100 + seq, 3, 'in', echoRequest({ src: address(i), dst: B, id: 7, seq }));
      }
    }
    const groups = await groupsOf(seen);
    expect(groups.map(({ count }) => count)).toEqual(counts);
    expect(groups.filter(({ src }) => src === null)).toHaveLength(1);
  });

  it('of ports of one source likewise', async () => {
    const seen = capture();
    for (let i = 0; i < 100; i++) {
      for (let again = 0; again < 4; again++) {
        seen.see(i * 100 + again, 3, 'in', tcp({ ...syn, dstPort: 1 + i, seq: i * 8 + again }, SYN));
      }
    }
    const groups = await groupsOf(seen);
    expect(groups.map(({ dstPort, count }) => [dstPort, count])).toEqual([
      ...Array.from({ length: 64 }, (_, i) => [1 + i, 4]),
      [null, 144],
    ]);
  });

  it('is kept apart by what was seen of it', async () => {
    const seen = capture();
    for (let i = 0; i < 100; i++) {
      seen.see(i * 10, 3, 'in', echoRequest({ src: address(i), dst: B, id: 7, seq: 1 }));
      if (i % 2 === 0) seen.see(i * 10 + 1, 3, 'out', echoReply({ src: B, dst: address(i), id: 7, seq: 1 }));
    }
    const groups = await groupsOf(seen);
    const wide = groups.filter(({ src }) => src === null);
    expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(100);
    for (const { examples } of wide)
      expect(new Set(examples.map(({ replyCount }) => replyCount)).size).toBe(1);
  });
});

describe('left out', () => {
  it('are datagrams to many, and what nobody asked', async () => {
    const seen = capture();
    for (const dst of ['224.0.0.251', '239.255.255.250', '255.255.255.255', '240.0.0.1']) {
      seen.see(0, 3, 'out', udp(A, 5000, dst, 1900, 'who?'));
    }
    seen.see(1, 3, 'out', udp(A, 5000, '223.255.255.255', 1900, 'you?'));
    const groups = await groupsOf(seen, { protocols: new Set(['udp']) });
    expect(groups.map(({ dst }) => dst.w0)).toEqual([0xdfffffff]);
  });

  it('are exchanges that begin before or after the time asked for', async () => {
    const seen = capture();
    for (let i = 0; i < 5; i++) asked(seen, i * 1000, i);
    const at = (seconds: number) => ({ seconds: BASE_SECONDS + seconds, nanos: 0 });
    const [group] = await groupsOf(seen, { since: at(1), until: at(3) });
    expect([group.count, group.first, group.last]).toEqual([3, at(1), at(3)]);
  });
});
