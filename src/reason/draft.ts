import type { Missing, RouteDecision } from '../linux/decision.ts';
import type { Cause, CauseKind, CauseSource } from './cause.ts';

/** The parts of a cause that differ; the rest is empty. */
export interface Draft {
  readonly kind: CauseKind;
  readonly host: string | null;
  readonly sentence: string;
  readonly confidence?: Cause['confidence'];
  readonly sources?: readonly CauseSource[];
  readonly notes?: readonly string[];
  readonly decision?: RouteDecision | null;
  readonly missing?: readonly Missing[];
}

export function causeOf(draft: Draft): Cause {
  return {
    confidence: 'certain',
    sources: [],
    notes: [],
    decision: null,
    missing: [],
    problems: [],
    ...draft,
  };
}

const ORDER = ['possible', 'likely', 'certain'] as const;

/** No more certain than the limit. */
export function atMost(cause: Cause, limit: Cause['confidence']): Cause {
  return ORDER.indexOf(cause.confidence) <= ORDER.indexOf(limit) ? cause : { ...cause, confidence: limit };
}
