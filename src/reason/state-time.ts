import type { Finding, FindingKind } from '../finding/finding.ts';
import type { Cause } from './cause.ts';

/** The packets themselves show the way that the tables took, so these were no others at that time. */
const WAY_SEEN: ReadonlySet<FindingKind> = new Set([
  'asymmetric-reply',
  'asymmetric-request',
  'wrong-source',
]);

/**
 * It worked before, or it works since: something was changed in between, and a host state is of one of the two times.
 * What rests on the state alone is not certain then.
 */
export function withStateTime(causes: readonly Cause[], { distinction, kind }: Finding): readonly Cause[] {
  if (distinction?.kind !== 'time' || WAY_SEEN.has(kind)) return causes;
  const { failed } = distinction;
  return causes.map((cause) => (cause.sources.length === 0 ? cause : beside(cause, failed)));
}

/** A queue fills by itself, and a state that shows it full is of the time since then. */
function beside(cause: Cause, failed: 'after' | 'before'): Cause {
  if (cause.kind !== 'listen-queue-full' || failed === 'before') return doubted(cause, failed);
  return { ...cause, notes: [...cause.notes, 'it worked before, as long as there was room'] };
}

function doubted(cause: Cause, failed: 'after' | 'before'): Cause {
  const was = failed === 'after' ? 'it worked before' : 'it works since';
  const note = `${was}, so something was changed in between: the state of ${cause.host ?? 'the host'} does not tell which of the two times it is of`;
  const confidence = cause.confidence === 'certain' ? 'likely' : cause.confidence;
  return { ...cause, confidence, notes: [...cause.notes, note] };
}
