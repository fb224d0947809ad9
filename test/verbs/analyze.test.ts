import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pcap } from '../capture/build.ts';
import { ethernet } from '../exchange/support/link.ts';
import { echoReply } from '../exchange/support/packets.ts';
import { analysisSchema } from '../report/json-schema.ts';
import { run } from './run.ts';

const CASE = 'captures/ping-asymmetric';
const PONG = { src: '10.4.0.100', dst: '10.2.0.100', id: 7, seq: 1, data: 'x' };
const capture = readFileSync(`${CASE}/ServerB/any.pcap`);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wayhome-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

describe('exit codes', () => {
  it('0: nothing wrong', async () => {
    expect(await run(['analyze', 'captures/ping-repaired'])).toMatchObject({ code: 0, stderr: '' });
  });

  it('0: a warning is no error', async () => {
    const { code, stdout } = await run(['analyze', 'captures/ping-crooked-but-home', '--format', 'short']);
    expect(code).toBe(0);
    expect(stdout).toContain(': warning: ');
  });

  it('1: something wrong', async () => {
    const { code, stdout } = await run(['analyze', CASE]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^error\[asymmetric-reply\]: /);
  });

  it('2: nothing readable', async () => {
    const text = file('notes.txt', 'shopping list\n');
    const { code, stdout, stderr } = await run(['analyze', `B=${text}`]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('notes.txt: neither a capture nor a host state');
    expect(stderr).toContain('wayhome: nothing to analyse');
  });

  it.each([
    ['empty', ''],
    ['no capture at all', 'shopping list\n'],
  ])('3: nothing wrong found, but a capture that was given is %s', async (_, content) => {
    const host = join(folder, 'ServerB');
    mkdirSync(host, { recursive: true });
    cpSync('captures/ping-repaired/ServerB', host, { recursive: true });
    writeFileSync(join(host, 'any.pcap'), content);
    const { code, stderr } = await run([
      'analyze',
      'ServerA=captures/ping-repaired/ServerA',
      `ServerB=${host}`,
    ]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^wayhome: \S*any\.pcap: (holds no bytes|neither pcap nor pcapng)/);
  });

  it('says no more than the captures show', async () => {
    const orphan = pcap([{ seconds: 1, fraction: 0, packet: ethernet(echoReply(PONG), 1, 2) }]);
    const { code, stdout } = await run(['analyze', `A=${file('orphan.pcap', orphan)}`]);
    expect(code).toBe(0);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('verdict: no failure is seen, but no answer either');
  });

  it('3: nothing wrong found in a capture that is damaged', async () => {
    const cut = file('cut.pcap', readFileSync('captures/ping-repaired/ServerA/any.pcap').subarray(0, -5));
    const { code, stderr } = await run([
      'analyze',
      `ServerA=${cut}`,
      'ServerA=captures/ping-repaired/ServerA/ip-addr.txt',
    ]);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /wayhome: warning: .*cut\.pcap: frame \d+, byte \d+: the file ends inside this frame/,
    );
  });
});

it('tells how many exchanges left early, where few may be open', async () => {
  const { stderr } = await run(['analyze', 'captures/strict-rp-filter', '--open-limit', '1']);
  expect(stderr).toMatch(/\d+ exchanges were closed before their time.*allow more with --open-limit/);
});

describe('usage errors: one line, exit 2, nothing on standard output', () => {
  it.each([
    [['analyze'], "missing required argument 'source'"],
    [['analyse', 'x'], "unknown command 'analyse' (Did you mean analyze?)"],
    [['analyze', '--frmat', 'json', CASE], "unknown option '--frmat' (Did you mean --format?)"],
    [['analyze', '--follow', CASE], "wayhome: unknown option '--follow'\n"],
    [['help', 'analyse'], "unknown command 'analyse' (Did you mean analyze?)"],
    [['analyze', '--port', '22', '--port', '23', CASE], 'It was given before; give one port'],
    [
      ['analyze', '--between', '10.0.0.1', '--between', '10.0.0.2', CASE],
      'give two networks at once, with a comma',
    ],
    [['analyze', '--format', 'xml', CASE], 'Allowed choices are text, short, json'],
    [['analyze', '--port', '0', CASE], 'Expected a port, 1 to 65535'],
    [['analyze', '--open-limit', '0', CASE], 'Expected a number of exchanges, 1 to 4194304'],
    [['analyze', '--reply-window', '0', CASE], 'Expected seconds above 0'],
    [['analyze', '--protocol', 'icmp,sctp', CASE], 'Expected icmp, tcp, udp'],
    [['analyze', '--between', '10.0.0.1,10.0.0.2,10.0.0.3', CASE], 'one or two with a comma'],
    [['analyze', '--clock', 'sideways', CASE], 'Expected auto, none or HOST=SECONDS'],
    [['analyze', '--clock', 'ServerC=5', CASE], '--clock names ServerC, but the hosts are ServerA, ServerB'],
    [['analyze', '--since', 'noon', CASE], '--since noon: not a time'],
    [
      ['analyze', '--since', '@5.000000001', '--until', '@5', CASE],
      'is later than --until @5, so nothing lies between; give the earlier time to --since',
    ],
    [['analyze', 'nowhere'], 'nowhere: there is no such file or directory'],
    [['analyze', 'B=nowhere'], 'there is no file or directory nowhere'],
    [['analyze', CASE, '-o', '/nowhere/report.txt'], 'cannot write there'],
    [['analyze', CASE, '-o', ''], '--output: the name is empty; name a file'],
    [['analyze', CASE, '-o', '/tmp'], 'is a directory'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^wayhome: [^\n]*\n$/);
    expect(stderr).toContain(message);
  });

  it('standard input that is a terminal', async () => {
    const { code, stderr } = await run(['analyze', 'B=-'], { stdin: 'terminal' });
    expect(code).toBe(2);
    expect(stderr).toContain('standard input is a terminal');
  });
});

describe('sources', () => {
  it('a capture on standard input', async () => {
    const others = ['ip-addr.txt', 'ip-route.txt', 'ip-rule.txt'].map(
      (name) => `ServerB=${CASE}/ServerB/${name}`,
    );
    const { code, stdout } = await run(
      ['analyze', `ServerA=${CASE}/ServerA`, 'ServerB=-', ...others, '--format', 'short'],
      { stdin: capture },
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^-:\d+: error: .*\[asymmetric-reply\/default-route-only\]\n$/);
  });

  it('a file given twice is read once, and said', async () => {
    const path = `${CASE}/ServerB`;
    const { stderr } = await run([
      'analyze',
      `ServerA=${CASE}/ServerA`,
      `ServerB=${path}`,
      `ServerB=${path}/`,
    ]);
    expect(stderr).toContain('was given twice for ServerB; it is read once');
  });
});

describe('output', () => {
  it('as JSON keeps to the schema', async () => {
    const { stdout, code } = await run(['analyze', CASE, '--format', 'json']);
    expect(code).toBe(1);
    const json = analysisSchema.parse(JSON.parse(stdout));
    expect(json.findings[0].causes[0]).toMatchObject({ kind: 'default-route-only', host: 'ServerB' });
    expect(json.findings[0].causes[0].trace.at(-1)?.step).toBeDefined();
  });

  it('to a file leaves nothing beside it', async () => {
    const path = join(folder, 'report.txt');
    const { stdout, code } = await run(['analyze', CASE, '-o', path]);
    expect({ stdout, code }).toEqual({ stdout: '', code: 1 });
    expect(readFileSync(path, 'utf8')).toMatch(/^error\[/);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('to a device is written straight', async () => {
    expect(await run(['analyze', CASE, '-o', '/dev/null'])).toEqual({ code: 1, stdout: '', stderr: '' });
  });

  it('never over an input', async () => {
    const path = file('in.pcap', capture);
    const { code, stderr } = await run(['analyze', `B=${path}`, '-o', path]);
    expect(code).toBe(2);
    expect(stderr).toContain('is one of the inputs');
    expect(readFileSync(path).equals(capture)).toBe(true);
  });

  it.each([
    [{}, [], undefined, false],
    [{}, [], 100, true],
    [{ NO_COLOR: '1' }, [], 100, false],
    [{ TERM: 'dumb' }, [], 100, false],
    [{ NO_COLOR: '1' }, ['--color', 'always'], undefined, true],
    [{}, ['--color', 'never'], 100, false],
  ] as const)('colour: %j %j columns %s -> %s', async (env, more, columns, colored) => {
    const { stdout } = await run(['analyze', CASE, ...more], { env, ...(columns ? { columns } : {}) });
    expect(stdout.includes('\x1b[')).toBe(colored);
  });

  it('quiet tells errors only', async () => {
    const { stderr } = await run(['analyze', `ServerB=${CASE}/ServerB`, `ServerB=${CASE}/README.md`, '-q']);
    expect(stderr).toBe('');
  });
});
