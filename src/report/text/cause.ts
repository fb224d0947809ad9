import type { Cause } from '../../reason/cause.ts';
import { problemWords } from '../problem-words.ts';
import type { Block } from './gutter.ts';
import { noteRows, prose } from './prose.ts';
import type { Row } from './row.ts';
import { stateRows } from './state-lines.ts';
import { traceRows } from './trace.ts';

const HEADS: Record<Cause['confidence'], string> = {
  certain: 'cause',
  likely: 'likely cause',
  possible: 'possible cause',
};

/** One cause: its sentence, the lines that decide, what else is known, and how sure it is. */
export function causeRows(cause: Cause, block: Block, verbose: boolean): Row[] {
  const notes = [
    ...cause.notes.map((text) => ['note', text] as const),
    ...missingNotes(cause),
    ...cause.problems.map(
      (one) => ['note', `not understood, and could matter: ${problemWords(one)}`] as const,
    ),
  ];
  return [
    ...prose(`${HEADS[cause.confidence]}[${cause.kind}]: `, 'note', cause.sentence, block.width, 4, 'strong'),
    ...stateRows(cause.sources, block),
    ...notes.flatMap(([label, text]) => noteRows(label, text, block.gutter, block.width)),
    ...(verbose && cause.decision ? traceRows(cause.decision, block) : []),
  ];
}

/** What would make it certain, each thing once. */
function missingNotes(cause: Cause): (readonly [string, string])[] {
  const named = [...new Set(cause.missing.map((one) => one.what))];
  const host = cause.host ?? '';
  return named.map((what) => ['missing', host === '' || what.includes(host) ? what : `${what} of ${host}`]);
}
