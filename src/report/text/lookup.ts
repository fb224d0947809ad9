import type { Lookup } from '../lookup.ts';
import { lookupLines, skippedUnquoted } from '../lookup-lines.ts';
import { lookupRemarks, lookupWords } from '../lookup-words.ts';
import { printable } from '../printable.ts';
import { routeLine } from '../route-line.ts';
import type { Block } from './gutter.ts';
import { noteRows, prose } from './prose.ts';
import { BLANK, paint, piece, type Row } from './row.ts';
import { stateRows, widestLine } from './state-lines.ts';
import { traceRows } from './trace.ts';

export interface LookupOptions {
  readonly width: number;
  readonly color: boolean;
  /** Also every step of the lookup. */
  readonly verbose: boolean;
}

/** The line that `ip route get` prints, then why: the rules tried, the routes considered, each quoted where it stands. */
export function renderLookup(lookup: Lookup, options: LookupOptions): string {
  const { state, decision, flow, answer } = lookup;
  const head: Row = [piece(printable(routeLine(decision, answer, flow)), 'strong')];
  const why = prose('why: ', 'note', lookupWords(state, decision, flow), options.width, 5);
  return paint([head, BLANK, ...why, ...evidenceRows(lookup, options)], options.color);
}

function evidenceRows({ state, decision, flow }: Lookup, { width, verbose }: LookupOptions): Row[] {
  const lines = lookupLines(state, decision, flow);
  const block: Block = { gutter: String(Math.max(1, widestLine(lines))).length, width, bad: 'note' };
  const more = skippedUnquoted(decision);
  const remarks = [
    ...(more > 0 ? [['note', `${more} more rules were passed over; -v tells why`] as const] : []),
    ...lookupRemarks(state, decision),
  ];
  return [
    ...stateRows(lines, block),
    ...remarks.flatMap(([label, text]) => noteRows(label, text, block.gutter, width)),
    ...(verbose ? traceRows(decision, block) : []),
  ];
}
