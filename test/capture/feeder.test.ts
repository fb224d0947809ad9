import { describe, expect, test } from 'vitest';
import type { ByteSource } from '../../src/capture/chunk.ts';
import { Feeder, type Room } from '../../src/capture/feeder.ts';
import { pcap } from './build.ts';
import { readInto } from './read.ts';

const CHUNK_BYTES = 100;

/** Bytes 0, 1, 2 and so on, as many at once as are asked for. */
function counting(bytes: number): ByteSource {
  let read = 0;
  return {
    async read(into, at, length) {
      const got = Math.min(length, bytes - read);
      for (let i = 0; i < got; i++) into[at + i] = (read + i) & 255;
      read += got;
      return got;
    },
    close: async () => undefined,
  };
}

/** A large memory of which parts are given away one after another, as long as there are some. */
class Memory {
  readonly bytes = new Uint8Array(1 << 12);
  readonly asked: number[] = [];
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  readonly room: Room = (bytes) => {
    this.asked.push(bytes);
    if (this.asked.length > this.most) return null;
    // Not from the beginning, so that offsets in the memory and in the chunk differ.
    const at = this.asked.length * 1024;
    return this.bytes.subarray(at, at + bytes);
  };
}

/** Reads on until the end; of each chunk leaves so many bytes to the next one. Where each lay, and what was read. */
async function readAll(feeder: Feeder, left: number) {
  const places: (ArrayBufferLike | number)[][] = [];
  const read: number[] = [];
  let at = feeder.chunk().start;
  while (await feeder.more(at)) {
    const { bytes, view, start, end, base } = feeder.chunk();
    places.push([bytes.buffer, bytes.byteOffset]);
    at = Math.max(start, end - left);
    for (let i = start; i < at; i++) {
      expect(view.getUint8(i)).toBe(bytes[i]);
      read.push(bytes[i]);
    }
    expect((base + start) & 255).toBe(bytes[start]);
  }
  const { bytes, start, end } = feeder.chunk();
  read.push(...bytes.subarray(start, end));
  return { places, read };
}

const expected = (bytes: number) => Array.from({ length: bytes }, (_, i) => i & 255);

for (const ahead of [true, false]) {
  const buffers = ahead ? 2 : 1;
  describe(ahead ? 'read ahead' : 'read when asked for', () => {
    test('chunks lie in what the sink gives, by turns where there are two', async () => {
      const memory = new Memory(2);
      const feeder = new Feeder(counting(550), CHUNK_BYTES, ahead);
      feeder.begin(memory.room);
      expect(memory.asked).toEqual(new Array(buffers).fill(2 * CHUNK_BYTES));
      const { places, read } = await readAll(feeder, 30);
      expect(read).toEqual(expected(550));
      const turns = ahead ? [2048, 1024, 2048, 1024, 2048, 1024] : new Array(6).fill(1024);
      expect(places).toEqual(turns.map((offset) => [memory.bytes.buffer, offset]));
    });

    test('a record longer than the room before a chunk is gathered elsewhere, then they serve again', async () => {
      const memory = new Memory(2);
      const feeder = new Feeder(counting(1000), CHUNK_BYTES, ahead);
      feeder.begin(memory.room);
      let at = feeder.chunk().start;
      const lying: boolean[] = [];
      for (let chunk = 1; await feeder.more(at); chunk++) {
        const { bytes, start, end } = feeder.chunk();
        expect([...bytes.subarray(start, end)]).toEqual(
          expected(1000).slice(start + feeder.chunk().base, end + feeder.chunk().base),
        );
        lying.push(bytes.buffer === memory.bytes.buffer);
        // A record from the second chunk to the sixth.
        at = chunk > 1 && chunk < 6 ? start : end - 10;
      }
      expect(lying).toEqual([true, true, false, false, false, false, true, true, true, true]);
    });

    test.each([0, 1])('where the sink has room for %i of them, the feeder makes the others', async (most) => {
      const memory = new Memory(most);
      const feeder = new Feeder(counting(550), CHUNK_BYTES, ahead);
      feeder.begin(memory.room);
      const { places, read } = await readAll(feeder, 30);
      expect(read).toEqual(expected(550));
      const given = Math.min(most, buffers);
      expect(places.filter(([buffer]) => buffer === memory.bytes.buffer)).toHaveLength((6 / buffers) * given);
      expect(new Set(places.map(([buffer]) => buffer)).size).toBe(buffers);
    });

    test('without a sink that gives any it makes them', async () => {
      const feeder = new Feeder(counting(550), CHUNK_BYTES, ahead);
      feeder.begin(null);
      const { places, read } = await readAll(feeder, 30);
      expect(read).toEqual(expected(550));
      expect(new Set(places.map(([buffer]) => buffer)).size).toBe(buffers);
    });

    test('what was left is there when nothing more comes, or reading fails', async () => {
      for (const fails of [false, true]) {
        const whole = counting(150);
        let asked = 0;
        const read: ByteSource['read'] = async (into, at, length) => {
          if (++asked > 2 && fails) throw new Error('no more');
          return whole.read(into, at, length);
        };
        const feeder = new Feeder({ read, close: whole.close }, CHUNK_BYTES, ahead);
        feeder.begin(null);
        expect(await feeder.more(feeder.chunk().start)).toBe(true);
        expect(await feeder.more(feeder.chunk().end - 30)).toBe(true);
        const last = feeder.more(feeder.chunk().end - 70);
        if (fails) await expect(last).rejects.toThrow('no more');
        else expect(await last).toBe(false);
        const { bytes, start, end, base } = feeder.chunk();
        expect([...bytes.subarray(start, end)]).toEqual(expected(150).slice(80));
        expect(base + start).toBe(80);
      }
    });
  });
}

test('a reader asks its first sink for room, and frames lie there', async () => {
  const memory = new Memory(2);
  const packet = new Uint8Array(40).fill(7);
  const lying: boolean[] = [];
  const sink = {
    room: memory.room,
    frame: ({ bytes }: { bytes: Uint8Array }) => lying.push(bytes.buffer === memory.bytes.buffer),
  };
  const capture = pcap(new Array(20).fill({ seconds: 1, fraction: 1, packet }));
  await readInto(sink, capture, { chunkBytes: CHUNK_BYTES });
  expect(memory.asked).toHaveLength(2);
  expect(lying).toEqual(new Array(20).fill(true));
});
