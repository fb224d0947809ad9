import type { Missing, RouteDecision } from './decision.ts';

/** Listings that may hold what leads a lookup elsewhere; a sysctl that no file gives has one default everywhere. */
const DECISIVE: ReadonlySet<Missing['kind']> = new Set(['rules', 'addresses', 'links', 'not-understood']);

/**
 * What a lookup takes for granted although it could change the answer. Not the rules where the one before all others
 * decides: whatever else there is comes after it.
 */
export function doubtsOf(decision: RouteDecision): readonly Missing[] {
  if (decision.kind === 'cannot-tell') return decision.missing;
  const isFirst = decision.kind === 'route' && decision.rule?.preference === 0;
  return decision.assumed.filter(({ kind }) => DECISIVE.has(kind) && !(isFirst && kind === 'rules'));
}

/** Of these, what the choice of a way hangs on: a packet that seems lost by one way may well take another. */
export function rulesInDoubt(decision: RouteDecision): readonly Missing[] {
  return doubtsOf(decision).filter(({ kind }) => kind === 'rules' || kind === 'not-understood');
}
