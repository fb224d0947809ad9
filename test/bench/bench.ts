import { Captures } from './captures.ts';
import { CASES, EXTRA_CASES } from './cases.ts';
import { machineText } from './machine.ts';
import { rowText, tableHead } from './row.ts';

export interface BenchOptions {
  /** A tenth of the frames, and fewer runs. */
  readonly quick: boolean;
  /** The cases to run, in their order; null: all. */
  readonly only: readonly string[] | null;
  /** Captures stay in the folder for another run. */
  readonly keep: boolean;
}

/** Runs the cases and prints the table line by line. */
export function bench(folder: string, { quick, only, keep }: BenchOptions): void {
  const runs = quick ? 3 : 5;
  const captures = new Captures(folder, quick ? 0.1 : 1, keep);
  const names = only ?? Object.keys(CASES);
  const all = { ...CASES, ...EXTRA_CASES };
  const unknown = names.find((name) => !(name in all));
  if (unknown !== undefined) throw new Error(`no case ${unknown}; there are ${Object.keys(all).join(', ')}`);
  print(`${machineText()}\nmedians of ${runs}, in turn${quick ? '; a tenth of the frames' : ''}\n`);
  print(tableHead());
  for (const name of names) all[name]({ captures, runs, tell: (row) => print(rowText(row)) });
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
