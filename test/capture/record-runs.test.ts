import { describe, expect, test } from 'vitest';
import type { FrameSink, FrameView, RecordRun } from '../../src/capture/frame.ts';
import { Blocks, concat, pcap, type Record } from './build.ts';
import { readInto } from './read.ts';

const PCAP_HEADER_BYTES = 24;
const RECORD_BYTES = 16;
const PACKET_BYTES = 40;
const RECORD = RECORD_BYTES + PACKET_BYTES;

const packet = new Uint8Array(PACKET_BYTES).fill(7);
const records = (count: number): Record[] =>
  Array.from({ length: count }, (_, i) => ({ seconds: 100 + i, fraction: i, packet }));

/** What was handed on: frames one by one by their number, offers as they were made. */
class Taker implements FrameSink {
  readonly frames: { number: number; seconds: number }[] = [];
  readonly offers: { number: number; bytes: number }[] = [];
  goesOn = false;
  /** Told as the second of the last frame taken. */
  seconds = 99;
  private readonly takes: (run: RecordRun) => number;

  /** @param takes how many records of a run */
  constructor(takes: (run: RecordRun) => number) {
    this.takes = takes;
  }

  frame({ number, seconds }: FrameView): void {
    this.frames.push({ number, seconds });
  }

  run(run: RecordRun): number {
    this.offers.push({ number: run.number, bytes: run.end - run.at });
    run.goesOn = this.goesOn;
    const most = this.takes(run);
    let taken = 0;
    for (; taken < most && isWhole(run); taken++) run.at += lengthOf(run);
    run.seconds = this.seconds;
    return taken;
  }

  get numbers(): number[] {
    return this.frames.map(({ number }) => number);
  }

  get offered(): number[] {
    return this.offers.map(({ number }) => number);
  }
}

/** All of the same length here. */
function lengthOf({ format }: RecordRun): number {
  return format === 'pcap' ? RECORD : PACKET_BYTES + 32;
}

/** A record, or an enhanced packet block. */
function isWhole(run: RecordRun): boolean {
  const { format, bytes, at, end, little } = run;
  if (end - at < lengthOf(run)) return false;
  return format === 'pcap' || bytes[little ? at : at + 3] === 6;
}

describe('records of a pcap file', () => {
  test('are offered before they are handed on one by one', async () => {
    const taker = new Taker(() => 3);
    await readInto(taker, pcap(records(8)));
    expect(taker.offers).toEqual([
      { number: 0, bytes: 8 * RECORD },
      { number: 4, bytes: 4 * RECORD },
    ]);
    // The frame behind those that were taken is not offered again.
    expect(taker.numbers).toEqual([4, 8]);
  });

  test('bear the numbers and times that they have without runs', async () => {
    const taker = new Taker(() => 2);
    await readInto(taker, pcap(records(9)));
    for (const { number, seconds } of taker.frames) expect(seconds).toBe(99 + number);
    expect(taker.numbers).toEqual([3, 6, 9]);
  });

  test('are offered less and less often to a sink that takes none, at most every 64 frames', async () => {
    const taker = new Taker(() => 0);
    await readInto(taker, pcap(records(400)));
    expect(taker.offered).toEqual([0, 2, 6, 14, 30, 62, 126, 190, 254, 318, 382]);
    expect(taker.numbers).toEqual(Array.from({ length: 400 }, (_, i) => i + 1));
  });

  test('are offered each time again to one that says that it goes on', async () => {
    const taker = new Taker(() => 0);
    taker.goesOn = true;
    await readInto(taker, pcap(records(5)));
    expect(taker.offered).toEqual([0, 1, 2, 3, 4]);
  });

  test('are offered at once again to one that took some after it had refused many', async () => {
    let offers = 0;
    const taker = new Taker(() => (++offers === 4 ? 5 : 0));
    await readInto(taker, pcap(records(40)));
    expect(taker.offered).toEqual([0, 2, 6, 14, 20, 22, 26, 34]);
  });

  test('tell byte order, link type and units of their time stamps', async () => {
    for (const [magic, units] of [
      [0xa1b2c3d4, 1e6],
      [0xa1b23c4d, 1e9],
    ]) {
      for (const little of [true, false]) {
        const seen: unknown[] = [];
        const taker = new Taker(({ format, little, interfaces }) => {
          seen.push({ format, little, interfaces });
          return 9;
        });
        await readInto(taker, pcap(records(1), { magic, little, linkType: 276 }));
        const interfaces = [{ id: 0, linkType: 276, unitsPerSecond: units }];
        expect(seen).toEqual([{ format: 'pcap', little, interfaces }]);
      }
    }
  });

  test('that are not as they usually are come one by one', async () => {
    for (const options of [{ magic: 0xa1b2cd34 }, { minor: 2 }, { minor: 3 }]) {
      const taker = new Taker(() => 9);
      await readInto(taker, pcap(records(3), options));
      expect(taker.offers).toEqual([]);
      expect(taker.numbers).toEqual([1, 2, 3]);
    }
  });

  test('that straddle chunks are in the next offer', async () => {
    const taker = new Taker(() => 100);
    const facts = await readInto(taker, pcap(records(20)), { chunkBytes: 100 });
    expect(facts.frames).toBe(20);
    expect(facts.damage).toEqual([]);
    expect(taker.numbers).toEqual([]);
    expect(taker.offers.length).toBeGreaterThan(5);
  });
});

describe('damage behind a run', () => {
  const damaged = (many: Record[]) => {
    const bytes = pcap(many);
    new DataView(bytes.buffer).setUint32(PCAP_HEADER_BYTES + 6 * RECORD + 8, 1_000_000, true);
    return bytes;
  };

  test('is found where it would be without', async () => {
    const bytes = damaged(records(20));
    const [by, without] = [new Taker(() => 6), new Taker(() => 0)];
    const facts = await readInto(by, bytes);
    expect(facts).toEqual(await readInto(without, bytes));
    expect(facts.damage).toMatchObject([
      { kind: 'record-too-long', frame: 7, offset: PCAP_HEADER_BYTES + 6 * RECORD, lostBytes: RECORD },
    ]);
    expect(facts.frames).toBe(19);
  });

  test('is passed over with the time of the last frame taken in mind', async () => {
    const day = 24 * 3600;
    const far = records(20).map((one, i) => ({ ...one, seconds: i < 6 ? 2 * day - 10 : 2 * day }));
    const [by, without] = [new Taker(() => 6), new Taker(() => 0)];
    by.seconds = 2 * day - 10;
    const facts = await readInto(by, damaged(far));
    expect(facts).toEqual(await readInto(without, damaged(far)));
    expect(facts.frames).toBe(19);
  });

  test('of a file that ends within a record is told with its place', async () => {
    const bytes = pcap(records(5)).subarray(0, PCAP_HEADER_BYTES + 4 * RECORD + 20);
    const facts = await readInto(new Taker(() => 9), bytes);
    expect(facts.frames).toBe(4);
    expect(facts.damage).toMatchObject([
      { kind: 'cut-in-record', frame: 5, offset: PCAP_HEADER_BYTES + 4 * RECORD, need: RECORD, have: 20 },
    ]);
  });
});

describe('blocks of a pcapng file', () => {
  const b = new Blocks();
  const enhanced = (count: number, index = 0, blocks = b) =>
    Array.from({ length: count }, () => blocks.enhanced(packet, 5_000_000n, [], index));
  const ofInterfaces = (seen: unknown[], takes: number) =>
    new Taker((run) => {
      seen.push(run.interfaces.map(({ id, linkType, unitsPerSecond }) => [id, linkType, unitsPerSecond]));
      return takes;
    });

  test('are offered with the interfaces that were described before them', async () => {
    const seen: unknown[] = [];
    const nanos = [{ code: 9, value: Uint8Array.of(9) }];
    const taker = ofInterfaces(seen, 1);
    taker.goesOn = true;
    const second = [b.interface(276, 0, nanos), ...enhanced(2, 1)];
    await readInto(taker, concat(b.section(), b.interface(1), ...enhanced(2), ...second));
    expect(seen[seen.length - 1]).toEqual([
      [0, 1, 1e6],
      [1, 276, 1e9],
    ]);
    expect(seen).toContainEqual([[0, 1, 1e6]]);
  });

  test('are told to be of time stamps that are not plain', async () => {
    const seen: unknown[] = [];
    const odd = [
      { code: 9, value: Uint8Array.of(0x8a) },
      { code: 9, value: Uint8Array.of(12) },
      { code: 14, value: b.u64(5n) },
    ];
    const faces = odd.map((option) => b.interface(1, 0, [option]));
    await readInto(ofInterfaces(seen, 9), concat(b.section(), ...faces, ...enhanced(9)));
    expect(seen[seen.length - 1]).toEqual([0, 1, 2].map((id) => [id, 1, 0]));
  });

  test('get another array whenever an interface is another one', async () => {
    const arrays = new Set<unknown>();
    const taker = new Taker(({ interfaces }) => {
      arrays.add(interfaces);
      return 1;
    });
    taker.goesOn = true;
    const part = [b.section(), b.interface(1), ...enhanced(3), b.interface(1), ...enhanced(3)];
    await readInto(taker, concat(...part, ...part));
    // One before the first section, and one for each section and interface.
    expect(arrays.size).toBe(7);
  });

  test('tell 32 interfaces of a section at most', async () => {
    let most = 0;
    const taker = new Taker(({ interfaces }) => {
      most = Math.max(most, interfaces.length);
      return 0;
    });
    const faces = Array.from({ length: 40 }, () => b.interface(1));
    await readInto(taker, concat(b.section(), ...faces, ...enhanced(200)));
    expect(most).toBe(32);
  });

  test('are offered in the byte order of their section', async () => {
    const big = new Blocks(false);
    const orders: boolean[] = [];
    const taker = new Taker(({ little, interfaces }) => {
      if (interfaces.length > 0) orders.push(little);
      return 3;
    });
    taker.goesOn = true;
    const [first, second] = [b, big].map((one) => [one.section(), one.interface(1), ...enhanced(3, 0, one)]);
    const facts = await readInto(taker, concat(...first, ...second, ...first));
    expect(facts.frames).toBe(9);
    expect(facts.damage).toEqual([]);
    expect([...new Set(orders.map(String))]).toEqual(['true', 'false']);
  });

  test('bear numbers that count what Wireshark counts as frames', async () => {
    const taker = new Taker(() => 2);
    taker.goesOn = true;
    const custom = b.block(0xbad, b.u32(32473));
    await readInto(taker, concat(b.section(), b.interface(1), ...enhanced(2), custom, ...enhanced(4)));
    // Frames 1 and 2, the custom block, frames 4 and 5.
    expect(taker.offered).toContain(3);
    expect(taker.numbers).toEqual([6]);
  });
});
