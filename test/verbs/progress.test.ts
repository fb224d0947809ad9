import { readFileSync } from 'node:fs';
import { PassThrough, Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../src/analyze.ts';
import type { HostInput } from '../../src/analyze-options.ts';
import { Progress, progressLine } from '../../src/verbs/progress.ts';
import { DEFAULTS } from '../support/cases.ts';

describe('the line', () => {
  it.each([
    [
      { bytes: 5e6, totalBytes: 2e7, frames: 1234 },
      2,
      'read 5.0 MB of 20 MB (25%), 1234 frames, 2.5 MB/s, 6 s left',
    ],
    [{ bytes: 5e7, totalBytes: null, frames: 1234 }, 2, 'read 50 MB, 1234 frames, 25 MB/s'],
    [
      { bytes: 1e9, totalBytes: 5e10, frames: 9e6 },
      10,
      'read 1000 MB of 50.0 GB (2%), 9000000 frames, 100 MB/s, 8 min 10 s left',
    ],
    [
      { bytes: 1e7, totalBytes: 1e11, frames: 7 },
      1,
      'read 10 MB of 100.0 GB (0%), 7 frames, 10 MB/s, 2 h 46 min left',
    ],
    [
      { bytes: 3e6, totalBytes: 2e6, frames: 7 },
      1,
      'read 3.0 MB of 3.0 MB (100%), 7 frames, 3.0 MB/s, 0 s left',
    ],
    [{ bytes: 0, totalBytes: 2e6, frames: 0 }, 1, 'read 0.0 MB of 2.0 MB (0%), 0 frames, 0.0 MB/s'],
  ])('%j after %d s', (read, seconds, line) => {
    expect(progressLine(read, seconds)).toBe(line);
  });
});

describe('progress', () => {
  it('on a terminal is one line drawn again, from the first second on, and then taken away', () => {
    const written = drawn({ isTTY: true }, undefined, [500, 1100, 1200, 1400]);
    const line = (left: string) => `\r\x1b[Kread 1.0 MB of 4.0 MB (25%), 10 frames, ${left} left`;
    expect(written).toEqual([line('0.9 MB/s, 4 s'), line('0.7 MB/s, 5 s'), '\r\x1b[K']);
  });

  it('is no longer than the terminal is wide', () => {
    const [line] = drawn({ isTTY: true, columns: 30 }, undefined, [1100]);
    expect(line).toBe('\r\x1b[Kread 1.0 MB of 4.0 MB (25%), ');
  });

  it('is taken away when the process ends in the middle', () => {
    const before = process.listeners('exit');
    const { written, progress } = drawing({ isTTY: true }, undefined, [1100]);
    const clear = process.listeners('exit').filter((one) => !before.includes(one));
    for (const one of clear) one(130);
    expect(written.at(-1)).toBe('\r\x1b[K');
    progress.end();
    expect(process.listeners('exit')).toEqual(before);
  });

  it('elsewhere is silent, unless wished: then a line every five seconds', () => {
    expect(drawn({}, undefined, [1100, 60_000])).toEqual([]);
    expect(drawn({}, true, [4900, 5100, 6000, 10_200])).toEqual([
      'read 1.0 MB of 4.0 MB (25%), 10 frames, 0.2 MB/s, 16 s left\n',
      'read 1.0 MB of 4.0 MB (25%), 10 frames, 0.1 MB/s, 31 s left\n',
    ]);
  });

  it('on a terminal is silent where that is wished', () => {
    expect(drawn({ isTTY: true }, false, [1100, 60_000])).toEqual([]);
  });
});

describe('reading', () => {
  it('tells of what comes slowly through a pipe before it has ended', async () => {
    const stdin = new PassThrough();
    const bytes = readFileSync('captures/ping-asymmetric/ServerB/any.pcap');
    const told: (readonly [number, number | null, number])[] = [];
    stdin.write(bytes);
    const host: HostInput = { name: 'B', paths: [], stdin: true, stdinInterface: null };
    const analysis = analyze([host], { ...DEFAULTS, stdin }, (...read) => told.push(read));
    while (!told.some(([, , frames]) => frames > 0)) await setTimeout(20);
    expect(told.at(-1)).toEqual([bytes.length, null, expect.any(Number)]);
    stdin.end();
    await analysis;
  });

  it('tells of all captures together, up to their end', async () => {
    const files = ['ServerA', 'ServerB'].map((host) => `captures/ping-asymmetric/${host}/any.pcap`);
    const totalBytes = files.reduce((sum, file) => sum + readFileSync(file).length, 0);
    const told: (readonly [number, number | null, number])[] = [];
    const hosts: HostInput[] = files.map((path, i) => ({
      name: `host${i}`,
      paths: [{ path, interface: null }],
      stdin: false,
      stdinInterface: null,
    }));
    await analyze(hosts, DEFAULTS, (...read) => told.push(read));
    expect(told.length).toBeGreaterThan(0);
    expect(told.every(([, total]) => total === totalBytes)).toBe(true);
    expect(told.at(-1)).toEqual([totalBytes, totalBytes, expect.any(Number)]);
    expect(told.at(-1)?.[2]).toBeGreaterThan(0);
  });
});

type Kind = { isTTY?: true; columns?: number };

/** What is written by updates at these milliseconds. */
function drawn(kind: Kind, wish: boolean | undefined, times: readonly number[]): string[] {
  const { written, progress } = drawing(kind, wish, times);
  progress.end();
  return written;
}

function drawing(kind: Kind, wish: boolean | undefined, times: readonly number[]) {
  const written: string[] = [];
  const stderr = new Writable({
    write(piece: Buffer, _encoding, done) {
      written.push(String(piece));
      done();
    },
  });
  let now = 0;
  const progress = new Progress(Object.assign(stderr, kind), wish, () => now);
  for (now of times) progress.update({ bytes: 1e6, totalBytes: 4e6, frames: 10 });
  return { written, progress };
}
