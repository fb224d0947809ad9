import type { Errno, Missing } from './decision.ts';
import type { Flow } from './flow.ts';
import type { Rule, RuleAction } from './host-state.ts';
import { TABLE_LOCAL, TABLE_MAIN } from './host-state.ts';
import { matchRule } from './rule-match.ts';
import { lookupMerged, lookupTable } from './table-lookup.ts';
import { assume, type FibResult, type Walk } from './walk.ts';

/** A table that says "next rule, please" (EAGAIN). */
type Step = FibResult | { readonly kind: 'next' };

/** fib_lookup and fib6_rule_lookup: the rules in order until one of them decides. */
export function lookupRules(walk: Walk, flow: Flow): FibResult {
  const { rules, assumed } = walk.index.families[walk.family];
  assume(walk, assumed);
  for (let at = 0; at < rules.length; at++) {
    const rule = rules[at];
    const verdict = matchRule(walk.index, rule, flow);
    if (verdict.matches === 'cannot-tell') return { kind: 'cannot-tell', missing: [verdict.missing] };
    if (!verdict.matches) {
      walk.trace.push({ step: 'rule-skipped', rule, because: verdict.because });
      continue;
    }
    if (rule.action.kind === 'goto') {
      at = targetOf(walk, rule, at);
      continue;
    }
    const result = act(walk, rule, flow);
    if (result.kind !== 'next') return result;
  }
  return { kind: 'none' };
}

/** One before the first rule with the preference that `goto` names; goto leads forward only, and an unresolved one nowhere. */
function targetOf(walk: Walk, rule: Rule, at: number): number {
  if (rule.action.kind !== 'goto') return at;
  const { preference } = rule.action;
  const target = walk.index.families[walk.family].rules.findIndex((one) => one.preference === preference);
  walk.trace.push({ step: 'rule-matched', rule });
  return target > at ? target - 1 : at;
}

const REFUSALS: Record<Exclude<RuleAction['kind'], 'lookup' | 'goto' | 'nop'>, Errno> = {
  blackhole: 'EINVAL',
  unreachable: 'ENETUNREACH',
  prohibit: 'EACCES',
};

/** fib4_rule_action, fib6_rule_action. */
function act(walk: Walk, rule: Rule, flow: Flow): Step {
  const { action } = rule;
  if (action.kind === 'nop' || action.kind === 'goto') {
    walk.trace.push({ step: 'rule-skipped', rule, because: 'nop' });
    return { kind: 'next' };
  }
  walk.trace.push({ step: 'rule-matched', rule });
  if (action.kind === 'lookup') return suppress(walk, rule, tableStep(walk, rule, action.table, flow));
  const error = REFUSALS[action.kind];
  walk.trace.push({ step: 'refused', by: rule, error });
  return { kind: 'refused', error, by: rule };
}

/**
 * Without custom rules IPv4 keeps the local and the main table in one trie, so that a longer route of main wins over a
 * wide local one (fib_new_table, fib_unmerge). For all others a rule asks its table.
 */
function tableStep(walk: Walk, rule: Rule, table: number, flow: Flow): Step {
  const { onlyDefaultRules } = walk.index.families[walk.family];
  if (walk.family === 6 || !onlyDefaultRules) return lookupTable(walk, rule, table, flow);
  if (table === TABLE_LOCAL) return lookupMerged(walk, rule, flow);
  return lookupTable(walk, rule, table === TABLE_MAIN ? TABLE_MAIN : table, flow);
}

/** fib4_rule_suppress, fib6_rule_suppress: a result that is not good enough for the rule sends the kernel on. */
function suppress(walk: Walk, rule: Rule, step: Step): Step {
  if (step.kind !== 'found') return step;
  const tooShort =
    rule.suppressPrefixLength !== null && step.route.destination.length <= rule.suppressPrefixLength;
  if (!tooShort && !suppressedByGroup(walk, rule, step.hop.device)) return step;
  walk.trace.push({ step: 'route-suppressed', route: step.route, rule });
  return { kind: 'next' };
}

function suppressedByGroup(walk: Walk, rule: Rule, device: string | null): boolean {
  if (rule.suppressGroup === null || device === null) return false;
  const link = walk.index.links.get(device);
  if (link?.group == null) assume(walk, [groupMissing(device)]);
  return (link?.group ?? 'default') === rule.suppressGroup;
}

function groupMissing(device: string): Missing {
  return { kind: 'links', what: `ip link show ${device}` };
}
