import { formatIp, type Ip, sameIp } from '../addr/ip.ts';
import type { RouteDecision } from '../linux/decision.ts';
import { type HostState, type Route, type Rule, TABLE_LOCAL } from '../linux/host-state.ts';
import type { Cause, CauseSource } from './cause.ts';
import { causeOf } from './draft.ts';
import { asContext, decidingRoute, ruleSource } from './quote.ts';

/** Why a host does not take an address that it bears for its own. */
export interface NotOwn {
  readonly why: string;
  /** The local table lacks what the kernel puts there by itself: its listing may be of another time, or not whole. */
  readonly doubtful: boolean;
  readonly sources: readonly CauseSource[];
}

/**
 * The host bears the address, and still its lookup for what comes in does not end at the local table: another rule comes
 * first, or none leads there. Null where it does not bear the address, or takes it in, or the lookup did not come so far.
 */
export function notOwn(state: HostState, address: Ip, decision: RouteDecision | null): NotOwn | null {
  if (!decision || !state.addresses.some((one) => sameIp(one.prefix.address, address))) return null;
  if (!endsElsewhere(decision)) return null;
  const { rule, route } = decidedBy(decision);
  const local = state.rules.find((one) => one.family === address.family && isLocal(one));
  const first = rule && local && rule.preference < local.preference;
  const chosen = route ? [{ ...decidingRoute(state, route, rule, 'chosen'), where: null }] : [];
  if (!first) {
    const why = `its local table, if it is asked, has no entry for ${formatIp(address)}`;
    return {
      why,
      doubtful: true,
      sources: local ? chosen : [...(rule ? ruleSource(rule, 'decides') : []), ...chosen],
    };
  }
  return {
    doubtful: false,
    why: `rule ${rule.preference} decides before its local table is asked, so it does not take ${formatIp(address)} for its own`,
    sources: [
      ...ruleSource(rule, 'decides first'),
      ...asContext([...ruleSource(local, 'comes later'), ...chosen]),
    ],
  };
}

/** A packet for an address of the host that came in and was not taken in. */
export function notOwnCause(
  state: HostState,
  what: string,
  address: Ip,
  decision: RouteDecision | null,
): Cause | null {
  const found = notOwn(state, address, decision);
  if (!found || !decision) return null;
  const assumed = decision.kind === 'cannot-tell' ? [] : decision.assumed;
  return causeOf({
    kind: 'other-route-wins',
    host: state.name,
    confidence: assumed.length > 0 || found.doubtful ? 'likely' : 'certain',
    sentence: `${state.name} does not take ${what} to ${formatIp(address)} in: ${found.why}`,
    sources: found.sources,
    decision,
    missing: assumed,
  });
}

function endsElsewhere(decision: RouteDecision): boolean {
  if (decision.kind === 'route') return decision.type === 'unicast';
  if (decision.kind === 'no-route')
    return decision.reason === 'nothing-matches' || decision.reason === 'not-forwarding';
  return decision.kind === 'refused';
}

/** The rule, and the route of its table, that the lookup ended at. */
function decidedBy({ trace }: RouteDecision): { readonly rule: Rule | null; readonly route: Route | null } {
  let rule: Rule | null = null;
  let route: Route | null = null;
  for (const one of trace) {
    if (one.step === 'rule-matched') [rule, route] = [one.rule, null];
    if (one.step === 'route-chosen') route = one.route;
    if (one.step === 'refused' && 'destination' in one.by) route = one.by;
  }
  return { rule, route };
}

function isLocal({ action }: Rule): boolean {
  return action.kind === 'lookup' && action.table === TABLE_LOCAL;
}
