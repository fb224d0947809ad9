import { formatIp } from '../addr/ip.ts';
import type { Finding } from '../finding/finding.ts';
import type { RouteFound } from '../linux/decision.ts';
import { type Flow, flowOf } from '../linux/flow.ts';
import type { HostState } from '../linux/host-state.ts';
import { lookupOutput } from '../linux/lookup-output.ts';
import type { Cause } from './cause.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { causeOf } from './draft.ts';
import { routeSources } from './quote.ts';
import { type Request, requestAt } from './request.ts';
import { isInner } from './trip/link.ts';

/** A loopback or dummy device takes whatever is sent by it and hands it to nobody. */
export function nowhereCause(
  { state, flow }: { readonly state: HostState; readonly flow: Flow },
  found: RouteFound,
): Cause | null {
  const { device, route, onLinkAssumed } = found;
  if (!isInner(state, device)) return null;
  const target = formatIp(flow.destination);
  return causeOf({
    kind: onLinkAssumed ? 'no-route-on-bound-interface' : 'route-refuses',
    host: state.name,
    sentence: onLinkAssumed
      ? `no route of ${state.name} leads to ${target} by ${device}; a socket bound to it sends there all the same, and ${device} leads to no other host`
      : `a route of ${state.name} sends what is for ${target} by ${device}, which leads to no other host`,
    sources: route ? routeSources(state, found, flow.destination, null) : [],
    decision: found,
    confidence: found.assumed.length > 0 ? 'likely' : 'certain',
    missing: found.assumed,
  });
}

/** The request as seen on a loopback or dummy device of the originator, and on no other: which line sent it there? */
export function sentNowhere(finding: Finding, context: ReasonContext): Cause | null {
  const state = stateOf(context, finding.originator);
  const request = requestAt(finding, finding.originator);
  const seen = finding.examples[0]?.requests.find((one) => one.host === finding.originator);
  if (!state || !request || !seen?.interface || !isInner(state, seen.interface)) return null;
  return byRoute(state, request, seen.interface);
}

function byRoute(state: HostState, request: Request, device: string): Cause {
  const { source, destination, tos, protocolNumber: protocol, sourcePort, destinationPort } = request;
  const flow = flowOf(destination, { source, tos, protocol, sourcePort, destinationPort });
  const free = lookupOutput(state, flow);
  if (free.kind === 'route' && free.type === 'local') return keptBy(state, flow, free);
  const bound = lookupOutput(state, { ...flow, outputDevice: device });
  for (const found of [free, bound]) {
    const cause =
      found.kind === 'route' && found.device === device ? nowhereCause({ state, flow }, found) : null;
    if (cause) return cause;
  }
  return causeOf({
    kind: 'unexplained',
    host: state.name,
    confidence: 'possible',
    sentence: `the tables supplied of ${state.name} do not send this request by ${device}, which leads to no other host; a mark would, or tables of another time`,
    decision: free,
  });
}

/** An entry of type `local` makes the host take the address for its own. */
function keptBy(state: HostState, { destination }: Flow, found: RouteFound): Cause {
  return causeOf({
    kind: 'other-route-wins',
    host: state.name,
    sentence: `a local route of ${state.name} makes it take ${formatIp(destination)} for an address of its own`,
    sources: routeSources(state, found, destination, null),
    decision: found,
    // Programs of the host may be meant to be asked there.
    confidence: 'likely',
    missing: found.assumed,
  });
}
