import type { RouteDecision } from '../../linux/decision.ts';
import { stepWords } from '../trace-words.ts';
import type { Block } from './gutter.ts';
import { noteRows } from './prose.ts';
import type { Row } from './row.ts';

/** Every step of the lookup, for those who want to follow it. */
export function traceRows(decision: RouteDecision, block: Block): Row[] {
  return decision.trace.flatMap((step, index) =>
    noteRows(`step ${index + 1}`, stepWords(step), block.gutter, block.width),
  );
}
