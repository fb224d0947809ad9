import type { Lookup } from '../lookup.ts';
import { lookupLines } from '../lookup-lines.ts';
import { lookupRemarks, lookupWords } from '../lookup-words.ts';
import { lineJson } from './cause.ts';
import { jsonText } from './json-text.ts';
import { traceJson } from './trace.ts';

export const LOOKUP_SCHEMA = 'wayhome.route/1';

/** One lookup: the fields of a batch's line, and beside them the lines and steps that decided. */
export function renderLookupJson({ state, decision, flow, answer }: Lookup): string {
  const lines = lookupLines(state, decision, flow);
  const value = {
    schema: LOOKUP_SCHEMA,
    host: state.name,
    ...answer,
    why: lookupWords(state, decision, flow),
    sources: lines.map(({ span, mark, label, where }) => ({ ...lineJson(span), mark, label, where })),
    remarks: lookupRemarks(state, decision).map(([kind, text]) => ({ kind, text })),
    trace: traceJson(decision),
  };
  return `${jsonText(value, 2)}\n`;
}
