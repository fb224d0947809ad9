import type { Readable, Writable } from 'node:stream';

/** What a verb sees of the outer world; tests hand in their own. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Only of the process itself. */
  readonly interrupts?: Interrupts;
}

/** What a first SIGINT does in place of ending the process; null: nothing else. */
export interface Interrupts {
  first: (() => void) | null;
}

export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export type ColorWish = 'auto' | 'always' | 'never';

/** Columns that prose is wrapped to where the output is no terminal. */
const WIDTH_OF_NONE = 79;
const WIDEST = 120;

export function widthOf(output: Output): number {
  return output.isTTY && output.columns ? Math.min(output.columns - 1, WIDEST) : WIDTH_OF_NONE;
}

/** The option first; then NO_COLOR (no-color.org), TERM=dumb and FORCE_COLOR; else whether it is a terminal. */
export function wantsColor(wish: ColorWish, output: Output, env: Terminal['env']): boolean {
  if (wish !== 'auto') return wish === 'always';
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR && env.FORCE_COLOR !== '0') return true;
  return !!output.isTTY && env.TERM !== 'dumb';
}

/** Standard input is opened when somebody reads it. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  return {
    get stdin() {
      return process.stdin;
    },
    stdout,
    stderr,
    env,
    interrupts: { first: null },
  };
}
