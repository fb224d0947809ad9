import { formatIp, sameIp } from '../addr/ip.ts';
import type { Finding } from '../finding/finding.ts';
import { flowOf } from '../linux/flow.ts';
import type { HostState, Route } from '../linux/host-state.ts';
import { lookupOutput } from '../linux/lookup-output.ts';
import type { Cause } from './cause.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { causeOf } from './draft.ts';
import { stateMissing } from './not-enough.ts';
import { sendRequest } from './originator.ts';
import { decidingRoute, outDevice } from './quote.ts';
import { type Request, requestAt, requestOf } from './request.ts';
import { routingFault } from './routing-fault.ts';

/** Which line of the originator sent it there? */
export function requestRoute(finding: Finding, context: ReasonContext): Cause[] {
  const state = stateOf(context, finding.originator);
  const request = requestAt(finding, finding.originator) ?? requestOf(finding);
  const left = finding.path.requestLeft;
  if (!state || !request || !left?.interface)
    return [stateMissing(finding, 'originator', finding.originator)];
  const wanted = state.addresses.find((one) => sameIp(one.prefix.address, left.src))?.device;
  if (!wanted || wanted === left.interface) return [];
  return [strayed(finding, state, { ...request, source: left.src }, left.interface, wanted)];
}

function strayed(finding: Finding, state: HostState, request: Request, left: string, wanted: string): Cause {
  const passage = sendRequest(state, request, null);
  const { source, destination, tos, protocolNumber: protocol, sourcePort, destinationPort } = request;
  const mark = passage.before ? passage.mark : 0;
  const flow = flowOf(destination, { source, tos, mark, protocol, sourcePort, destinationPort });
  const decision = passage.decision ?? lookupOutput(state, flow);
  const hinted = decision.kind === 'route' ? hintedSource(state, decision.route, finding) : null;
  if (hinted) return hinted;
  if (outDevice(decision) !== left && decision.kind === 'route') return boundElsewhere(state, finding);
  const subject = `packets from ${formatIp(source)}`;
  return routingFault({
    state,
    flow,
    decision,
    wanted,
    subject,
    marks: { arrival: null, departure: passage },
  });
}

/** The route itself gives its packets a source that sits on another interface. */
function hintedSource(state: HostState, route: Route | null, finding: Finding): Cause | null {
  const left = finding.path.requestLeft;
  if (!route?.preferredSource || !left || !sameIp(route.preferredSource, left.src)) return null;
  return causeOf({
    kind: 'source-hint-wrong',
    host: state.name,
    sentence: `a route of ${state.name} gives what leaves by ${left.interface} the source ${formatIp(left.src)}, which sits on another interface`,
    sources: [decidingRoute(state, route, null, 'src decides the source')],
  });
}

function boundElsewhere(state: HostState, finding: Finding): Cause {
  const left = finding.path.requestLeft;
  return causeOf({
    kind: 'unexplained',
    host: state.name,
    confidence: 'possible',
    sentence: `the tables supplied of ${state.name} do not send this request by ${left?.interface}; a socket bound to that device, or a mark, would`,
  });
}
