import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { RecordRun } from '../../src/capture/frame.ts';
import { Scouts } from '../../src/exchange/scouts.ts';
import { SharedMemory } from '../../src/exchange/shared-memory.ts';
import { CHUNKS, S_FETCHED, SCOUTS, SCOUTS_SENT } from '../../src/exchange/shortcut/layout.ts';
import { Random } from '../bench/random.ts';
import { Blocks, concat, pcap } from '../capture/build.ts';

const memory = SharedMemory.make(1);
if (!memory) throw new Error('no WebAssembly');
const bytes = new Uint8Array(memory.buffer);
const { words, code } = memory;
const HEADERS_BYTES = 80;

/** Where each scout ended. */
function placesOf(): number[] {
  return [...words.subarray(SCOUTS >> 2, (SCOUTS >> 2) + SCOUTS_SENT)];
}

/** Records of 300 to 1700 bytes, and where each begins. */
function records(format: 'pcap' | 'pcapng', count: number) {
  const random = new Random(5);
  const packets = Array.from({ length: count }, () => new Uint8Array(300 + random.below(1400)));
  for (const packet of packets) for (let i = 0; i < packet.length; i += 7) packet[i] = random.below(256);
  const b = new Blocks();
  const whole =
    format === 'pcap'
      ? pcap(
          packets.map((packet, i) => ({ seconds: 1_700_000_000 + (i >> 6), fraction: i, packet })),
        ).subarray(24)
      : concat(...packets.map((packet, i) => b.enhanced(packet, BigInt(i))));
  const starts: number[] = [];
  const view = new DataView(whole.buffer, whole.byteOffset, whole.length);
  for (let at = 0; at < whole.length; ) {
    starts.push(at);
    at += format === 'pcap' ? 16 + view.getUint32(at + 8, true) : view.getUint32(at + 4, true);
  }
  return { whole, starts };
}

describe.each(['pcap', 'pcapng'] as const)('%s', (format) => {
  test('every scout finds records and goes from one to the next, to the end of its share', () => {
    const { whole, starts } = records(format, 700);
    bytes.set(whole, CHUNKS);
    code.sendScouts(CHUNKS, CHUNKS + whole.length, 1, Number(format === 'pcapng'));
    const share = Math.trunc(whole.length / SCOUTS_SENT);
    const last = whole.length - HEADERS_BYTES;
    const expected = Array.from({ length: SCOUTS_SENT }, (_, scout) => {
      return starts.find((start) => start >= Math.min((scout + 1) * share, last));
    });
    expect(placesOf().map((place) => place - CHUNKS)).toEqual(expected.map((start) => start ?? whole.length));
  });
});

test('whatever the bytes are, it ends, and changes nothing that others keep', () => {
  const room = memory.buffer.byteLength - CHUNKS;
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: HEADERS_BYTES, max: 20_000 }),
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom(1, 3, 255),
      (seed, length, little, blocks, atEnd, most) => {
        const random = new Random(seed);
        const at = CHUNKS + (atEnd ? room - length : random.below(1000));
        // Small numbers look like lengths and types.
        for (let i = at; i < at + length; i++) bytes[i] = random.below(most + 1);
        const before = bytes.slice(0, SCOUTS);
        const behind = bytes.slice(CHUNKS, CHUNKS + 30_000);
        words[S_FETCHED >> 2] = 0;
        code.sendScouts(at, at + length, Number(little), Number(blocks));
        words[S_FETCHED >> 2] = new Int32Array(before.buffer)[S_FETCHED >> 2];
        expect(Buffer.compare(bytes.subarray(0, SCOUTS), before)).toBe(0);
        expect(Buffer.compare(bytes.subarray(CHUNKS, CHUNKS + 30_000), behind)).toBe(0);
      },
    ),
    { numRuns: 300 },
  );
});

describe('portions', () => {
  const MIB = 1 << 20;
  const chunk = new Uint8Array(memory.buffer, CHUNKS, 9 * MIB);
  const run = (at: number, end: number, number: number, of = chunk): RecordRun => {
    return {
      format: 'pcap',
      little: true,
      bytes: of,
      at,
      end,
      interfaces: [],
      number,
      seconds: 0,
      goesOn: false,
    };
  };

  function scouts() {
    const sendScouts = vi.fn();
    const shared = { code: { sendScouts } } as unknown as SharedMemory;
    const sent = () =>
      sendScouts.mock.calls
        .splice(0)
        .map(([from, to]) => [from - CHUNKS, to - CHUNKS].map((one) => one / MIB));
    return { scouts: new Scouts(shared), sent };
  }

  /** Walks it as records of that length, in runs that end at each of `stops` as well; where portions ended. */
  function walk(
    one: Scouts,
    begins: number,
    end: number,
    recordBytes: number,
    stops: number[] = [],
  ): number[] {
    const ended: number[] = [];
    let at = begins;
    for (const stop of [...stops, end]) {
      const number = Math.floor((at - begins) / recordBytes);
      const now = run(at, end, number);
      one.begin(now);
      for (;;) {
        now.at = Math.min(stop, one.until);
        if (now.at === stop) break;
        ended.push(one.until / MIB);
        if (!one.goOn(now, Math.floor((now.at - begins) / recordBytes) - number)) break;
      }
      at = stop;
    }
    return ended;
  }

  test('a short chunk is walked at once, and no scouts are sent', () => {
    const { scouts: one, sent } = scouts();
    expect(walk(one, 0, MIB, 800)).toEqual([]);
    expect(one.until).toBe(MIB);
    expect(sent()).toEqual([]);
  });

  test('in a long one they are sent as soon as it is known that records are long', () => {
    const { scouts: one, sent } = scouts();
    expect(walk(one, 0, 8.01 * MIB, 800)).toEqual([2, 4, 6, 8]);
    // Not to the few bytes at the end.
    expect(sent()).toEqual([
      [2, 4],
      [4, 6],
      [6, 8],
    ]);
    expect(walk(one, 0, 8 * MIB, 800)).toEqual([2, 4, 6]);
    expect(sent()).toEqual([
      [0, 2],
      [2, 4],
      [4, 6],
      [6, 8],
    ]);
  });

  test('not to short records', () => {
    const { scouts: one, sent } = scouts();
    expect(walk(one, 0, 8 * MIB, 100)).toEqual([2, 4, 6]);
    expect(sent()).toEqual([]);
  });

  test('once to each portion, however many frames go the long way', () => {
    const { scouts: one, sent } = scouts();
    const stops = Array.from({ length: 70 }, (_, i) => Math.round((i + 1) * 0.1 * MIB));
    expect(walk(one, 0, 8 * MIB, 800, stops)).toEqual([2, 4, 6]);
    expect(sent()).toEqual([
      [2, 4],
      [4, 6],
      [6, 8],
    ]);
  });

  test('a chunk that lies where another one did is a new one, also where less of it is filled', () => {
    const { scouts: one } = scouts();
    walk(one, 0, 8 * MIB, 800);
    const shorter = run(7 * MIB, 7.5 * MIB, 99_000);
    one.begin(shorter);
    expect(one.until).toBe(7.5 * MIB);
    one.begin(run(7.1 * MIB, 8 * MIB, 99_000));
    expect(one.until).toBeLessThanOrEqual(8 * MIB);
  });
});
