import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';

/** What only a process of its own can show: the built program, signals, readers that go away. */
const BIN = 'bin/wayhome';
const CASE = 'captures/ping-asymmetric';

beforeAll(async () => {
  if (!existsSync('dist/verbs/main.cjs')) await promisify(execFile)('npm', ['run', 'build', '--silent']);
}, 120_000);

function finished(command: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const child = spawn('bash', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (piece) => {
      stdout += piece;
    });
    child.stderr.on('data', (piece) => {
      stderr += piece;
    });
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}

describe('the program', () => {
  it('exits as the contract says', async () => {
    expect(await finished(`${BIN} analyze ${CASE} --format short`)).toMatchObject({ code: 1, stderr: '' });
    expect(await finished(`${BIN} analyze captures/ping-repaired`)).toMatchObject({ code: 0, stderr: '' });
  });

  it('finds its way into other threads, and says the same', async () => {
    const { code, stdout } = await finished(`WAYHOME_THREADS=2 ${BIN} analyze ${CASE} --format json`);
    expect(code).toBe(1);
    expect(await finished(`WAYHOME_THREADS=0 ${BIN} analyze ${CASE} --format json`)).toMatchObject({
      stdout,
    });
  });

  it('is quiet when its reader goes away', async () => {
    const { stderr, stdout } = await finished(`${BIN} explain | head -1; echo "code \${PIPESTATUS[0]}"`);
    expect(stderr).toBe('');
    expect(stdout).toContain('code 0');
  });

  it('says that the disk is full', async () => {
    const { code, stderr } = await finished(`${BIN} analyze ${CASE} > /dev/full`);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^wayhome: cannot write the report: ENOSPC[^\n]*\n$/);
  });

  it.each([
    ['analyze', 'B=-'],
    ['info', '-'],
  ])('%s: reports what was read when it is interrupted together with the writer', async (verb, source) => {
    const child = spawn(process.execPath, [BIN, verb, source], { stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    child.stdout.on('data', (piece) => {
      stdout += piece;
    });
    const code = new Promise((done) => child.on('close', done));
    // It is reading once most was taken: it is far more than a pipe holds.
    const capture = readFileSync(`${CASE}/ServerB/any.pcap`);
    const records = Array.from({ length: 1000 }, () => capture.subarray(24));
    await new Promise((done) => child.stdin.write(Buffer.concat([capture, ...records]), done));
    child.kill('SIGINT');
    await new Promise((done) => setTimeout(done, 200));
    child.stdin.end();
    expect(await code).toBe(130);
    expect(stdout).toMatch(/asymmetric-reply|frames/);
  });

  it('ends with 130 and no word when interrupted', async () => {
    const child = spawn(process.execPath, [BIN, 'analyze', 'B=-'], { stdio: ['pipe', 'pipe', 'pipe'] });
    let heard = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (piece) => {
        heard += piece;
      });
    }
    // It is reading once the first bytes are taken; a pcap header keeps it waiting for the next.
    child.stdin.write(Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex'));
    await new Promise((done) => setTimeout(done, 1500));
    const code = new Promise((done) => child.on('close', done));
    child.kill('SIGINT');
    expect(await code).toBe(130);
    expect(heard).toBe('');
  });
});
