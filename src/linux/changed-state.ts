import type { Family } from '../addr/ip.ts';
import type { Span } from '../addr/source.ts';
import { indexOf } from './host-index.ts';
import type { HostState, Route, Rule, Sysctl } from './host-state.ts';

/**
 * Copies of a host state with one thing changed, for "would it work if ...": the state itself stays as it was told. The
 * same lookups run on the copy.
 */

/** `ip route append`: after the routes with the same destination, tos and metric. */
export function withRoute(state: HostState, route: Route): HostState {
  return { ...state, routes: [...state.routes, route] };
}

export function withoutRoute(state: HostState, route: Route): HostState {
  return { ...state, routes: state.routes.filter((one) => one !== route) };
}

/** `ip rule add`: after the rules with the same preference (fib_nl_newrule). */
export function withRule(state: HostState, rule: Rule): HostState {
  const rules = [...rulesOf(state, rule.family)];
  const at = rules.findIndex((one) => one.family === rule.family && one.preference > rule.preference);
  rules.splice(at < 0 ? rules.length : at, 0, rule);
  return { ...state, rules };
}

/** The rule is one of the state's, or one of those assumed, as a trace names it. */
export function withoutRule(state: HostState, rule: Rule): HostState {
  return { ...state, rules: rulesOf(state, rule.family).filter((one) => one !== rule) };
}

/** The same rule with something about it changed, in its place: "had it matched". */
export function withRuleInstead(state: HostState, rule: Rule, changed: Rule): HostState {
  return { ...state, rules: rulesOf(state, rule.family).map((one) => (one === rule ? changed : one)) };
}

/** Where no file listed any, the ones that lookups assume; they stay assumed (`given` is not changed). */
function rulesOf(state: HostState, family: Family): readonly Rule[] {
  if (state.given.has(`rules${family}`) || state.rules.some((one) => one.family === family))
    return state.rules;
  return [...state.rules, ...indexOf(state).families[family].rules];
}

/** `sysctl -w KEY=VALUE`; the span of the old entry, or of what the caller points at, stays with it. */
export function withSysctl(state: HostState, key: string, sysctl: Sysctl): HostState {
  return { ...state, sysctls: new Map([...state.sysctls, [key, sysctl]]) };
}

/** `nft delete rule ...`, `iptables -D ...`: the rule is one of the state's, as a verdict names it by its place. */
export function withoutFirewallRule(state: HostState, span: Span): HostState {
  if (!state.firewall) return state;
  const chains = state.firewall.chains.map((chain) => ({
    ...chain,
    rules: chain.rules.filter((rule) => rule.span.source !== span.source || rule.span.start !== span.start),
  }));
  return { ...state, firewall: { ...state.firewall, chains } };
}
