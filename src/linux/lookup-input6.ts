import { isLinkLocal, isLoopback, isMulticast } from '../addr/ip.ts';
import type { RouteDecision } from './decision.ts';
import type { InputFlow } from './flow.ts';
import { deliveredLocally, foundBy, isOnLoopback6 } from './found.ts';
import type { HostState } from './host-state.ts';
import { lookupRules } from './rule-walk.ts';
import { cannotTell, noRoute, refused, startWalk } from './walk.ts';

/** ip6_route_input_lookup: the device of arrival is preferred among equal routes, and binding for addresses of one link. */
export function lookupInput6(state: HostState, flow: InputFlow): RouteDecision {
  const { destination, inputDevice } = flow;
  const onlyDevice = isMulticast(destination) || isLinkLocal(destination) || isLoopback(destination);
  const walk = startWalk(state, 6, { device: inputDevice, onlyDevice });
  if (state.given.has('links') && !walk.index.links.has(inputDevice))
    return noRoute(walk, 'ENODEV', 'device-unknown');
  const result = lookupRules(walk, flow);
  if (result.kind === 'cannot-tell') return cannotTell(walk, result.missing);
  if (result.kind === 'none') return noRoute(walk, 'ENETUNREACH', 'nothing-matches');
  if (result.kind === 'refused') return refused(walk, result.error, result.by);
  if (isOnLoopback6(result.route)) return deliveredLocally(walk, result, flow.source);
  const paths = result.hops.map((hop) => ({ route: result.route, hop }));
  return foundBy(walk, result, paths, flow.source);
}
