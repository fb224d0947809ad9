import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Feeder } from '../../src/capture/feeder.ts';
import type { FrameView } from '../../src/capture/frame.ts';
import { openCapture } from '../../src/capture/open.ts';
import { ReadAheadSource, type StretchLengths } from '../../src/capture/read-ahead.ts';
import { BlockingFileSource } from '../../src/capture/sources.ts';
import { StretchBuffers } from '../../src/capture/stretch-buffers.ts';

const byteAt = (position: number) => (position ^ (position >>> 8)) & 255;

/** A file of which the two threads' reading is told apart. Its length may change, and one reading ahead may fail. */
class File {
  bytes: number;
  readonly ahead: number[] = [];
  here = 0;
  closed = false;
  failing = Number.POSITIVE_INFINITY;
  private readonly delayMs: number;

  constructor(bytes: number, delayMs = 0) {
    this.bytes = bytes;
    this.delayMs = delayMs;
  }

  readonly readAt = (into: Uint8Array, at: number, length: number, position: number) => {
    const got = this.fill(into, at, length, position);
    this.here += got;
    return got;
  };

  async read(into: Uint8Array, at: number, length: number, position: number | null) {
    await (this.delayMs > 0 ? setTimeout(this.delayMs) : setImmediate());
    if (this.closed) throw new Error('read after it was closed');
    if (this.ahead.length >= this.failing) throw new Error('the disk is gone');
    const bytesRead = this.fill(into, at, length, position ?? -1);
    this.ahead.push(bytesRead);
    return { bytesRead };
  }

  async close() {
    this.closed = true;
  }

  private fill(into: Uint8Array, at: number, length: number, position: number): number {
    const got = Math.max(0, Math.min(length, this.bytes - position));
    for (let i = 0; i < got; i++) into[at + i] = byteAt(position + i);
    return got;
  }
}

/**
 * Reads to the end, leaves of each chunk so many bytes to the next, and checks each byte after whatever else is going on had
 * time to spoil it. How many bytes came.
 */
async function readThrough(feeder: Feeder, leave: (chunk: number) => number, onChunk?: () => void) {
  feeder.begin(null);
  return readOn(feeder, leave, onChunk);
}

/** The same of what comes behind the chunk in memory. */
async function readOn(feeder: Feeder, leave: (chunk: number) => number = () => 0, onChunk?: () => void) {
  let at = feeder.chunk().end;
  for (let chunk = 0; feeder.moreNow(at) ?? (await feeder.more(feeder.chunk().start)); chunk++) {
    onChunk?.();
    await setImmediate();
    const { bytes, view, start, end, base } = feeder.chunk();
    expect(view.byteOffset).toBe(bytes.byteOffset);
    for (let i = start; i < end; i++) {
      if (bytes[i] !== byteAt(base + i)) expect.fail(`byte ${base + i} of chunk ${chunk}`);
    }
    at = Math.max(start, end - leave(chunk));
  }
  const { base, end } = feeder.chunk();
  return base + end;
}

function feederOf(file: File, chunkBytes: number, lengths: StretchLengths, buffers = new StretchBuffers(2)) {
  const source = new ReadAheadSource(file, file.readAt, file.bytes, buffers, lengths);
  return { source, feeder: new Feeder(source, chunkBytes, false, source) };
}

describe('a file of which another thread reads stretches', () => {
  test('every byte comes once and in its turn, whatever the lengths', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          bytes: fc.integer({ min: 0, max: 3000 }),
          chunkBytes: fc.integer({ min: 1, max: 120 }),
          lengths: fc.record({
            stretch: fc.integer({ min: 1, max: 400 }),
            gap: fc.integer({ min: 0, max: 300 }),
            step: fc.integer({ min: 0, max: 200 }),
          }),
          captures: fc.constantFrom(1, 2),
          left: fc.array(fc.integer({ min: 0, max: 250 }), { minLength: 1 }),
        }),
        async ({ bytes, chunkBytes, lengths, captures, left }) => {
          const file = new File(bytes);
          const { feeder } = feederOf(file, chunkBytes, lengths, new StretchBuffers(captures));
          expect(await readThrough(feeder, (chunk) => left[chunk % left.length])).toBe(bytes);
          expect(file.here + file.ahead.reduce((sum, got) => sum + got, 0)).toBe(bytes);
          await feeder.close();
          expect(file.closed).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('chunks end where they do when one thread reads, however late stretches come', async () => {
    const lengths = { stretch: 400, gap: 200, step: 50 };
    const endsOf = async (feeder: Feeder) => {
      const ends: number[] = [];
      const longest = (chunk: number) => (chunk % 7 === 3 ? 130 : 20);
      await readThrough(feeder, longest, () => {
        const { base, end } = feeder.chunk();
        ends.push(base + end);
      });
      return ends;
    };
    const alone = new File(5010);
    let position = 0;
    const pieces = new BlockingFileSource(alone, (into, at, length) => {
      const got = alone.readAt(into, at, length, position);
      position += got;
      return got;
    });
    const expected = await endsOf(new Feeder(pieces, 50, false));
    expect(expected).toHaveLength(101);
    for (const delayMs of [0, 1, 3]) {
      const file = new File(5010, delayMs);
      expect(await endsOf(feederOf(file, 50, lengths).feeder)).toEqual(expected);
      expect(file.ahead.length).toBeGreaterThan(2);
    }
  });

  test('stretches that come in time begin earlier and earlier, late ones later', async () => {
    const lengths = { stretch: 200, gap: 300, step: 50 };
    const early = new File(4000);
    const soon = feederOf(early, 50, lengths);
    expect(await readThrough(soon.feeder, () => 10)).toBe(4000);
    const late = new File(4000, 20);
    const slow = feederOf(late, 50, lengths);
    expect(await readThrough(slow.feeder, () => 10)).toBe(4000);
    expect(early.ahead.length).toBeGreaterThan(late.ahead.length);
    expect(late.ahead.length).toBeGreaterThan(1);
  });

  test('a file that becomes shorter ends where it ends, and one that grows goes on', async () => {
    for (const bytes of [0, 350, 700, 1001, 1400, 5000]) {
      const file = new File(2000);
      const { feeder } = feederOf(file, 100, { stretch: 300, gap: 100, step: 0 });
      let chunks = 0;
      const read = await readThrough(
        feeder,
        () => 30,
        () => {
          if (++chunks === 4) file.bytes = bytes;
        },
      );
      // What had been read when it changed: three pieces and a stretch.
      expect(read).toBe(Math.max(bytes, 600));
    }
  });

  test('behind a stretch of which something was missing all is read here', async () => {
    const file = new File(2000);
    const { feeder } = feederOf(file, 100, { stretch: 300, gap: 100, step: 0 });
    let chunks = 0;
    const changed = () => {
      chunks++;
      file.bytes = chunks === 2 ? 350 : 2000;
    };
    expect(await readThrough(feeder, () => 120, changed)).toBe(2000);
    expect(file.ahead).toEqual([50]);
  });

  test('what cannot be read ahead is read here', async () => {
    const file = new File(2000);
    file.failing = 2;
    const { feeder } = feederOf(file, 100, { stretch: 300, gap: 100, step: 0 });
    expect(await readThrough(feeder, () => 30)).toBe(2000);
    expect(file.ahead).toEqual([300, 300]);
    expect(file.here).toBe(1400);
  });

  test('it is closed when nothing is written into its buffers any longer', async () => {
    const file = new File(2000, 20);
    const { feeder } = feederOf(file, 100, { stretch: 300, gap: 100, step: 0 });
    feeder.begin(null);
    for (let piece = 0; piece < 2; piece++) expect(feeder.moreNow(feeder.chunk().end)).toBe(true);
    await feeder.close();
    expect(file.ahead).toEqual([300]);
    expect(file.closed).toBe(true);
  });

  test('captures of one host share the buffers: whoever is read has them, to its end', async () => {
    const buffers = new StretchBuffers(3);
    const made = vi.fn((bytes: number) => new Uint8Array(bytes));
    const files = [new File(2000), new File(2000), new File(2000)];
    const lengths = { stretch: 300, gap: 100, step: 0 };
    const feeders = files.map((file) => feederOf(file, 100, lengths, buffers).feeder);
    for (const feeder of feeders) feeder.begin(made);
    // Each was begun, so that it is known when its turn comes.
    const [first, second, third] = feeders;
    for (const feeder of feeders) expect(feeder.moreNow(feeder.chunk().end)).toBe(true);
    expect(await readOn(second)).toBe(2000);
    expect(files.map(({ ahead }) => ahead.length)).toEqual([0, 4, 0]);
    expect(await readOn(first)).toBe(2000);
    // One that is given up gives them back, too, when nothing is written into them any longer.
    for (let piece = 0; piece < 2; piece++) expect(third.moreNow(third.chunk().end)).toBe(true);
    third.stop();
    expect(buffers.lend(files, 400, made)).toBe(null);
    await third.close();
    expect(files.map(({ ahead }) => ahead.length)).toEqual([4, 4, 1]);
    const last = new File(2000);
    expect(await readThrough(feederOf(last, 100, lengths, buffers).feeder, () => 10)).toBe(2000);
    expect(last.ahead).toHaveLength(4);
    expect(made.mock.calls.filter(([bytes]) => bytes === 400)).toHaveLength(2);
  });

  test('one that is closed while a stretch is waited for has no more of them', async () => {
    const buffers = new StretchBuffers(3);
    const file = new File(2000, 5);
    const { feeder } = feederOf(file, 100, { stretch: 300, gap: 0, step: 0 }, buffers);
    feeder.begin(null);
    for (let piece = 0; piece < 2; piece++) expect(feeder.moreNow(feeder.chunk().end)).toBe(true);
    const taking = feeder.more(feeder.chunk().end);
    await feeder.close();
    await taking;
    expect(file.ahead).toEqual([300]);
    expect(buffers.lend(file, 400, (bytes) => new Uint8Array(bytes))).not.toBe(null);
  });

  test('one too short for a stretch is read here alone', async () => {
    const file = new File(399);
    const { feeder } = feederOf(file, 100, { stretch: 300, gap: 100, step: 0 });
    expect(await readThrough(feeder, () => 0)).toBe(399);
    expect(file.ahead).toEqual([]);
  });
});

describe('a capture on disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayhome-read-ahead-'));
  const path = join(folder, 'large.pcap');
  const FRAMES = 500;
  const lengthOf = (frame: number) => (frame * 7919) % 262144;

  beforeAll(() => {
    const file = openSync(path, 'w');
    const header = new DataView(new ArrayBuffer(24));
    header.setUint32(0, 0xa1b2c3d4, true);
    header.setUint16(4, 2, true);
    header.setUint16(6, 4, true);
    header.setUint32(16, 262144, true);
    header.setUint32(20, 1, true);
    writeSync(file, header);
    for (let frame = 0; frame < FRAMES; frame++) {
      const record = new DataView(new ArrayBuffer(16 + lengthOf(frame)));
      record.setUint32(0, frame, true);
      record.setUint32(8, lengthOf(frame), true);
      record.setUint32(12, lengthOf(frame), true);
      new Uint8Array(record.buffer, 16).fill(frame & 255);
      writeSync(file, record);
    }
    closeSync(file);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  /** @param after frames after which the file is cut to so many bytes */
  async function digest(readAhead: boolean, cut?: { after: number; bytes: number }) {
    const how = { chunkBytes: 1 << 19, blocking: true, readAhead: readAhead ? new StretchBuffers(1) : null };
    const opened = await openCapture(path, how);
    if (!opened.ok) throw new Error(opened.error.kind);
    const reader = opened.value;
    const hash = createHash('sha256');
    let frames = 0;
    const sink = {
      frame({ bytes, offset, capturedLength, seconds }: FrameView) {
        hash.update(`${seconds} ${capturedLength} `).update(bytes.subarray(offset, offset + capturedLength));
        if (++frames !== cut?.after) return;
        const file = openSync(path, 'r+');
        ftruncateSync(file, cut.bytes);
        closeSync(file);
      },
    };
    while (reader.nextNow(sink) ?? (await reader.next(sink)));
    const facts = reader.facts();
    await reader.close();
    return { frames, hash: hash.digest('hex'), damage: facts.damage, bytes: reader.captureBytes };
  }

  test('gives the same frames as when one thread reads it', async () => {
    const alone = await digest(false);
    expect(alone.frames).toBe(FRAMES);
    expect(alone.bytes).toBeGreaterThan(50 << 20);
    expect(await digest(true)).toEqual(alone);
  });

  test('tells of one that became shorter', async () => {
    const { frames, damage } = await digest(true, { after: 100, bytes: 40 << 20 });
    expect(frames).toBeGreaterThan(100);
    expect(frames).toBeLessThan(FRAMES);
    expect(damage.map(({ kind }) => kind)).toEqual(['cut-in-record', 'file-changed']);
  });
});
