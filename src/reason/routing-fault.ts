import { formatIp } from '../addr/ip.ts';
import type { RouteFound } from '../linux/decision.ts';
import type { Flow } from '../linux/flow.ts';
import type { HostState } from '../linux/host-state.ts';
import type { Cause, CauseKind } from './cause.ts';
import { causeOf } from './draft.ts';
import { markRuleMissing } from './mark-fault.ts';
import { customRules, type Misrouted, unlistedRules } from './misrouted.ts';
import { routeSources } from './quote.ts';
import { ruleFault } from './rule-fault.ts';

export type { Misrouted } from './misrouted.ts';

/**
 * Which line is to blame. A rule, mark or table that was made for this packet and failed to catch it comes before the
 * route that then decided; without one the deciding route itself is the cause.
 */
export function routingFault(one: Misrouted): Cause {
  return deeperFault(one) ?? routeFault(one);
}

/** The same, but only where a rule, a mark, multipath or a refusing route is the fault (a filter then adds itself). */
export function deeperFault(one: Misrouted): Cause | null {
  return ruleFault(one) ?? (one.marks ? markRuleMissing(one) : null) ?? multipathFault(one);
}

function routeFault({ state, flow, decision, wanted, subject }: Misrouted): Cause {
  if (decision.kind !== 'route' || !decision.route)
    return notDecided({ state, flow, decision, wanted, subject });
  const target = formatIp(flow.destination);
  const isDefault = decision.route.destination.length === 0;
  const kind: CauseKind = isDefault ? 'default-route-only' : 'other-route-wins';
  const sentence = isDefault
    ? `only the default route of ${state.name} matches ${target}, and it leaves by ${decision.device}, not by ${wanted}`
    : `a route of ${state.name} to ${target} leaves by ${decision.device}, not by ${wanted}`;
  return causeOf({
    kind,
    host: state.name,
    sentence,
    sources: routeSources(state, decision, flow.destination, wanted),
    notes: [sourceNote(state, flow)],
    decision,
    confidence: decision.assumed.length > 0 ? 'likely' : 'certain',
    missing: decision.assumed,
  });
}

function sourceNote(state: HostState, flow: Flow): string {
  const source = flow.source ? formatIp(flow.source) : 'it';
  return `${ruleWords(state, flow, source)}; the interface asked on plays no part in a route lookup`;
}

/** Rules that were not listed may well look at it. */
function ruleWords(state: HostState, flow: Flow, source: string): string {
  if (customRules(state, flow).length > 0) return `no rule of ${state.name} catches the source ${source}`;
  const unlisted = unlistedRules(state, flow);
  if (!unlisted) return `no rule of ${state.name} looks at the source ${source}`;
  return `whether a rule of ${state.name} looks at the source ${source} is not known without its ${unlisted.what}`;
}

/** The lookup did not say where to: told as what it is. */
function notDecided({ state, decision, subject }: Misrouted): Cause {
  const missing = decision.kind === 'cannot-tell' ? decision.missing : [];
  return causeOf({
    kind: 'not-enough-information',
    host: state.name,
    confidence: 'possible',
    sentence: `which way ${state.name} sends ${subject} cannot be told from its files`,
    decision,
    missing,
  });
}

/** One route with several next hops. Two equal defaults are two routes, and the kernel stays with one of them. */
function sharesRoute({ candidates }: RouteFound): boolean {
  return candidates.length > 1 && candidates.every((one) => one.route === candidates[0].route);
}

function multipathFault({ state, flow, decision, wanted }: Misrouted): Cause | null {
  if (decision.kind !== 'route' || !sharesRoute(decision)) return null;
  const devices = [...new Set(decision.candidates.map((one) => one.device))];
  if (!devices.includes(wanted) || devices.length < 2) return null;
  return causeOf({
    kind: 'multipath-reply',
    host: state.name,
    sentence: `a multipath route of ${state.name} sends some packets to ${formatIp(flow.destination)} by ${devices.join(' and some by ')}; a hash decides, not the interface asked on`,
    sources: routeSources(state, decision, flow.destination, wanted),
    decision,
  });
}
