import type { CauseSource } from '../../reason/cause.ts';
import type { Trip, TripQuestion, TripStep } from '../../reason/trip/trip.ts';
import { hookLines, markNotes } from '../hook-words.ts';
import { decidingLines } from '../lookup-lines.ts';
import {
  assumptionWords,
  gapWords,
  questionWords,
  standingAssumptions,
  stepSentence,
  tripVerdict,
} from '../trip-words.ts';
import { causeRows } from './cause.ts';
import type { Block } from './gutter.ts';
import type { LookupOptions } from './lookup.ts';
import { noteRows, prose } from './prose.ts';
import { BLANK, paint, type Row } from './row.ts';
import { stateRows, widestLine } from './state-lines.ts';
import { traceRows } from './trace.ts';

/** The packet's life, step by step, each with the lines that decide it; then why it ends, if it does; then the verdict. */
export function renderTrip(trip: Trip, question: TripQuestion, options: LookupOptions): string {
  const block = blockOf(trip, options.width);
  const rows = [
    ...prose('trace: ', 'strong', questionWords(question), options.width, 7),
    BLANK,
    ...trip.steps.flatMap((step, index) => stepRows(step, index, question, block, options)),
    BLANK,
    ...trip.causes.flatMap((cause) => [...causeRows(cause, block, options.verbose), BLANK]),
    ...gapRows(trip, question, block),
    ...prose(
      'verdict: ',
      VERDICTS[trip.verdict],
      `${tripVerdict(trip, question)}.`,
      options.width,
      4,
      'strong',
    ),
  ];
  return paint(rows, options.color);
}

const VERDICTS = { arrives: 'good', fails: 'error', depends: 'warning', 'cannot-tell': 'warning' } as const;

function blockOf({ steps, causes }: Trip, width: number): Block {
  const lines = [...steps.flatMap(linesOf), ...causes.flatMap((cause) => cause.sources)];
  return { gutter: String(Math.max(1, widestLine(lines))).length, width, bad: 'note' };
}

/** The lines of a step that stops the packet stand with its causes. */
function linesOf(step: TripStep): CauseSource[] {
  const last = step.lookups.at(-1);
  if (!last || step.outcome === 'stops') return [];
  return [...decidingLines(last.state, last.decision), ...hookLines(step)];
}

function stepRows(
  step: TripStep,
  index: number,
  question: TripQuestion,
  block: Block,
  { verbose, width }: LookupOptions,
): Row[] {
  const head = `${index + 1}. `;
  const style = step.outcome === 'stops' ? 'error' : 'strong';
  return [
    ...prose(head, style, stepSentence(step, question), width, head.length, style),
    ...stateRows(linesOf(step), block),
    ...twiceRows(step, block),
    ...markNotes(step).flatMap((text) => noteRows('mark', text, block.gutter, block.width)),
    ...(verbose ? step.lookups.flatMap((one) => traceRows(one.decision, block)) : []),
  ];
}

/** A connect looks up twice; a reader who tries the first lookup alone would get another answer. */
function twiceRows({ lookups, passage }: TripStep, block: Block): Row[] {
  const bySocket = passage?.before ? lookups.slice(0, -1) : lookups;
  if (bySocket.length < 2) return [];
  const [first, second] = bySocket.map(({ decision }) => (decision.kind === 'route' ? decision : null));
  if (first && second && first.route === second.route && first.device === second.device) return [];
  const text = 'its socket looks up again once the source is chosen, so that rules on the source count';
  return noteRows('note', text, block.gutter, block.width);
}

function gapRows(trip: Trip, question: TripQuestion, block: Block): Row[] {
  const note = (label: string, text: string) => noteRows(label, text, block.gutter, block.width);
  const open = [...new Set(trip.open.map(gapWords))];
  const taken = [...new Set(trip.assumed.map(assumptionWords)), ...standingAssumptions(trip, question)];
  return [
    ...(open.length > 0 ? note('missing', `${open.join(', ')} would settle it`) : []),
    ...taken.flatMap((text) => note('assumed', text)),
    BLANK,
  ];
}
