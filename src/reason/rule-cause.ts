import type { Rule } from '../linux/host-state.ts';
import type { Cause, CauseKind, CauseSource } from './cause.ts';
import { causeOf } from './draft.ts';
import type { Misrouted } from './misrouted.ts';
import { asContext, routeSources, ruleSource } from './quote.ts';

/** A rule at fault: its line first, then the line that decided instead, then what else belongs to it. */
export function ruleCause(
  one: Misrouted,
  rule: Rule,
  kind: CauseKind,
  label: string,
  sentence: string,
  more: { readonly notes?: readonly string[]; readonly sources?: readonly CauseSource[] } = {},
): Cause {
  const { decision } = one;
  const assumed = decision.kind === 'route' ? decision.assumed : [];
  return causeOf({
    kind,
    host: one.state.name,
    sentence,
    sources: [...ruleSource(rule, label), ...(more.sources ?? []), ...insteadSources(one)],
    notes: more.notes ?? [],
    decision,
    missing: assumed,
    confidence: assumed.length > 0 ? 'likely' : 'certain',
  });
}

/** The line that decided instead, as context behind the rule's own. */
export function insteadSources({ state, flow, decision, wanted }: Misrouted): CauseSource[] {
  return decision.kind === 'route'
    ? asContext(routeSources(state, decision, flow.destination, wanted).slice(0, 1))
    : [];
}
