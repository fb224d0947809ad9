import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyze } from '../../src/analyze.ts';
import { capturePath, caseNames, DEFAULTS, hostInput, hostNames, scratch } from '../support/cases.ts';

const folder = scratch();
/** V8 of Node 20; later ones know no such option. */
const SET = process.versions.v8.startsWith('11.') ? '--interrupt-budget=660000\n' : '';

/** Told on standard error: each time the command sets an option of V8. */
const probe = join(folder, 'probe.cjs');

beforeAll(() => {
  if (!existsSync('dist/verbs/main.cjs')) execFileSync('npm', ['run', 'build', '--silent']);
  const tell = "v8.setFlagsFromString = (given) => { process.stderr.write(given + '\\n'); set(given); };";
  writeFileSync(probe, `const v8 = require('node:v8'); const set = v8.setFlagsFromString; ${tell}`);
}, 120_000);

function optionsSet(...captures: string[]): string {
  const args = ['--require', probe, 'bin/wayhome', 'analyze', ...captures];
  return spawnSync(process.execPath, args, { encoding: 'utf8' }).stderr;
}

/** A capture of so many records of 64 KiB that say nothing. */
function captureOf(records: number): string {
  const file = join(folder, `${records}.pcap`);
  const header = Buffer.from('d4c3b2a1020004000000000000000000ffff040001000000', 'hex');
  const record = Buffer.alloc(16 + 65536);
  record.writeUInt32LE(65536, 8);
  record.writeUInt32LE(65536, 12);
  writeFileSync(file, Buffer.concat([header, ...Array.from({ length: records }, () => record)]));
  return file;
}

describe('V8 optimises later', () => {
  it('where much is to be read, of one capture or of several', () => {
    expect(optionsSet(captureOf(513))).toBe(SET);
    expect(optionsSet(`a=${captureOf(257)}`, `b=${captureOf(258)}`)).toBe(SET);
  });

  it('not for a small capture, whose code is taken as it was kept', () => {
    expect(optionsSet(captureOf(16))).toBe('');
  });
});

it('is told how much there is to read before any is read', async () => {
  const [name] = caseNames();
  const hosts = hostNames(name).map((host) => hostInput(host, capturePath(name, host)));
  const told: unknown[][] = [];
  await analyze(hosts, DEFAULTS, (...progress) => told.push(progress));
  const [first] = told;
  const last = told.at(-1);
  expect(first).toEqual([0, last?.[1], 0]);
  expect(last?.[0]).toBe(last?.[1]);
});
