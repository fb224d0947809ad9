import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { HostInput } from '../src/analyze-options.ts';
import type { Analysis } from '../src/report/analysis.ts';
import { Blocks, concat } from './capture/build.ts';
import {
  analysisOf,
  capturePath,
  hostInput,
  hostNames,
  outline,
  scratch,
  stateFiles,
  wholeCase,
} from './support/cases.ts';

/**
 * What must make no difference to a diagnosis, from the files to the causes: how a capture is cut into files, in which
 * format and order they come, whether one is given twice, and whether a host's clock is wrong.
 */
const folder = scratch();
afterAll(() => rmSync(folder, { recursive: true }));

/** Requests are seen on both sides, so that the clocks can be compared. */
const NAMES = [
  '02-b-strict-rp-filter',
  '04-router-urpf-drops-reply',
  '10-blog-policy-both',
  '12b-rule-right-no-default',
  '20c-v6-firewall-drops-reply',
];

interface Handing {
  /** Where the capture is cut in two, as a part of its records. */
  readonly cut: number;
  readonly packed: 'plain' | 'gzip' | 'pcapng' | 'pcapng in gzip';
  readonly twice: boolean;
  readonly shiftSeconds: number;
  readonly reversed: boolean;
}

const handings = fc.record({
  cut: fc.double({ min: 0, max: 1, noNaN: true }),
  packed: fc.constantFrom('plain' as const, 'gzip' as const, 'pcapng' as const, 'pcapng in gzip' as const),
  twice: fc.boolean(),
  shiftSeconds: fc.constantFrom(0, 0, -7200, 7200, 86_400),
  reversed: fc.boolean(),
});

const HEADER_BYTES = 24;
const RECORD_BYTES = 16;

/** The records of a capture of tcpdump, in its byte order, a clock off by so many seconds. */
function recordsOf(capture: Buffer, shiftSeconds: number): Buffer[] {
  const records: Buffer[] = [];
  for (let at = HEADER_BYTES; at < capture.length; ) {
    const end = at + RECORD_BYTES + capture.readUInt32LE(at + 8);
    const record = Buffer.from(capture.subarray(at, end));
    record.writeUInt32LE(record.readUInt32LE(0) + shiftSeconds, 0);
    records.push(record);
    at = end;
  }
  return records;
}

function fileOf(header: Buffer, records: readonly Buffer[], packed: Handing['packed']): Uint8Array {
  const plain = packed.startsWith('pcapng')
    ? pcapng(header.readUInt32LE(20), records)
    : concat(header, ...records);
  return packed.endsWith('gzip') ? gzipSync(plain) : plain;
}

function pcapng(linkType: number, records: readonly Buffer[]): Uint8Array {
  const b = new Blocks();
  const packets = records.map((record) => {
    const micros = BigInt(record.readUInt32LE(0)) * 1_000_000n + BigInt(record.readUInt32LE(4));
    return b.enhanced(record.subarray(RECORD_BYTES), micros);
  });
  return concat(b.section(), b.interface(linkType), ...packets);
}

/** The case with the captures of all its hosts handed in like this; the clock of the last one is wrong. */
function handIn(name: string, handing: Handing): HostInput[] {
  const own = mkdtempSync(join(folder, 'case-'));
  const names = hostNames(name);
  const hosts = names.map((host, i) => {
    const capture = readFileSync(capturePath(name, host));
    expect(capture.readUInt32LE(0)).toBe(0xa1b2c3d4);
    const records = recordsOf(capture, i === names.length - 1 ? handing.shiftSeconds : 0);
    const at = Math.floor(handing.cut * records.length);
    const parts = [records.slice(0, at), records.slice(at), ...(handing.twice ? [records.slice(at)] : [])];
    mkdirSync(join(own, host));
    const files = parts.map((part, number) => {
      const path = join(own, host, `${basename(capturePath(name, host))}${number}`);
      writeFileSync(path, fileOf(capture.subarray(0, HEADER_BYTES), part, handing.packed));
      return path;
    });
    const all = [...files, ...stateFiles(name, host)];
    return hostInput(host, ...(handing.reversed ? all.reverse() : all));
  });
  return handing.reversed ? hosts.reverse() : hosts;
}

function told(analysis: Analysis): unknown {
  const counts = analysis.diagnoses.map(({ finding }) => finding.count);
  return { diagnosis: outline(analysis), counts, verdict: analysis.verdict };
}

describe.each(NAMES)('%s is diagnosed as ever', (name) => {
  it('however its captures are handed in', async () => {
    const expected = told(await analysisOf(wholeCase(name)));
    await fc.assert(
      fc.asyncProperty(handings, async (handing) => {
        expect(told(await analysisOf(handIn(name, handing)))).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });
});
