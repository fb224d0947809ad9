import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { openCapture } from '../../src/capture/open.ts';
import { ReadAheadSource } from '../../src/capture/read-ahead.ts';
import type { CaptureReader } from '../../src/capture/reader.ts';
import { StretchBuffers } from '../../src/capture/stretch-buffers.ts';
import type { CaptureInput } from '../../src/exchange/options.ts';
import { Scouts } from '../../src/exchange/scouts.ts';
import { type BenchCapture, writeBenchCapture } from '../bench/generate.ts';
import { expectTheSame, type Taken } from './support/both-ways.ts';

/** Captures so large that another thread reads stretches of them and scouts go ahead of the walk. */
const folder = mkdtempSync(join(tmpdir(), 'wayhome-large-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FRAMES = 40_000;
const MIXED: BenchCapture = {
  format: 'pcap',
  link: 'ethernet',
  frames: FRAMES,
  traffic: 'exchanges',
  followedPercent: 5,
  frameNs: 1500,
  hosts: 300,
  replyAfterNs: 1_000_000,
  side: 'originator',
  seed: 4,
};

test.each(['pcap', 'pcapng'] as const)('%s: the short way tells what the long way tells', async (format) => {
  const path = join(folder, format);
  const file = openSync(path, 'w');
  writeBenchCapture(file, { ...MIXED, format });
  closeSync(file);
  const taken: Taken = { short: 0 };
  const stretches = vi.spyOn(ReadAheadSource.prototype, 'take');
  const far: number[] = [];
  const { begin } = Scouts.prototype;
  const ahead = vi.spyOn(Scouts.prototype, 'begin').mockImplementation(function (this: Scouts, run) {
    if (run.far) far.push(run.at);
    begin.call(this, run);
  });
  const readers: CaptureReader[] = [];
  const open = async (): Promise<CaptureInput[]> => {
    const readAhead = new StretchBuffers(1);
    const opened = await openCapture(path, { chunkBytes: 512 << 10, blocking: true, readAhead });
    if (!opened.ok) throw new Error(opened.error.kind);
    readers.push(opened.value);
    return [{ host: 'A', reader: opened.value, interface: null, identity: null }];
  };
  const { counts } = await expectTheSame(open, {}, taken);
  await Promise.all(readers.map((reader) => reader.close()));
  expect(counts.exchanges).toBeGreaterThan(FRAMES / 50);
  expect(taken.short).toBeGreaterThan(FRAMES * 0.9);
  expect(stretches.mock.calls.length).toBeGreaterThanOrEqual(4);
  expect(far.length).toBeGreaterThanOrEqual(8);
  stretches.mockRestore();
  ahead.mockRestore();
});
