import { execFileSync, spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { pcap } from '../capture/build.ts';
import { ethernet } from '../exchange/support/link.ts';
import { echoRequest } from '../exchange/support/packets.ts';
import { scratch } from '../support/cases.ts';

/** What goes wrong around the program: disks, files, readers, signals. Each in a process of its own. */
const BIN = 'bin/wayhome';
const CASE = 'captures/ping-asymmetric';
const CAPTURE = `${CASE}/ServerB/any.pcap`;
const folder = scratch();

beforeAll(() => {
  if (!existsSync('dist/verbs/main.cjs')) execFileSync('npm', ['run', 'build', '--silent']);
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

  it('a device that takes nothing, and a terminal', async () => {
    expect(await shell(`${BIN} info ${CAPTURE} > /dev/null`)).toMatchObject({ code: 0, stderr: '' });
    const script = `script -qec '${BIN} analyze ${CASE} --format short -o /dev/tty' /dev/null`;
    expect((await shell(script)).stdout).toContain('asymmetric-reply');
  });

  it('descriptors of the shell, and a link to a device', async () => {
    const { stdout } = await shell(`${BIN} analyze ${CASE} --format short -o /dev/stdout | cat`);
    expect(stdout).toContain('asymmetric-reply');
    const link = join(folder, 'link');
    symlinkSync('/dev/null', link);
    expect(await shell(`${BIN} analyze ${CASE} -o ${link}`)).toMatchObject({ code: 1, stderr: '' });
    expect(readlinkSync(link)).toBe('/dev/null');
  });

  it.each([
    ['/dev/stdout', ''],
    ['/dev/fd/3', '3>&1'],
    ['/proc/self/fd/1', ''],
    ['/dev/stderr', '2>&1'],
  ])('%s leads to a file: the report follows what stands in it', async (output, redirected) => {
    const log = join(folder, 'log.txt');
    for (const [how, before] of [
      ['>>', 'kept\n'],
      ['>', ''],
    ]) {
      writeFileSync(log, 'kept\n');
      const command = `${BIN} analyze ${CASE} --format short -o ${output} ${redirected}`;
      await shell(`{ echo before; ${command}; echo after; } ${how} ${log}`);
      const written = readFileSync(log, 'utf8');
      expect(written.startsWith(`${before}before\n`)).toBe(true);
      expect(written).toMatch(/\[asymmetric-reply\/[^\n]*\nafter\n$/);
    }
  });

  it('descriptors that are closed, or open for reading only, are refused before any work', async () => {
    for (const redirected of ['', `3< ${CAPTURE}`]) {
      const { code, stdout, stderr } = await shell(
        `${BIN} analyze ${CASE}/ServerA -o /dev/fd/3 3>&- ${redirected}`,
      );
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^wayhome: --output \/dev\/fd\/3: cannot write there: E[A-Z]+: [^\n]*\n$/);
    }
  });

  it("descriptors that only Node opened, for itself, are refused as closed; the shell's are not", async () => {
    const numbers = Array.from({ length: 16 }, (_, i) => i + 3);
    for (const number of numbers) {
      const command = `${BIN} analyze ${CASE}/ServerA --format short -o /dev/fd/${number} </dev/null`;
      const { code, stdout, stderr } = await shell(`${command} ${number}>&-`);
      expect({ number, code, stdout }).toEqual({ number, code: 2, stdout: '' });
      expect(stderr).toMatch(/cannot write there: EBADF: /);
    }
    for (const number of [3, 5, 9]) {
      const command = `${BIN} analyze ${CASE} --format short -o /dev/fd/${number}`;
      const { stdout } = await shell(`${command} ${number}> >(cat)`);
      expect(stdout).toContain('asymmetric-reply');
    }
  }, 60_000);

  it('- is standard output', async () => {
    const { stdout } = await shell(`${BIN} analyze ${CASE} --format short -o -`);
    expect(stdout).toContain('asymmetric-reply');
    expect(existsSync('-')).toBe(false);
  });

  it('a link to a file stays a link, and its file is replaced', async () => {
    writeFileSync(join(folder, 'real.txt'), 'before');
    symlinkSync('real.txt', join(folder, 'alias.txt'));
    await shell(`${BIN} analyze ${CASE} --format short -o ${folder}/alias.txt`);
    expect(readlinkSync(join(folder, 'alias.txt'))).toBe('real.txt');
    expect(readFileSync(join(folder, 'real.txt'), 'utf8')).toContain('asymmetric-reply');
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

  it('do not hide what was found', async () => {
    const packets = Array.from({ length: 3000 }, (_, seq) => {
      const request = { src: '10.2.0.100', dst: `10.4.${seq >> 8}.${seq & 255}`, id: seq, seq, data: 'x' };
      return { seconds: seq, fraction: 0, packet: ethernet(echoRequest(request), 1, 2) };
    });
    const many = join(folder, 'many.pcap');
    writeFileSync(many, pcap(packets));
    const { stdout } = await shell(`${BIN} analyze A=${many} | head -c 1 >&2; echo "\${PIPESTATUS[0]}"`);
    expect(stdout).toBe('1\n');
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

  it('that shrink while they are read, or are replaced, are read as far as they were', async () => {
    const file = join(folder, 'changing.pcap');
    const whole = readFileSync(CAPTURE);
    const records = Array.from({ length: 3000 }, () => whole.subarray(24));
    for (const change of [
      `: > ${file}`,
      `truncate -s 30000 ${file}`,
      `cp ${CAPTURE} ${file}`,
      `rm ${file}`,
    ]) {
      writeFileSync(file, Buffer.concat([whole, ...records]));
      // Standard input is read last: while it is awaited, the file changes under the reader.
      const command = `( sleep 1; ${change}; sleep 1; cat ${CAPTURE} ) | ${BIN} analyze B=${file} A=- --format json`;
      const { code, stdout, stderr } = await shell(command);
      expect([0, 1, 2, 3]).toContain(code);
      expect(stderr).not.toMatch(/internal error| {4}at /);
      if (stdout !== '') expect(JSON.parse(stdout).schema).toBe('wayhome.analysis/1');
    }
  }, 60_000);

  it('fifty captures at once stay within 256 MB', async () => {
    const many = join(folder, 'many');
    for (let host = 0; host < 50; host++) {
      mkdirSync(join(many, `host${host}`), { recursive: true });
      copyFileSync(CAPTURE, join(many, `host${host}`, 'any.pcap'));
    }
    const script = `import('${process.cwd()}/dist/verbs/main.cjs').then(async ({ main }) => { await main(['node', 'wayhome', 'analyze', '${many}', '--format', 'short', '-q']); console.error(process.resourceUsage().maxRSS); })`;
    const { code, stderr } = await shell(`node --input-type=module -e "${script}"`);
    expect([0, 1, 3]).toContain(code);
    expect(Number(stderr)).toBeGreaterThan(10_000);
    expect(Number(stderr)).toBeLessThan(256_000);
  });
});

it('more captures than files may be open at once are read all the same; far too few are told', async () => {
  const ring = join(folder, 'ring');
  for (const host of ['ServerA', 'ServerB']) {
    mkdirSync(join(ring, host), { recursive: true });
    const whole = readFileSync(`${CASE}/${host}/any.pcap`);
    copyFileSync(`${CASE}/${host}/any.pcap`, join(ring, host, 'any.pcap'));
    for (let i = 0; i < 30; i++) writeFileSync(join(ring, host, `any.pcap${i}`), whole.subarray(0, 24));
  }
  const command = `${BIN} analyze ${ring} --format json -q`;
  const { code, stdout } = await shell(command);
  expect(code).toBe(1);
  for (const threads of ['0', '2'])
    expect(await shell(`ulimit -n 44; ${command}`, { WAYHOME_THREADS: threads })).toEqual({
      code,
      stdout,
      stderr: '',
    });
  const { stderr } = await shell(`ulimit -n 25; ${command}`, { WAYHOME_THREADS: '2' });
  expect(stderr).not.toContain('internal error');
}, 60_000);

it('a folder that goes away, or shrinks, between its listing and its reading costs what was in it', async () => {
  const host = join(folder, 'going/host');
  mkdirSync(host, { recursive: true });
  copyFileSync(CAPTURE, join(host, 'any.pcap'));
  const { code, stderr } = await shell(
    `( sleep 1; rm -r ${host}; cat ${CAPTURE} ) | ${BIN} analyze ${folder}/going B=-`,
  );
  expect([0, 1, 2, 3]).toContain(code);
  expect(stderr).not.toMatch(/internal error| {4}at /);
});

it('says of a name that is not UTF-8 that it cannot be opened', async () => {
  const own = mkdtempSync(join(folder, 'bytes-'));
  for (const command of ['info ', 'analyze B=', 'analyze ']) {
    const { code, stderr } = await shell(
      `cp ${CAPTURE} ${own}/$'bad\\xff.pcap'; ${BIN} ${command}${own}/$'bad\\xff.pcap'`,
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/^wayhome: cannot read [^\n]*: its name is not UTF-8, [^\n]*\n$/);
  }
  const { stderr } = await shell(`${BIN} analyze ${own}`);
  expect(stderr).toMatch(/cannot read [^\n]*: its name is not UTF-8/);
});

it('needs no home folder and no folder to be in', async () => {
  const gone = join(folder, 'gone');
  const command = `mkdir ${gone}; cd ${gone}; rmdir ${gone}; ${process.cwd()}/${BIN} analyze ${process.cwd()}/${CASE} --format short`;
  expect(await shell(command, { HOME: '/nonexistent' })).toMatchObject({ code: 1 });
});

it('needs no temporary folder', async () => {
  const none = { TMPDIR: '/nonexistent', TMP: '/nonexistent', TEMP: '/nonexistent' };
  expect(await shell(`${BIN} analyze ${CASE} --format short`, none)).toMatchObject({ code: 1, stderr: '' });
});

function atNamedPipe(command: (pipe: string) => readonly string[]) {
  const pipe = join(mkdtempSync(join(folder, 'pipe-')), 'capture');
  execFileSync('mkfifo', [pipe]);
  const child = spawn(process.execPath, [BIN, ...command(pipe)], { stdio: 'pipe' });
  return { pipe, child, end: ended(child) };
}

function openFilesOf(pid: number): string[] {
  const files = `/proc/${pid}/fd`;
  return readdirSync(files).map((fd) => {
    try {
      return readlinkSync(join(files, fd));
    } catch {
      return 'closed meanwhile';
    }
  });
}

describe('a host state through a pipe', () => {
  const ROUTES = `${CASE}/ServerB/ip-route.txt`;

  it('is read as text where nothing but host states is wanted', async () => {
    for (const verb of ['route get 10.2.0.100', 'route table']) {
      const file = await shell(`cp ${ROUTES} ${folder}/63.txt; ${BIN} ${verb} --host ${folder}/63.txt`);
      for (const writer of [`cat ${ROUTES}`, `sleep 0.5; cat ${ROUTES}`]) {
        const piped = await shell(`${BIN} ${verb} --host <(${writer})`);
        expect({ ...piped, stdout: piped.stdout.replaceAll('/dev/fd/63', 'FILE') }).toEqual({
          ...file,
          stdout: file.stdout.replaceAll(`${folder}/63.txt`, 'FILE'),
        });
      }
    }
  });

  it('is refused by an analysis, with the reason', async () => {
    const { code, stderr } = await shell(`${BIN} analyze B=<(cat ${ROUTES})`);
    expect(code).toBe(2);
    expect(stderr).toContain('a pipe is read as a capture, a host state must be a file');
  });
});

describe('signals in the middle', () => {
  for (const [signal, expected, before] of [
    ['SIGINT', 130, null],
    ['SIGTERM', 143, null],
    ['SIGTERM', 143, 'the report of before\n'],
  ] as const) {
    const leaves = before === null ? 'no file' : 'the report of before';
    it(`${signal}: ends with ${expected}, leaves ${leaves} and no word`, async () => {
      const own = mkdtempSync(join(folder, 'signal-'));
      const file = join(own, 'report.txt');
      if (before !== null) writeFileSync(file, before);
      const child = spawn(process.execPath, [BIN, 'analyze', 'B=-', '-o', file], { stdio: 'pipe' });
      const end = ended(child);
      const capture = readFileSync(CAPTURE);
      const records = Array.from({ length: 1000 }, () => capture.subarray(24));
      // Taken once all but what the pipe holds was read: then it is in the middle.
      await new Promise((done) => child.stdin.write(Buffer.concat([capture, ...records]), done));
      child.kill(signal);
      expect(await end).toEqual({ code: expected, stdout: '', stderr: '' });
      expect(readdirSync(own)).toEqual(before === null ? [] : ['report.txt']);
      if (before !== null) expect(readFileSync(file, 'utf8')).toBe(before);
    });
  }

  // A thread that waits for the other end of a pipe would keep the process from ending.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const expected = signal === 'SIGINT' ? 130 : 143;

    it.each([
      ['a capture', (pipe: string) => ['analyze', `B=${pipe}`]],
      ['queries', (pipe: string) => ['route', 'get', '--batch', pipe, '--host', `${CASE}/ServerB`]],
      ['a host state', (pipe: string) => ['route', 'table', '--host', pipe]],
    ])(
      `${signal} at a named pipe for %s into which nobody writes: ends with ${expected}`,
      async (_, command) => {
        const { end, child, pipe } = atNamedPipe(command);
        while (!openFilesOf(child.pid!).includes(pipe)) await setTimeout(20);
        child.kill(signal);
        expect(await end).toEqual({ code: expected, stdout: '', stderr: '' });
      },
    );

    it(`${signal} between what comes through a named pipe: ends with ${expected}`, async () => {
      const { end, child, pipe } = atNamedPipe((pipe) => ['analyze', `B=${pipe}`]);
      // Says that all is written once most is read: it is far more than a pipe holds.
      const writing = `exec > ${pipe}; cat ${CAPTURE}; for i in {1..500}; do tail -c +25 ${CAPTURE}; done; echo written >&2; sleep 60`;
      const writer = spawn('bash', ['-c', writing], { stdio: ['ignore', 'ignore', 'pipe'] });
      const written = new Promise((done) => writer.stderr.once('data', done));
      await Promise.race([written, end]);
      child.kill(signal);
      expect(await end).toEqual({ code: expected, stdout: '', stderr: '' });
      writer.kill();
    });
  }
});
