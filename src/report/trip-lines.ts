import type { CauseSource } from '../reason/cause.ts';
import type { TripLookup, TripStep } from '../reason/trip/trip.ts';
import { lookupLines } from './lookup-lines.ts';

/** The lines that decide a step: the route taken, the rule that led to it unless it is the plain one, the filter's settings. */
export function stepLines({ lookups, outcome }: TripStep): CauseSource[] {
  if (outcome === 'stops' || lookups.length === 0) return [];
  return decidingLines(lookups[lookups.length - 1]);
}

function decidingLines({ state, flow, decision }: TripLookup): CauseSource[] {
  const rules = new Map(
    decision.trace.flatMap((step) => ('rule' in step ? [[step.rule.span, step.rule]] : [])),
  );
  const decisive = decision.kind === 'route' ? decision.rule : null;
  return lookupLines(state, decision, flow).filter(({ span, mark }) => {
    const rule = rules.get(span);
    if (rule) return rule === decisive && !isPlain(rule);
    return mark === 'decides' || isOfFilter(decision, span);
  });
}
