import { printable } from '../report/printable.ts';
import { nearest } from './nearest.ts';
import type { Output } from './terminal.ts';

/** One line on standard error, safe whatever it quotes. */
export function tell(stderr: Output, message: string): void {
  stderr.write(`wayhome: ${printable(message)}\n`);
}

/** commander's message on one line: `error: unknown option '--frmat'\n(Did you mean --format?)`. */
export function usageLine(message: string): string {
  const line = message
    .replace(/^error: /, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ');
  const typed = /^unknown \w+ '-*([^']*)'/.exec(line)?.[1] ?? '';
  // commander finds words alike that have half of their letters in common.
  return line.replace(/ \(Did you mean (?:one of )?(.*)\?\)$/, (_, names: string) =>
    suggestion(typed, names.split(', ')),
  );
}

/** ` (Did you mean analyze?)`; nothing where no name is like what was typed. */
export function suggestion(typed: string, names: readonly string[]): string {
  const bare = names.map((name) => name.replace(/^-+/, ''));
  const [best] = nearest(typed, bare);
  return best === undefined ? '' : ` (Did you mean ${names[bare.indexOf(best)]}?)`;
}
