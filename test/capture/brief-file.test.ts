import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { openCapture } from '../../src/capture/open.ts';
import { openFilesLeft } from '../../src/capture/open-files.ts';
import { pcap } from './build.ts';
import { readAll } from './read.ts';

const folder = mkdtempSync(join(tmpdir(), 'wayhome-brief-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RECORD = { seconds: 1, fraction: 2, packet: new Uint8Array(100).fill(9) };
const FILE = pcap(new Array(2000).fill(RECORD));
const HOW = { blocking: true, brief: true, chunkBytes: 64 << 10 };

async function opened(name: string, bytes: Uint8Array) {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  const capture = await openCapture(file, HOW);
  if (!capture.ok) throw new Error(capture.error.kind);
  return { file, reader: capture.value };
}

test('a file that is open only while it is read gives the same, and holds no descriptor', async () => {
  const before = openFilesLeft();
  for (const bytes of [FILE, gzipSync(FILE)]) {
    const { reader } = await opened('any.pcap', bytes);
    expect(openFilesLeft()).toBe(before);
    const { frames, facts } = await readAll(reader);
    expect(frames).toHaveLength(2000);
    expect(facts).toMatchObject({ frames: 2000, damage: [] });
  }
});

test('what is put in its place is not read as its end', async () => {
  const { file, reader } = await opened('replaced.pcap', FILE);
  copyFileSync(file, `${file}.new`);
  renameSync(`${file}.new`, file);
  const { facts } = await readAll(reader);
  expect(facts?.damage).toMatchObject([{ kind: 'read-failed', detail: 'another file has taken its place' }]);
});
