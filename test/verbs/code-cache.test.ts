import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../support/cases.ts';

/** The built command with the code that was kept of it, in a copy that may be spoiled. */
const folder = scratch();
const verbs = join(folder, 'dist/verbs');

beforeAll(() => {
  if (!existsSync('dist/verbs/main.cjs')) execFileSync('npm', ['run', 'build', '--silent']);
  for (const part of ['bin', 'dist', 'captures/ping-asymmetric'])
    cpSync(part, join(folder, part), { recursive: true, preserveTimestamps: true });
  copyFileSync('package.json', join(folder, 'package.json'));
}, 120_000);

const caches = () => readdirSync(verbs).filter((name) => name.endsWith('.cache'));

function report(...nodeOptions: string[]): string {
  const args = [...nodeOptions, 'bin/wayhome', 'analyze', 'captures/ping-asymmetric', '--format', 'short'];
  try {
    return execFileSync('node', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  } catch (failure) {
    const { status, stdout, stderr } = failure as { status: number; stdout: string; stderr: string };
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    return stdout;
  }
}

/** Of each file with code kept: whether V8 takes it. */
function taken(): unknown {
  const script = `
    const { readFileSync } = require('node:fs');
    const { wrap } = require('node:module');
    const { Script } = require('node:vm');
    const taken = ${JSON.stringify(caches())}.map((name) => {
      const file = ${JSON.stringify(verbs)} + '/' + name;
      const cachedData = readFileSync(file);
      return !new Script(wrap(readFileSync(file.slice(0, -6), 'utf8')), { cachedData }).cachedDataRejected;
    });
    console.log(JSON.stringify(taken));`;
  return JSON.parse(execFileSync('node', ['-e', script], { encoding: 'utf8' }));
}

describe('code kept of the built command', () => {
  it('is there of what an analysis needs, and this Node takes it', () => {
    const needed = ['main', 'seen.chunk', 'analyze-run.chunk', 'build.chunk', 'words.chunk'];
    expect(caches()).toEqual(expect.arrayContaining(needed.map((name) => `${name}.cjs.cache`)));
    expect(taken()).toEqual(caches().map(() => true));
  });

  it('is not taken for a file that was changed since, whatever its length', () => {
    const before = report();
    expect(before).toContain(', but was asked');
    const files = readdirSync(verbs).filter((name) => name.endsWith('.cjs'));
    const told = files.filter((name) => readFileSync(join(verbs, name), 'utf8').includes(', but was asked'));
    expect(told).not.toEqual([]);
    for (const name of told) {
      expect(caches()).toContain(`${name}.cache`);
      const text = readFileSync(join(verbs, name), 'utf8');
      writeFileSync(join(verbs, name), text.replaceAll(', but was asked', ', BUT WAS ASKED'));
    }
    expect(report()).toBe(before.replaceAll(', but was asked', ', BUT WAS ASKED'));
    // As they were: first the files, then what is kept of them.
    for (const name of told) {
      copyFileSync(join('dist/verbs', name), join(verbs, name));
      copyFileSync(join('dist/verbs', `${name}.cache`), join(verbs, `${name}.cache`));
    }
  });

  it('makes no difference to what the command says, whether it is taken, refused, spoiled or gone', () => {
    const whole = report();
    expect(whole).toContain('asymmetric-reply/default-route-only');
    // Code for other flags is refused.
    expect(report('--no-opt')).toBe(whole);
    for (const name of caches()) {
      const bytes = readFileSync(join(verbs, name));
      writeFileSync(join(verbs, name), bytes.subarray(0, bytes.length >> 1));
    }
    expect(report()).toBe(whole);
    for (const name of caches()) writeFileSync(join(verbs, name), 'no code');
    expect(report()).toBe(whole);
    for (const name of caches()) rmSync(join(verbs, name));
    expect(report()).toBe(whole);
  });
});
