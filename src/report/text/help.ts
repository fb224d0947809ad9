import type { Finding } from '../../finding/finding.ts';
import type { Remedy } from '../../remedy/remedy.ts';
import { proofWords, remedyTitle } from '../remedy-words.ts';
import { type Block, bar, quoted } from './gutter.ts';
import { noteRows, prose } from './prose.ts';
import type { Row } from './row.ts';

/** One remedy: its commands can be pasted as they stand. */
export function helpRows(remedy: Remedy, finding: Finding, block: Block, verbose: boolean): Row[] {
  const note = (label: string, text: string) => noteRows(label, text, block.gutter, block.width);
  return [
    ...prose('help: ', 'help', remedyTitle(remedy, finding), block.width, 6),
    bar(block),
    ...remedy.commands.map((command) => quoted(block, '+', command)),
    bar(block),
    ...note(remedy.verified ? 'verified' : 'not verified', proofWords(remedy)),
    ...remedy.assumed.flatMap((text) => note('assumed', text)),
    ...(verbose ? remedy.undo.flatMap((command) => note('undo', command)) : []),
  ];
}
