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

describe('when they are sent', () => {
  const MIB = 1 << 20;
  const [one, other] = [0, 9].map((at) => new Uint8Array(memory.buffer, CHUNKS + at * MIB, 9 * MIB));

  function scouts() {
    const sendScouts = vi.fn();
    const ahead = new Scouts({ code: { sendScouts } } as unknown as SharedMemory);
    const begin = (bytes: Uint8Array, at: number, end: number, number: number, far = true) => {
      const told = { format: 'pcap', little: true, interfaces: [], seconds: 0, goesOn: false } as const;
      const run: RecordRun = { ...told, bytes, at: at * MIB, end: end * MIB, far, number };
      ahead.begin(run);
      return sendScouts.mock.calls
        .splice(0)
        .map(([from, to]) => [(from - CHUNKS) / MIB, (to - CHUNKS) / MIB]);
    };
    return begin;
  }

  test('as soon as it is known that records are long, to each chunk that another thread read', () => {
    const begin = scouts();
    expect(begin(one, 0, 0.5, 0)).toEqual([]);
    expect(begin(one, 0.5, 1, 600)).toEqual([[0.5, 1]]);
    expect(begin(one, 1, 1.5, 1200)).toEqual([[1, 1.5]]);
    // Elsewhere nothing new is known of them, so that they are taken to be as long.
    expect(begin(other, 0, 0.5, 1800)).toEqual([[9, 9.5]]);
    expect(begin(other, 0.5, 0.625, 2400)).toEqual([[9.5, 9.625]]);
    // Hardly anything.
    expect(begin(other, 0.625, 0.65625, 2500)).toEqual([]);
  });

  test('not to short records, and not to what this thread read', () => {
    const begin = scouts();
    begin(one, 0, 0.5, 0);
    expect(begin(one, 0.5, 1, 5000)).toEqual([]);
    expect(begin(one, 1, 1.5, 5600)).toEqual([[1, 1.5]]);
    expect(begin(other, 0, 0.5, 6200, false)).toEqual([]);
    expect(begin(one, 1.5, 2, 11_200)).toEqual([]);
  });

  test('once, however many frames go the long way', () => {
    const begin = scouts();
    begin(one, 0, 0.5, 0);
    expect(begin(one, 0.125, 0.5, 120)).toEqual([]);
    expect(begin(one, 0.5, 1, 600)).toEqual([[0.5, 1]]);
    for (const at of [0.5, 0.625, 0.75, 0.9375]) expect(begin(one, at, 1, 600 + at * 100)).toEqual([]);
    expect(begin(one, 1, 1.5, 1200)).toEqual([[1, 1.5]]);
    // Another chunk in the same place.
    expect(begin(one, 0.25, 1.5, 9000)).toEqual([[0.25, 1.5]]);
  });
});
