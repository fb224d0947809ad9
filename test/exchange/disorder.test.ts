import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { correlate } from '../../src/exchange/correlate.ts';
import { pcap, type Record } from '../capture/build.ts';
import { scratch } from '../support/cases.ts';
import { run } from '../verbs/run.ts';
import { inputOf } from './support/capture-file.ts';
import { LINKTYPE_LINUX_SLL2, sll2, type Way } from './support/link.ts';
import { echoReply, echoRequest } from './support/packets.ts';

/** Captures in which time goes back, as `mergecap -a` or `cat` make them of pieces in the wrong order. */
vi.setConfig({ testTimeout: 60_000 });

const folder = scratch();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PAIRS = 200;
/** Pings whose reply leaves B and never reaches A. */
const isLost = (seq: number) => seq % 20 === 5;

function frame(ms: number, way: Way, packet: Buffer): Record {
  return {
    seconds: 1_700_000_000 + Math.floor(ms / 1000),
    fraction: (ms % 1000) * 1000,
    packet: sll2(packet, 2, way),
  };
}

/** One ping a second, as A or B sees it. */
function pings(host: 'A' | 'B', from: number, to: number, lossy: boolean): Record[] {
  const seqs = Array.from({ length: to - from }, (_, i) => from + i);
  return seqs.flatMap((seq) => {
    const echo = { src: '10.2.0.100', dst: '10.4.0.100', id: 7, seq, data: `ping ${seq}` };
    const reply = { ...echo, src: echo.dst, dst: echo.src };
    const ms = seq * 1000;
    if (host === 'B') return [frame(ms + 1, 'in', echoRequest(echo)), frame(ms + 2, 'out', echoReply(reply))];
    const request = frame(ms, 'out', echoRequest(echo));
    return lossy && isLost(seq) ? [request] : [request, frame(ms + 3, 'in', echoReply(reply))];
  });
}

function write(name: string, ...pieces: Record[][]): string {
  const file = join(folder, name);
  writeFileSync(file, pcap(pieces.flat(), { linkType: LINKTYPE_LINUX_SLL2 }));
  return file;
}

/** Whose address is whose is known from the states, whatever was found beside what. */
function state(host: 'A' | 'B', address: string): string {
  const file = join(folder, `${host}-ip-addr.txt`);
  const lines = [
    '2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000',
    '    link/ether 02:00:00:00:00:64 brd ff:ff:ff:ff:ff:ff',
    `    inet ${address}/24 scope global eth0`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return `${host}=${file}`;
}

const states = [state('A', '10.2.0.100'), state('B', '10.4.0.100')];

async function analyzed(...sources: string[]) {
  const { code, stdout, stderr } = await run(['analyze', ...sources, '--format', 'json']);
  return { code, stderr, report: JSON.parse(stdout) };
}

const half = PAIRS / 2;
const b = write('B.pcap', pings('B', 0, PAIRS, false));

describe('time that goes back far', () => {
  it('is told with frame and amount, and leaves the evidence incomplete', async () => {
    const a = write('A.pcap', pings('A', half, PAIRS, false), pings('A', 0, half, false));
    const { code, stderr, report } = await analyzed(`A=${a}`, `B=${b}`);
    expect(code).toBe(3);
    expect(stderr).toMatch(/A\.pcap: frame 201: time goes back by 199 s[^\n]*reordercap/);
    expect(report.problems).toMatchObject([{ kind: 'time-goes-back', level: 'warning' }]);
    expect(report.findings).toEqual([]);
  });

  it('accuses nobody of losing what the other host may have seen', async () => {
    const kinds = async (a: string) =>
      (await analyzed(`A=${a}`, `B=${b}`, ...states)).report.findings.map(
        ({ kind }: { kind: string }) => kind,
      );
    const inOrder = write('A1.pcap', pings('A', 0, PAIRS, true));
    expect(await kinds(inOrder)).toEqual(['reply-lost']);
    const a = write('A2.pcap', pings('A', half, PAIRS, true), pings('A', 0, half, true));
    expect(await kinds(a)).toEqual(['no-reply-seen']);
  });

  it('is found wherever it begins, by the long way and the short one', async () => {
    for (const at of [1, 7, 30, half]) {
      for (const lost of [true, false]) {
        const a = write('C.pcap', pings('A', at, PAIRS, lost), pings('A', 0, at, lost));
        const frames = pings('A', at, PAIRS, lost).length;
        const { stderr } = await analyzed(`A=${a}`);
        expect(stderr).toMatch(new RegExp(`C\\.pcap: frame ${frames + 1}: time goes back by 19\\d s`));
      }
    }
  });
});

it('one capture is not put beside another, of the same host or not', async () => {
  const bytes = (...pieces: Record[][]) => pcap(pieces.flat(), { linkType: LINKTYPE_LINUX_SLL2 });
  const disordered = async (...files: Uint8Array[]) => {
    const inputs = files.map((file, i) => inputOf(file, { file: `any${i}.pcap` }));
    const { coverage } = await correlate(await Promise.all(inputs));
    return coverage.map((one) => one.disordered);
  };
  const inOrder = bytes(pings('A', 0, PAIRS, false));
  const back = bytes(pings('A', half, PAIRS, false), pings('A', 0, half, false));
  expect(await disordered(back)).toEqual([false]);
  expect(await disordered(inOrder, back)).toEqual([false, true]);
  const little = bytes(pings('A', 4, PAIRS, false), pings('A', PAIRS - 4, PAIRS, false));
  expect(await disordered(inOrder, little)).toEqual([false, false]);
});

it('a little disorder, as of several cards, is nothing to tell of', async () => {
  const frames = pings('A', 0, PAIRS, false);
  const swapped = frames.flatMap((one, i) =>
    i % 10 === 0 ? [frames[i + 1], one] : i % 10 === 1 ? [] : [one],
  );
  const a = write('D.pcap', swapped);
  expect(await analyzed(`A=${a}`, `B=${b}`)).toMatchObject({ code: 0, stderr: '' });
});
