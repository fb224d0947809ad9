import { type Captures, megabytes } from './captures.ts';
import * as contenders from './contenders.ts';
import type { BenchCapture } from './generate.ts';
import { type Contender, inTurn } from './measure.ts';
import type { Row } from './row.ts';

export interface Setting {
  readonly captures: Captures;
  readonly runs: number;
  /** Called with each row as soon as it is known. */
  readonly tell: (row: Row) => void;
}

export type Case = (setting: Setting) => void;

/** Who is measured along, and how many times as fast we are to be. */
export interface Beside {
  readonly contender: Contender;
  readonly goal?: number;
}

/** One row for each of the others. */
export function compare(
  { runs, tell }: Setting,
  what: string,
  file: string,
  wayhome: Contender,
  beside: readonly Beside[],
  how: (contender: Contender) => Contender = (contender) => contender,
): void {
  const all = [wayhome, ...beside.map((one) => one.contender)].map(how);
  const [ours, ...theirs] = inTurn(all, runs);
  if (!ours) return;
  beside.forEach(({ contender, ...goal }, i) => {
    tell({ what, megabytes: megabytes(file), ours, beside: contender.name, theirs: theirs[i], ...goal });
  });
}

/** A capture beside tcpdump, both on one core. */
export function onOneCore(setting: Setting, name: string, what: BenchCapture, goal?: number): void {
  const { frames } = setting.captures.scaled(what);
  withFile(setting, name.replaceAll(/\W+/g, '-'), what, (file) => {
    const beside = [{ contender: contenders.tcpdump(file), ...(goal !== undefined && { goal }) }];
    const ours = contenders.wayhome([file], frames);
    compare(setting, `${name}, one core`, file, ours, beside, contenders.pinned);
  });
}

/** Makes a capture that is there during the work only, unless captures are kept. */
export function withFile(
  { captures }: Setting,
  name: string,
  what: BenchCapture,
  work: (file: string) => void,
): void {
  const file = captures.file(name, what);
  try {
    work(file);
  } finally {
    captures.done(file);
  }
}
