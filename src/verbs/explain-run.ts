import { EXPLANATIONS } from '../report/explanations/all.ts';
import { listText, pageText } from '../report/explanations/page.ts';
import { EXIT_NOTHING_WRONG } from './exit-code.ts';
import { nearest } from './nearest.ts';
import { type Terminal, widthOf } from './terminal.ts';
import { UsageError } from './usage-error.ts';

export function runExplain(kind: string | undefined, terminal: Terminal): number {
  const width = widthOf(terminal.stdout);
  terminal.stdout.write(kind === undefined ? listText(width) : page(kind, width));
  return EXIT_NOTHING_WRONG;
}

function page(kind: string, width: number): string {
  const known = Object.keys(EXPLANATIONS);
  const found = known.find((name) => name === kind.trim().toLowerCase());
  if (found) return pageText(found as keyof typeof EXPLANATIONS, width);
  const near = nearest(kind, known);
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : '`wayhome explain` lists all kinds';
  throw new UsageError(`explain: no such kind '${kind}'; ${hint}`);
}
