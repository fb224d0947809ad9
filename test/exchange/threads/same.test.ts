import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  cpSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostInput } from '../../../src/analyze-options.ts';
import { compile } from '../../bench/compile.mjs';
import { type BenchCapture, writeBenchCapture } from '../../bench/generate.ts';
import { randomCaptures } from '../../capture/random-capture.ts';
import { capturePath, hostInput, scratch, stateFiles } from '../../support/cases.ts';
import { type Pcap, readPcap, rotated, writePcap } from '../../support/pcap.ts';
import { echoRequest, udp } from '../support/packets.ts';
import type { Answer, Question } from './analyst.ts';

/**
 * Read in other threads or in one: the report is the same to the byte. Node 20 loads no TypeScript into a thread, so the
 * analysis is compiled, and runs in a process of its own.
 */
const folder = scratch();
let analyst: ChildProcess;

beforeAll(() => {
  compile(folder, ['test/exchange/threads/analyst.ts', 'src/exchange/host-thread.ts']);
  analyst = start(folder);
}, 240_000);

afterAll(() => {
  analyst.kill();
  rmSync(folder, { recursive: true });
});

function start(where: string): ChildProcess {
  const started = fork(join(where, 'js/test/exchange/threads/analyst.js'), { cwd: process.cwd() });
  // Whoever waits for an answer of it waits no longer.
  started.once('exit', (code) => started.emit('error', new Error(`the analyst ended with ${code}`)));
  started.on('error', () => undefined);
  return started;
}

async function ask(who: ChildProcess, question: Question): Promise<Answer> {
  who.send(question);
  const [answer] = await once(who, 'message');
  return answer as Answer;
}

async function expectSame(hosts: readonly HostInput[]): Promise<string> {
  const alone = await ask(analyst, { hosts, threads: 0 });
  if (!('report' in alone)) throw new Error(alone.thrown);
  for (const threads of [1, hosts.length]) {
    const answer = await ask(analyst, { hosts, threads });
    // Not `toEqual`: a comparison line by line of reports that large takes minutes.
    if (!('report' in answer) || answer.report !== alone.report)
      throw new Error(
        `${threads} threads: ${firstDifference(JSON.stringify(answer), JSON.stringify(alone))}`,
      );
  }
  return alone.report;
}

function firstDifference(one: string, other: string): string {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return `${one.slice(at - 100, at + 100)} instead of ${other.slice(at - 100, at + 100)}`;
}

function written(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe('the examples', () => {
  const examples = readdirSync('captures').filter((name) => !name.endsWith('.md'));
  it.each(examples)('captures/%s', async (name) => {
    const hosts = readdirSync(join('captures', name), { withFileTypes: true }).filter((one) =>
      one.isDirectory(),
    );
    await expectSame(hosts.map((host) => hostInput(host.name, join('captures', name, host.name))));
  });
});

describe('much to read', () => {
  const exchanges: BenchCapture = {
    format: 'pcap',
    link: 'ethernet',
    frames: 40_000,
    traffic: 'exchanges',
    followedPercent: 60,
    frameNs: 50_000,
    hosts: 20,
    replyAfterNs: 1_000_000,
    side: 'originator',
    seed: 1,
  };

  function busy(name: string, what: Partial<BenchCapture> = {}): string {
    const file = join(folder, name);
    const out = openSync(file, 'w');
    writeBenchCapture(out, { ...exchanges, ...what });
    closeSync(out);
    return file;
  }

  it('of three hosts, two of which saw the same packets', async () => {
    const a = hostInput('A', busy('a.pcap'));
    const b = hostInput('B', busy('b.pcapng', { side: 'responder', link: 'sll2', format: 'pcapng' }));
    const c = hostInput('C', busy('c.pcap', { seed: 2, followedPercent: 1 }));
    expect(await expectSame([a, b, c])).toContain('"measured"');
  }, 60_000);

  it('of one host, whose files overlap in time', async () => {
    const files = [busy('0.pcap'), busy('1.pcap', { side: 'responder', link: 'sll2' })];
    await expectSame([hostInput('A', ...files)]);
  }, 60_000);
});

it('datagrams of a host that saw no probe, where another did', async () => {
  const datagram = (i: number) => udp('10.2.0.1', 4000 + i, '10.4.0.1', 53, `question ${i}`);
  const datagrams = Array.from({ length: 5000 }, (_, i) => datagram(i));
  const late = echoRequest({ src: '10.2.0.1', dst: '10.4.0.1', id: 1, seq: 1 });
  const a = hostInput('A', written('probe.pcap', writePcap(rawIp([...datagrams, late]))));
  const b = hostInput('B', written('none.pcap', writePcap(rawIp([...datagrams, ...datagrams]))));
  for (const hosts of [
    [a, b],
    [b, a],
  ]) {
    const { exchanges } = JSON.parse(await expectSame(hosts));
    expect(exchanges.total).toBe(1);
  }
});

function rawIp(packets: readonly Buffer[]): Pcap {
  const records = packets.map((data, i) => {
    const micros = i * 100;
    return { seconds: 1_700_000_000 + Math.floor(micros / 1e6), micros: micros % 1e6, data };
  });
  return { linkType: 101, records: records.map((one) => ({ ...one, originalLength: one.data.length })) };
}

/** Three hosts with several files each: a real case's two, cut and damaged, and one of random packets. */
const scenes = fc.record({
  name: fc.constantFrom('01a-bound-iface-no-route', '10-blog-policy-both', '12b-rule-right-no-default'),
  perFile: fc.integer({ min: 3, max: 20 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
  damagedAt: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  cutAt: fc.double({ min: 0, max: 1, noNaN: true }),
  zipped: fc.boolean(),
});

it('any captures, whole and damaged', async () => {
  let scene = 0;
  await fc.assert(
    fc.asyncProperty(scenes, async ({ name, perFile, seed, damagedAt, cutAt, zipped }) => {
      const place = join(folder, `scene${scene++}`);
      mkdirSync(place);
      const write = (file: string, bytes: Uint8Array) => {
        writeFileSync(join(place, file), bytes);
        return join(place, file);
      };
      const parts = (host: string) =>
        rotated(readPcap(readFileSync(capturePath(name, host))), perFile).map(writePcap);
      const ofA = parts('ServerA').map((bytes, i) => write(`a${i}`, damaged(bytes, i, damagedAt, cutAt)));
      const ofB = parts('ServerB').map((bytes, i) => write(`b${i}`, zipped ? gzipSync(bytes) : bytes));
      const ofC = randomCaptures(seed).map((one) => write(`c-${one.name}`, one.bytes));
      await expectSame([
        hostInput('ServerA', ...ofA, ...stateFiles(name, 'ServerA')),
        hostInput('ServerB', ...stateFiles(name, 'ServerB'), ...ofB),
        hostInput('C', ...ofC),
      ]);
      rmSync(place, { recursive: true });
    }),
    { numRuns: 5, endOnFailure: true },
  );
}, 240_000);

/** A byte of the first file turned over, the second one cut short. */
function damaged(bytes: Buffer, number: number, damagedAt: number, cutAt: number): Buffer {
  const copy = Buffer.from(bytes);
  if (number === 0) copy[Math.floor(damagedAt * copy.length)] ^= 0xff;
  return number === 1 ? copy.subarray(0, Math.ceil(cutAt * copy.length)) : copy;
}

it('a host whose captures cannot be read, beside one that can, and alone', async () => {
  const version9 = Buffer.alloc(64);
  version9.writeUInt32LE(0xa1b2c3d4, 0);
  version9.writeUInt32LE(0x00040009, 4);
  const bad = hostInput('A', written('bad.pcap', version9));
  for (const hosts of [[bad, hostInput('B', 'captures/ping-asymmetric/ServerB')], [bad]])
    expect(await expectSame(hosts)).toContain('9.4');
});

it('says so when the thread cannot run', async () => {
  const broken = scratch();
  cpSync(folder, broken, { recursive: true, verbatimSymlinks: true });
  writeFileSync(join(broken, 'js/src/exchange/host-thread.js'), 'throw new Error("no room");');
  const other = start(broken);
  const hosts = [hostInput('A', 'captures/ping-asymmetric/ServerA')];
  expect(await ask(other, { hosts, threads: 1 })).toEqual({
    thrown: 'Error: the thread that reads the captures of A ended: no room',
  });
  other.kill();
  rmSync(broken, { recursive: true });
});
