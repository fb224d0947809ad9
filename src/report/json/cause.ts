import { quoteOf, type Span } from '../../addr/source.ts';
import type { Cause } from '../../reason/cause.ts';
import { problemWords } from '../problem-words.ts';
import { traceJson } from './trace.ts';

export function causeJson(cause: Cause) {
  const { kind, host, confidence, sentence, sources, notes, decision, missing, problems } = cause;
  return {
    kind,
    host,
    confidence,
    sentence,
    sources: sources.map(({ span, mark, label, where }) => ({ ...lineJson(span), mark, label, where })),
    notes,
    missing: missing.map((one) => ({ kind: one.kind, what: one.what })),
    notUnderstood: problems.map(problemWords),
    trace: decision ? traceJson(decision) : [],
  };
}

/** A line of a host-state file, as the user can find it again. */
export function lineJson(span: Span) {
  const { file, line, text } = quoteOf(span);
  return { file, line, text };
}
