import type { Diagnosis } from '../analysis.ts';
import type { Zone } from '../moment.ts';
import { pointersOf } from '../pointer.ts';
import { gapWords, seenWords } from '../seen-words.ts';
import { causeRows } from './cause.ts';
import { frameRows } from './frames.ts';
import { BLANK, type Block } from './gutter.ts';
import { helpRows } from './help.ts';
import { noteRows, prose } from './prose.ts';
import type { Row } from './row.ts';
import { widestLine } from './state-lines.ts';

export interface TextOptions {
  /** Columns that prose is wrapped to. */
  readonly width: number;
  readonly color: boolean;
  readonly zone: Zone;
  /** Also the captures and hosts analysed, all findings that are alike, every step of the lookups, and what undoes a remedy. */
  readonly verbose: boolean;
}

/** One finding, as seen; then its causes in the order in which the packet meets them; then what repairs them. */
export function diagnosisRows(diagnosis: Diagnosis, options: TextOptions): Row[] {
  const block = blockOf(diagnosis, options);
  const parts = [
    seenRows(diagnosis, block, options.zone),
    ...diagnosis.causes.map((cause) => causeRows(cause, block, options.verbose)),
    ...diagnosis.remedies.map((remedy) => helpRows(remedy, diagnosis.finding, block, options.verbose)),
  ];
  return parts.flatMap((rows) => [...rows, BLANK]);
}

function blockOf({ finding, causes }: Diagnosis, { width }: TextOptions): Block {
  const frames = finding.evidence.map((one) => one.frame);
  const numbers = [1, ...frames, ...causes.map((cause) => widestLine(cause.sources))];
  return { gutter: String(Math.max(...numbers)).length, width, bad: finding.level };
}

function seenRows({ finding, sentence }: Diagnosis, block: Block, zone: Zone): Row[] {
  const { level, kind, basis, witness } = finding;
  const note = (label: string, text: string) => noteRows(label, text, block.gutter, block.width);
  return [
    ...prose(`${level}[${kind}]: `, level, sentence, block.width, 4, 'strong'),
    ...frameRows(pointersOf(finding), block, zone),
    ...note('seen', seenWords(finding, zone)),
    ...(basis === 'computed'
      ? note('computed', 'packets alone do not show this; the host states supplied do')
      : []),
    ...witness.missing.flatMap((gap) => note('note', gapWords(gap))),
  ];
}
