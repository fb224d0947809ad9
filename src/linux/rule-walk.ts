import type { Errno, Missing } from './decision.ts';
import type { Flow } from './flow.ts';
import { isOnLoopback6 } from './found.ts';
import type { Route, Rule, RuleAction } from './host-state.ts';
import { TABLE_DEFAULT, TABLE_LOCAL, TABLE_MAIN } from './host-state.ts';
import { nextHopsOf } from './next-hop.ts';
import { matchRule } from './rule-match.ts';
import { lookupMerged, lookupTable, type Step } from './table-lookup.ts';
import { assume, type FibFound, type FibResult, type Walk } from './walk.ts';

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
    if (endsMain(walk, rule, result)) at = rules.length - 2;
    else if (result.kind !== 'next') return result;
  }
  return { kind: 'none' };
}

/**
 * Without custom rules IPv4 looks into one trie, local and main, and then into the default table (fib_lookup), so that a
 * route of the local table that throws ends main as well.
 */
function endsMain(walk: Walk, rule: Rule, result: Step): boolean {
  if (walk.family === 6 || !walk.index.families[4].onlyDefaultRules) return false;
  return result.kind === 'next' && result.thrown && !isLookupOf(rule, TABLE_DEFAULT);
}

function isLookupOf({ action }: Rule, table: number): boolean {
  return action.kind === 'lookup' && action.table === table;
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

/** fib4_rule_action, fib6_rule_action; table 0 (`not ... l3mdev` leaves it so) is main (fib_get_table). */
function act(walk: Walk, rule: Rule, flow: Flow): Step {
  const { action } = rule;
  if (action.kind === 'nop' || action.kind === 'goto') {
    walk.trace.push({ step: 'rule-skipped', rule, because: 'nop' });
    return { kind: 'next', thrown: false };
  }
  walk.trace.push({ step: 'rule-matched', rule });
  if (action.kind === 'lookup')
    return suppress(walk, rule, tableStep(walk, rule, action.table || TABLE_MAIN, flow));
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
  return lookupTable(walk, rule, table, flow);
}

/** fib4_rule_suppress, fib6_rule_suppress: a result that is not good enough for the rule sends the kernel on. */
function suppress(walk: Walk, rule: Rule, step: Step): Step {
  if (step.kind !== 'found') return step;
  const { route } = step;
  if (rule.suppressPrefixLength !== null && route.destination.length <= rule.suppressPrefixLength)
    return suppressed(walk, rule, route);
  if (rule.suppressGroup === null) return step;
  const verdicts = new Set(
    devicesJudged(walk, step).map((device) => isInGroup(walk, device, rule.suppressGroup)),
  );
  if (verdicts.size > 1) return { kind: 'cannot-tell', missing: [HASH] };
  return verdicts.has(true) ? suppressed(walk, rule, route) : step;
}

const HASH: Missing = { kind: 'hash', what: 'which next hop the multipath hash picks' };

function suppressed(walk: Walk, rule: Rule, route: Route): Step {
  walk.trace.push({ step: 'route-suppressed', route, rule });
  return { kind: 'next', thrown: false };
}

/** IPv4 judges the route's first hop whichever is taken (fib_info_nhc 0), IPv6 the one taken; local ones are on `lo`. */
function devicesJudged({ index, family }: Walk, { route, hops }: FibFound): (string | null)[] {
  if (family === 4) return [nextHopsOf(index, route)[0]?.device ?? null];
  if (isOnLoopback6(route)) return [index.loopback];
  return hops.map((hop) => hop.device);
}

function isInGroup(walk: Walk, device: string | null, group: string | null): boolean {
  if (device === null) return false;
  const link = walk.index.links.get(device);
  if (link?.group == null) assume(walk, [{ kind: 'links', what: `ip link show ${device}` }]);
  return (link?.group ?? 'default') === group;
}
