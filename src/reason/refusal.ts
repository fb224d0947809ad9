import { formatIp, type Ip } from '../addr/ip.ts';
import type { RouteDecision } from '../linux/decision.ts';
import type { HostState, Route, Rule } from '../linux/host-state.ts';
import type { Cause } from './cause.ts';
import { causeOf } from './draft.ts';
import { decidingRoute, ruleSource, tableName } from './quote.ts';

type Refused = Extract<RouteDecision, { kind: 'refused' }>;

/** A blackhole, unreachable, prohibit or throw route or rule. */
export function refusalCause(state: HostState, decision: Refused, target: Ip, subject: string): Cause {
  const by = decision.by;
  const name = isRoute(by)
    ? `${by.type === 'unreachable' ? 'an' : 'a'} ${by.type} route`
    : `rule ${by.preference} (${by.action.kind})`;
  return causeOf({
    kind: 'route-refuses',
    host: state.name,
    sentence: `${name} of ${state.name} refuses ${subject} to ${formatIp(target)} (${decision.error})`,
    sources: isRoute(by) ? [decidingRoute(state, by, null, 'refuses')] : ruleSource(by, 'refuses'),
    decision,
  });
}

function isRoute(by: Rule | Route): by is Route {
  return 'destination' in by;
}

export function noRouteCause(state: HostState, decision: RouteDecision, target: Ip, subject: string): Cause {
  return (
    throwCause(state, decision, target, subject) ??
    causeOf({
      kind: 'no-route',
      host: state.name,
      sentence: `${state.name} has no route for ${subject} to ${formatIp(target)}`,
      decision,
    })
  );
}

/** A throw route ended the search in its table, and no rule after it leads to a route. */
export function throwCause(
  state: HostState,
  decision: RouteDecision,
  target: Ip,
  subject: string,
): Cause | null {
  if (decision.kind !== 'no-route') return null;
  const thrown = decision.trace.findLast((step) => step.step === 'route-throws');
  if (!thrown) return null;
  const { route } = thrown;
  return causeOf({
    kind: 'route-refuses',
    host: state.name,
    sentence: `a throw route of ${state.name} ends the search of table ${tableName(state, route.table)} for ${subject} to ${formatIp(target)}, and no rule after it leads to a route (${decision.error})`,
    sources: [decidingRoute(state, route, null, 'throws')],
    decision,
  });
}
