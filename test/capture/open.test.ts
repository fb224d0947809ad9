import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { sniffCapture } from '../../src/capture/magic.ts';
import { openCapture, openCaptureStream } from '../../src/capture/open.ts';
import { Blocks, concat, pcap, text } from './build.ts';
import { readAll, readBytes } from './read.ts';

const folder = mkdtempSync(join(tmpdir(), 'wayhome-open-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RECORD = { seconds: 1, fraction: 2, packet: new Uint8Array(100).fill(9) };
const FILE = pcap(new Array(2000).fill(RECORD));
/** Hardly compressed. */
const NOISE = pcap(Array.from({ length: 500 }, (_, i) => ({ ...RECORD, packet: randomBytes(i) })));
const RECORDS = FILE.subarray(24);

function write(name: string, bytes: Uint8Array | string): string {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

async function problem(file: string) {
  const opened = await openCapture(file);
  return opened.ok ? null : opened.error;
}

describe('openCapture', () => {
  test('reads a file, by its content', async () => {
    const opened = await openCapture(write('capture.txt', FILE));
    if (!opened.ok) throw new Error(opened.error.kind);
    const { frames, facts } = await readAll(opened.value);
    expect(frames).toHaveLength(2000);
    expect(facts).toMatchObject({ compression: 'none', frames: 2000, damage: [] });
  });

  test('reads a named pipe, whose writer comes later and stops in between', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const opening = openCapture(pipe);
    const writer = await open(pipe, 'w');
    await writer.write(FILE.subarray(0, 100_000));
    const opened = await opening;
    if (!opened.ok) throw new Error(opened.error.kind);
    const reading = readAll(opened.value);
    await setTimeout(50);
    await writer.write(FILE.subarray(100_000));
    await writer.close();
    expect((await reading).facts).toMatchObject({ file: pipe, frames: 2000, damage: [] });
  });

  test('a named pipe whose writer writes nothing is empty', async () => {
    const pipe = join(folder, 'empty-pipe');
    execFileSync('mkfifo', [pipe]);
    const opening = openCapture(pipe);
    await (await open(pipe, 'w')).close();
    expect(await opening).toMatchObject({ ok: false, error: { kind: 'empty', file: pipe } });
  });

  test('says why a file is no capture', async () => {
    expect(await problem(write('empty', ''))).toMatchObject({ kind: 'empty' });
    expect(await problem(write('text', 'default via 10.0.0.1\n'))).toMatchObject({
      kind: 'not-a-capture',
      firstBytes: '64656661756c7420',
    });
    expect(await problem(write('short', 'ab'))).toMatchObject({ kind: 'not-a-capture', firstBytes: '6162' });
    expect(await problem(join(folder, 'absent'))).toMatchObject({
      kind: 'unreadable',
      reason: 'no such file',
    });
    expect(await problem(folder)).toMatchObject({ kind: 'unreadable', reason: 'is a directory' });
    expect(await problem(write('empty.gz', gzipSync('')))).toMatchObject({ kind: 'empty' });
    expect(await problem(write('text.gz', gzipSync('route')))).toMatchObject({ kind: 'not-a-capture' });
    expect(await problem(write('twice.gz', gzipSync(gzipSync(FILE))))).toMatchObject({ kind: 'unsupported' });
  });

  test('a file that shrinks while it is read is told', async () => {
    const file = write('shrinks.pcap', FILE);
    const opened = await openCapture(file, { chunkBytes: 1000 });
    if (!opened.ok) throw new Error(opened.error.kind);
    truncateSync(file, 50_000);
    const { frames, facts } = await readAll(opened.value);
    expect(frames.length).toBeGreaterThan(400);
    expect(facts?.damage.map((one) => one.kind)).toEqual(['cut-in-record', 'file-changed']);
  });

  test('tells how far it has come in the file, also of a compressed one', async () => {
    const noise = Uint8Array.from({ length: 100_000 }, (_, i) => (i * i * 2654435761) >>> 24);
    const packed = gzipSync(pcap([RECORD, { ...RECORD, packet: noise }, RECORD]));
    for (const [name, bytes] of [
      ['plain', FILE],
      ['packed', packed],
    ] as const) {
      const opened = await openCapture(write(name, bytes), { chunkBytes: 1000 });
      if (!opened.ok) throw new Error(opened.error.kind);
      const reader = opened.value;
      const told: number[] = [];
      while (await reader.next({ frame() {} })) told.push(reader.bytesRead);
      expect(reader.bytesTotal).toBe(bytes.length);
      expect(told.length).toBeGreaterThan(2);
      expect(told.at(-1)).toBe(bytes.length);
      expect(told).toEqual([...told].sort((a, b) => a - b));
      expect(told[0]).toBeGreaterThan(0);
      await reader.close();
    }
  });

  test('a file that grows while it is read, as under tcpdump, is read to where it ends then', async () => {
    const file = write('grows.pcap', FILE);
    const opened = await openCapture(file, { chunkBytes: 1000 });
    if (!opened.ok) throw new Error(opened.error.kind);
    const more = pcap([RECORD, RECORD, RECORD]).subarray(24);
    appendFileSync(file, more.subarray(0, more.length - 40));
    const { frames, facts } = await readAll(opened.value);
    expect(frames).toHaveLength(2002);
    // The third record was not yet whole: 60 of its 100 bytes were there.
    expect(facts?.damage).toMatchObject([{ kind: 'cut-in-record', frame: 2003 }]);
  });

  test('a file that is replaced while it is read is read as it was', async () => {
    const file = write('replaced.pcap', FILE);
    const opened = await openCapture(file, { chunkBytes: 1000 });
    if (!opened.ok) throw new Error(opened.error.kind);
    renameSync(write('other.pcap', pcap([])), file);
    const { frames, facts } = await readAll(opened.value);
    expect(frames).toHaveLength(2000);
    expect(facts?.damage).toEqual([]);
  });

  test('a file that is written over while it is read is told where records cease to make sense', async () => {
    const file = write('over.pcap', FILE);
    const opened = await openCapture(file, { chunkBytes: 1000 });
    if (!opened.ok) throw new Error(opened.error.kind);
    writeFileSync(file, new Uint8Array(FILE.length).fill(0xee));
    const { frames, facts } = await readAll(opened.value);
    expect(frames.length).toBeLessThan(2000);
    expect(facts?.damage).toMatchObject([{ kind: 'record-too-long', lostBytes: null }]);
  });

  test('closing early, twice, and reading on afterwards', async () => {
    const opened = await openCapture(write('early.pcap', FILE), { chunkBytes: 1000 });
    if (!opened.ok) throw new Error(opened.error.kind);
    expect(await opened.value.next({ frame: () => undefined })).toBe(true);
    await opened.value.close();
    await opened.value.close();
    expect(await opened.value.next({ frame: () => undefined })).toBe(false);
  });

  test('a stream that fails keeps what came before', async () => {
    const stream = new PassThrough();
    stream.write(FILE.subarray(0, 24 + 3 * 116 + 10));
    const opened = await openCaptureStream('-', stream);
    if (!opened.ok) throw new Error(opened.error.kind);
    setImmediate(() => stream.destroy(new Error('connection lost')));
    const { frames, facts } = await readAll(opened.value);
    expect(frames).toHaveLength(3);
    expect(facts?.damage).toMatchObject([
      { kind: 'read-failed', detail: 'connection lost' },
      { kind: 'cut-in-record' },
    ]);
  });
});

describe('gzip', () => {
  test('one member and several', async () => {
    const one = await readBytes(gzipSync(FILE));
    expect(one.facts).toMatchObject({ compression: 'gzip', frames: 2000, damage: [] });
    const half = concat(gzipSync(FILE.subarray(0, 70_001)), gzipSync(FILE.subarray(70_001)));
    expect((await readBytes(half)).facts).toMatchObject({ frames: 2000, damage: [] });
  });

  test('every frame that can be decompressed before the cut is read', async () => {
    const noise = pcap(Array.from({ length: 500 }, (_, i) => ({ ...RECORD, packet: randomBytes(i) })));
    const zipped = gzipSync(noise);
    const cut = zipped.subarray(0, zipped.length / 2);
    const half = await readBytes(cut);
    const there = gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH });
    expect(half.facts?.frames).toBe(Math.floor((there.length - 24) / 116));
    expect(half.facts?.damage.map((one) => one.kind)).toContain('compression-damaged');
  });

  test('without its checksum it is damaged, and all its frames are there', async () => {
    const { facts } = await readBytes(gzipSync(FILE).subarray(0, -8));
    expect(facts).toMatchObject({ frames: 2000, damage: [{ kind: 'compression-damaged' }] });
  });

  test('what follows the compressed data is no part of it', async () => {
    const { facts } = await readBytes(concat(gzipSync(FILE), new Uint8Array(5000)));
    expect(facts).toMatchObject({ frames: 2000, damage: [] });
  });

  test.each([
    ['a few bytes', text('junk')],
    ['more than is read at once', new Uint8Array(200_000).fill(7)],
    ['something behind zeros', concat(new Uint8Array(100_000), text('junk'))],
    ['one byte of the magic number', text('\x1f')],
  ])('%s behind the compressed data cost no frame, and are told', async (_, rest) => {
    for (const packed of [gzipSync(FILE), gzipSync(NOISE), concat(gzipSync(NOISE), gzipSync(RECORDS))]) {
      const whole = await readBytes(packed);
      const { facts } = await readBytes(concat(packed, rest));
      expect(facts).toMatchObject({ frames: whole.frames.length });
      expect(facts?.damage).toMatchObject([{ kind: 'compression-damaged', count: 1, lostBytes: 0 }]);
    }
  });

  test.each([
    ['checksum', 8],
    ['length', 4],
  ])('with a wrong %s it is damaged, and all its frames are there', async (_, fromEnd) => {
    for (const [bytes, frames] of [
      [FILE, 2000],
      [NOISE, 500],
    ] as const) {
      const packed = gzipSync(bytes);
      packed[packed.length - fromEnd] ^= 1;
      const { facts } = await readBytes(packed);
      expect(facts).toMatchObject({ frames, damage: [{ kind: 'compression-damaged' }] });
    }
  });

  test('damage within costs what stands around it, also in a small one', async () => {
    const records = Array.from({ length: 20 }, (_, i) => ({ ...RECORD, packet: randomBytes(i) }));
    const packed = gzipSync(pcap(records));
    // The header of a deflate block that cannot be; noise is stored, and so its lengths stand where they are looked for.
    const larger = gzipSync(NOISE, { level: 0 });
    const second = 10 + 5 + larger.readUInt16LE(11);
    larger[second] = 6;
    expect((await readBytes(larger)).facts).toMatchObject({
      frames: Math.floor((larger.readUInt16LE(11) - 24) / 116),
    });
    const small = concat(packed.subarray(0, 1500), new Uint8Array(800).fill(0xff));
    expect((await readBytes(small)).facts?.frames ?? 0).toBeGreaterThan(8);
  });

  test('all that may stand in a header is passed over', async () => {
    const [begin, plain, name] = [gzipSync(FILE.subarray(0, 24)), gzipSync(RECORDS), text('a.pcap\0')];
    for (const [flags, fields] of [
      [4, concat(Uint8Array.of(0x70, 0x11), new Uint8Array(0x1170))],
      [8, name],
      [16, new Uint8Array([...new Array(70_000).fill(65), 0])],
      [1 | 2 | 4 | 8 | 16, concat(Uint8Array.of(1, 0, 9), name, name, Uint8Array.of(1, 2))],
    ] as const) {
      const bearing = concat(plain.subarray(0, 10), fields, plain.subarray(10));
      bearing[3] = flags;
      const { facts } = await readBytes(concat(begin, bearing), 1000);
      expect(facts).toMatchObject({ frames: 2000, damage: [] });
    }
    const unknown = Buffer.from(begin);
    unknown[3] = 0x20;
    expect((await readBytes(unknown)).problem).toMatchObject({ kind: 'unreadable' });
  });

  test('members in any number, in pieces of any size', async () => {
    const parts = Array.from({ length: 300 }, (_, i) => gzipSync(FILE.subarray(i * 800, (i + 1) * 800)));
    for (const pieceBytes of [1, 17, 65536]) {
      const { facts } = await readBytes(concat(...parts), pieceBytes);
      expect(facts).toMatchObject({ frames: 2000, damage: [] });
    }
  });
});

test('sniffCapture', () => {
  expect(sniffCapture(FILE)).toBe(true);
  expect(sniffCapture(new Blocks().section())).toBe(true);
  expect(sniffCapture(gzipSync('x'))).toBe(true);
  expect(sniffCapture(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd))).toBe(true);
  expect(sniffCapture(new TextEncoder().encode('10.0.0.0/8 dev eth0'))).toBe(false);
  expect(sniffCapture(new Uint8Array(0))).toBe(false);
});

function randomBytes(seed: number): Uint8Array {
  return Uint8Array.from({ length: 100 }, (_, i) => (Math.imul(seed * 100 + i + 1, 0x9e3779b1) >>> 13) & 255);
}
