import { formatIp, sameIp } from '../addr/ip.ts';
import type { Finding } from '../finding/finding.ts';
import { flowOf } from '../linux/flow.ts';
import type { HostState, Route } from '../linux/host-state.ts';
import { lookupOutput } from '../linux/lookup-output.ts';
import type { Cause } from './cause.ts';
import { withNextFault } from './chain.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { asSureAs, contradiction, type Departure } from './departure.ts';
import { atMost, causeOf } from './draft.ts';
import { bearerByRoute, knowsInterface } from './interface-name.ts';
import { stateMissing } from './not-enough.ts';
import { sendRequest } from './originator.ts';
import { decidingRoute, outDevice } from './quote.ts';
import { type Request, requestAt, requestOf } from './request.ts';
import { respond } from './responder.ts';
import { routingFault } from './routing-fault.ts';

/** The reply (or the request) took another way than the one it should: every lookup that went astray, in the packet's order. */
export function explainAsymmetricReply(finding: Finding, context: ReasonContext): Cause[] {
  const request = wentAstray(finding) ? explainAsymmetricRequest(finding, context) : [];
  const { requestReached, replyLeft } = finding.path;
  const atResponder =
    requestReached?.interface && replyLeft?.interface && requestReached.interface !== replyLeft.interface;
  const reply = atResponder ? explainReplyRoute(finding, context) : [];
  const all = [...request, ...reply].map((cause) => withFilterNote(cause, finding));
  if (all.length === 0) return [stateMissing(finding, 'responder', finding.responder)];
  return finding.level === 'error' ? withNextFault(all, finding, context) : all;
}

/** The reply came back to the interface that bears the address, the request had left by another. */
function wentAstray({ path }: Finding): boolean {
  const { requestLeft, replyReached } = path;
  return (
    !!requestLeft?.interface && !!replyReached?.interface && requestLeft.interface !== replyReached.interface
  );
}

/** Which line of the responder sends its replies by the interface seen. */
export function explainReplyRoute(finding: Finding, context: ReasonContext): Cause[] {
  const state = stateOf(context, finding.responder);
  const request = requestOf(finding);
  const seen = finding.path.requestReached?.interface;
  if (!state || !request || !seen) return [stateMissing(finding, 'responder', finding.responder)];
  const asked = knowsInterface(state, seen) ? seen : bearerByRoute(state, request.destination);
  if (asked === null) return [stateMissing(finding, 'responder', finding.responder)];
  const { home } = respond(finding, state, request, asked);
  const told = asSureAs(home, judgeReply(home, finding.path.replyLeft?.interface ?? null));
  return [asked === seen ? told : byNumberOnly(told, seen, asked)];
}

/** The lookup against what was seen. An interface known by number only can contradict no name. */
function judgeReply(home: Departure, observed: string | null): Cause {
  const { state, decision, asked, misrouted } = home;
  if (decision.kind === 'cannot-tell') return routingFault(misrouted);
  const possible = decision.kind === 'route' ? decision.candidates.map((one) => one.device) : [];
  const named = observed !== null && knowsInterface(state, observed);
  const differs = named ? !possible.includes(observed) : possible.every((device) => device === asked);
  return observed && differs ? contradiction(home, observed) : routingFault(misrouted);
}

/** No file maps the number in the capture to a name; the network of the address asked does, as far as it goes. */
function byNumberOnly(cause: Cause, seen: string, asked: string): Cause {
  const note = `the capture knows its interfaces by number only; ${seen} is taken for ${asked}, whose network holds the address asked (\`ip addr\` would tell)`;
  return { ...atMost(cause, 'likely'), notes: [...cause.notes, note] };
}

/** The network may drop what comes from the wrong side; that is its right, and the cause stays with the host. */
function withFilterNote(cause: Cause, finding: Finding): Cause {
  if (finding.level !== 'error' || cause.host === null || finding.path.replyReached) return cause;
  const source = finding.path.replyLeft?.src ?? finding.probe.dst;
  const device = finding.path.replyLeft?.interface;
  if (!source || !device) return cause;
  const note = `a router or stateful firewall behind ${device} is free to drop packets from ${formatIp(source)}, which belongs elsewhere or of which it saw no request`;
  return { ...cause, notes: [...cause.notes, note] };
}

/** The request left by an interface that does not bear its source: which line of the originator sent it there? */
export function explainAsymmetricRequest(finding: Finding, context: ReasonContext): Cause[] {
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
  return routingFault({ state, flow, decision, wanted, subject });
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
