import { printable } from '../report/printable.ts';
import type { Output } from './terminal.ts';

/** One line on standard error, safe whatever it quotes. */
export function tell(stderr: Output, message: string): void {
  stderr.write(`wayhome: ${printable(message)}\n`);
}

/** commander's message on one line: `error: unknown option '--frmat'\n(Did you mean --format?)`. */
export function usageLine(message: string): string {
  return message
    .replace(/^error: /, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ');
}
