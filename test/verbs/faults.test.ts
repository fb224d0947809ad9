import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../support/cases.ts';

/** What goes wrong around the program: disks, files, readers, signals. Each in a process of its own. */
const BIN = 'bin/wayhome';
const CASE = 'captures/ping-asymmetric';
const CAPTURE = `${CASE}/ServerB/any.pcap`;
const folder = scratch();

beforeAll(() => {
  if (!existsSync('dist/verbs/main.js')) execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json']);
}, 240_000);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function shell(command: string, env: Record<string, string> = {}): Promise<Ended> {
  const child = spawn('bash', ['-c', command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  return ended(child);
}

function ended(child: ReturnType<typeof spawn>): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (piece) => {
    stdout += piece;
  });
  child.stderr?.on('data', (piece) => {
    stderr += piece;
  });
  return new Promise((done) => child.on('close', (code) => done({ code, stdout, stderr })));
}

describe('a full disk', () => {
  it('where the report goes: said, exit 2', async () => {
    for (const command of [`analyze ${CASE} -o /dev/full`, `info ${CAPTURE} > /dev/full`]) {
      const { code, stderr } = await shell(`${BIN} ${command}`);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^wayhome: [^\n]*ENOSPC[^\n]*\n$/);
    }
  });

  it('leaves the report of before and nothing half written', async () => {
    const file = join(folder, 'report.txt');
    writeFileSync(file, 'the report of before\n');
    // A limit on file size stands for the full disk: writing fails in the middle in the same way.
    const { code, stderr } = await shell(
      `trap '' XFSZ; ulimit -f 1; ${BIN} analyze ${CASE} --format json -o ${file}`,
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/^wayhome: --output [^\n]*: cannot write: EFBIG[^\n]*\n$/);
    expect(readFileSync(file, 'utf8')).toBe('the report of before\n');
    expect(readdirSync(folder).filter((name) => name.includes('.tmp'))).toEqual([]);
  });
});

describe('outputs that are no files are written straight', () => {
  it('/dev/null', async () => {
    expect(await shell(`${BIN} analyze ${CASE} -o /dev/null && test -c /dev/null`)).toMatchObject({
      code: 1,
    });
    expect(await shell('test -c /dev/null')).toMatchObject({ code: 0 });
  });

  it('a named pipe', async () => {
    const pipe = join(folder, 'pipe');
    const { stdout } = await shell(
      `mkfifo ${pipe}; cat ${pipe} & ${BIN} analyze ${CASE} --format short -o ${pipe}; wait`,
    );
    expect(stdout).toContain('asymmetric-reply');
  });
});

describe('readers that go away', () => {
  it('end info and analyze without a word', async () => {
    const many = Array.from({ length: 200 }, () => CAPTURE).join(' ');
    for (const command of [`info ${many}`, `analyze ${CASE}`]) {
      const { stderr } = await shell(`${BIN} ${command} | head -c 1`);
      expect(stderr).toBe('');
    }
  });
});

describe('files', () => {
  it('that cannot be read are told, the others are read', async () => {
    const { code, stdout, stderr } = await shell(
      `${BIN} info /proc/self/mem ${folder}/absent ${folder} ${CAPTURE} --format json`,
    );
    expect(code).toBe(2);
    expect(stdout.trimEnd().split('\n')).toHaveLength(4);
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^wayhome: cannot read \/proc\/self\/mem: EIO/),
      `wayhome: cannot read ${folder}/absent: no such file`,
      `wayhome: cannot read ${folder}: is a directory`,
    ]);
  });

  it('fifty captures at once stay within 256 MB', async () => {
    const many = join(folder, 'many');
    for (let host = 0; host < 50; host++) {
      mkdirSync(join(many, `host${host}`), { recursive: true });
      copyFileSync(CAPTURE, join(many, `host${host}`, 'any.pcap'));
    }
    const script = `import('${process.cwd()}/dist/verbs/main.js').then(async ({ main }) => { await main(['node', 'wayhome', 'analyze', '${many}', '--format', 'short', '-q']); console.error(process.resourceUsage().maxRSS); })`;
    const { code, stderr } = await shell(`node --input-type=module -e "${script}"`);
    expect([0, 1, 3]).toContain(code);
    expect(Number(stderr)).toBeGreaterThan(10_000);
    expect(Number(stderr)).toBeLessThan(256_000);
  });
});

it('needs no temporary folder', async () => {
  const none = { TMPDIR: '/nonexistent', TMP: '/nonexistent', TEMP: '/nonexistent' };
  expect(await shell(`${BIN} analyze ${CASE} --format short`, none)).toMatchObject({ code: 1, stderr: '' });
});

describe('signals in the middle', () => {
  for (const [signal, expected] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`${signal}: ends with ${expected}, with no half file and no word`, async () => {
      const file = join(folder, `${signal}.txt`);
      const child = spawn(process.execPath, [BIN, 'analyze', 'B=-', '-o', file], { stdio: 'pipe' });
      const end = ended(child);
      const capture = readFileSync(CAPTURE);
      const records = Array.from({ length: 1000 }, () => capture.subarray(24));
      // Taken once all but what the pipe holds was read: then it is in the middle.
      await new Promise((done) => child.stdin.write(Buffer.concat([capture, ...records]), done));
      child.kill(signal);
      expect(await end).toEqual({ code: expected, stdout: '', stderr: '' });
      expect(readdirSync(folder).filter((name) => name.includes(signal))).toEqual([]);
    });
  }
});
