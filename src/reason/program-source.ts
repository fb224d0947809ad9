import { formatIp, type Ip, sameIp } from '../addr/ip.ts';
import type { RouteDecision } from '../linux/decision.ts';
import { flowOf } from '../linux/flow.ts';
import type { HostState } from '../linux/host-state.ts';
import { lookupOutput } from '../linux/lookup-output.ts';
import type { Cause, CauseSource } from './cause.ts';
import { causeOf } from './draft.ts';
import { firewallGap } from './not-enough.ts';
import { asContext, routeSources } from './quote.ts';
import type { Request } from './request.ts';
import { listenerOf, listenerSource } from './socket.ts';

/**
 * The program chose the source, or let the route choose: a datagram socket bound to any address answers with sendto from
 * the address that the route to the client prefers (udp_sendmsg, ip_route_output_flow with no source).
 */
export function programCause(state: HostState, request: Request, bore: Ip, open: boolean): Cause {
  const { protocolNumber: protocol, source: client, sourcePort, destinationPort } = request;
  const ports = { protocol, sourcePort: destinationPort, destinationPort: sourcePort };
  const decision = lookupOutput(state, flowOf(client, ports));
  const byRoute = decision.kind === 'route' && sameIp(decision.source, bore);
  const listener = listenerOf(state, request);
  const sure = request.protocol === 'udp' && byRoute && !open && listener?.address === null;
  return causeOf({
    kind: 'reply-source-by-program',
    host: state.name,
    confidence: sure ? 'certain' : 'likely',
    sentence: sentenceOf(state, request, bore, byRoute && request.protocol === 'udp'),
    sources: [
      ...(listener
        ? [listenerSource(listener, 'bound to any address')].filter(() => listener.address === null)
        : []),
      ...routeOf(state, decision, client, byRoute),
    ],
    notes: request.protocol === 'udp' ? UDP_NOTES : RAW_NOTES,
    decision,
    missing: open ? firewallGap(state, bore.family) : [],
  });
}

const UDP_NOTES = [
  'a socket bound to any address answers from the address its route to the client prefers, unless the program sets it (IP_PKTINFO); a rule on the source does not help, because the source is not chosen yet when it is read',
  "binding the program to the address that is asked mends it, or a route to the client's network that prefers that address (by its interface, or by src)",
];
const RAW_NOTES = [
  'no firewall rule supplied writes this source, and the kernel always answers from the address that was asked: a program answered by itself (a raw socket, a proxy)',
];

function sentenceOf({ name }: HostState, request: Request, bore: Ip, byRoute: boolean): string {
  const asked = formatIp(request.destination);
  return byRoute
    ? `the program on port ${request.destinationPort} of ${name} let the route choose: it was asked at ${asked} and answered from ${formatIp(bore)}`
    : `a program of ${name} answered from ${formatIp(bore)}, it was asked at ${asked}`;
}

function routeOf(state: HostState, decision: RouteDecision, client: Ip, byRoute: boolean): CauseSource[] {
  if (!byRoute || decision.kind !== 'route') return [];
  const [route] = asContext(routeSources(state, decision, client, null).slice(0, 1));
  const giver = decision.route?.preferredSource ? 'its src' : 'its interface';
  return route ? [{ ...route, label: `${giver} gives the source` }] : [];
}
