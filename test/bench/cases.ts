import { FLOOD, MIXED, megabytes, SMALL } from './captures.ts';
import { type Case, compare, onOneCore, type Setting, withFile } from './compare.ts';
import * as contenders from './contenders.ts';
import { connections, packed, rotated, sll, vary } from './extra-cases.ts';
import type { BenchCapture } from './generate.ts';
import { type Contender, inTurn, type Sample } from './measure.ts';

/** By the name that `--only` takes. */
export const CASES: Readonly<Record<string, Case>> = {
  small: (setting) => onOneCore(setting, 'small', SMALL, 1),
  sll2: (setting) => onOneCore(setting, 'sll2', { ...SMALL, link: 'sll2' }, 1),
  pcapng: (setting) => onOneCore(setting, 'pcapng', { ...SMALL, format: 'pcapng' }, 1),
  mixed,
  hosts: twoHosts,
  readers,
  stream,
  flood,
  growth,
  start,
};

/** Run only when asked for by name. */
export const EXTRA_CASES: Readonly<Record<string, Case>> = { vary, packed, rotated, connections, sll };

function mixed(setting: Setting): void {
  const { frames } = setting.captures.scaled(MIXED);
  withFile(setting, 'mixed', MIXED, (file) => {
    const beside = [
      { contender: contenders.tcpdump(file), goal: 1.3 },
      { contender: contenders.cat(file), goal: 1 / 2.2 },
    ];
    compare(setting, 'mixed', file, contenders.wayhome([file], frames), beside);
  });
}

/** A million packets: of more, tshark makes many minutes and gigabytes. */
function readers(setting: Setting): void {
  const million = { ...SMALL, frames: 1_000_000 };
  const { frames } = setting.captures.scaled(million);
  withFile(setting, 'million', million, (file) => {
    const beside = [
      { contender: contenders.tshark(file), goal: 50 },
      { contender: contenders.pcapParser(file), goal: 8 },
    ];
    compare(setting, 'small', file, contenders.wayhome([file], frames), beside);
  });
}

/** What one host sends the other receives; beside it, each has other traffic. */
function twoHosts(setting: Setting): void {
  const near: BenchCapture = { ...MIXED, frames: 1_350_000, seed: 2 };
  const far: BenchCapture = { ...near, side: 'responder' };
  const { frames } = setting.captures.scaled(near);
  withFile(setting, 'near', near, (a) =>
    withFile(setting, 'far', far, (b) => {
      const together = contenders.wayhome([`near=${a}`, `far=${b}`], 2 * frames);
      const commands = [a, b].map((file) => contenders.analysis([file], frames));
      const inOrder: Contender = { name: 'one after the other', commands };
      const [ours, theirs] = inTurn([together, inOrder], setting.runs);
      if (!ours) return;
      setting.tell({
        what: 'two hosts',
        megabytes: megabytes(a, b),
        ours,
        beside: inOrder.name,
        theirs,
        goal: 1.7,
      });
    }),
  );
}

/** Ten times as long as the captures on disk, and never stored. */
function stream(setting: Setting): void {
  streamed(setting, 'a stream', { ...SMALL, frames: 10 * SMALL.frames });
}

function flood(setting: Setting): void {
  streamed(setting, 'a flood of SYNs', FLOOD);
}

/** From 1 MB to 10 GB; what makes the capture runs beside it. */
function growth(setting: Setting): void {
  for (const frames of [10_000, 100_000, 1_000_000, 10_000_000, 100_000_000]) {
    streamed(setting, 'growth', { ...SMALL, frames }, frames > 1e7 ? 1 : setting.runs);
  }
}

function start({ runs, tell }: Setting): void {
  const ours = { name: 'wayhome', commands: [{ argv: contenders.VERSION }] };
  const theirs = { name: 'node -e 0', commands: [{ argv: [process.execPath, '-e', '0'] }] };
  const [our, their] = inTurn([ours, theirs], 4 * runs);
  if (our)
    tell({
      what: 'wayhome --version',
      megabytes: null,
      ours: our,
      beside: theirs.name,
      theirs: their,
      goal: 0.5,
    });
}

function streamed(setting: Setting, name: string, capture: BenchCapture, runs = 1): void {
  const { frames } = setting.captures.scaled(capture);
  const from = setting.captures.stream(capture);
  const [ours] = inTurn([contenders.wayhome(['server=-'], frames, from)], runs);
  const what = `${name}, ${frames / 1e6} M frames`;
  if (ours) setting.tell({ what, megabytes: streamMegabytes(frames), ours, beside: foundIn(ours) });
}

/** Of small frames: records of 114 and 90 bytes by turns. */
function streamMegabytes(frames: number): number {
  return (frames * 102) / 1e6;
}

function foundIn({ output }: Sample): string {
  const { findings } = JSON.parse(output) as { findings: unknown[] };
  return `${findings.length} finding${findings.length === 1 ? '' : 's'}`;
}
