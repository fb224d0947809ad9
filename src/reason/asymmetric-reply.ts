import { formatIp, sameIp } from '../addr/ip.ts';
import type { Finding } from '../finding/finding.ts';
import { replyFlux, requestFlux } from './astray.ts';
import type { Cause } from './cause.ts';
import { withNextFault } from './chain.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { asSureAs, contradiction, type Departure } from './departure.ts';
import { atMost } from './draft.ts';
import { withStop } from './held-back.ts';
import { bearerByRoute, knowsInterface } from './interface-name.ts';
import { replyMisdelivered, requestMisdelivered } from './misdelivery.ts';
import { stateMissing } from './not-enough.ts';
import { outDevice } from './quote.ts';
import { noWayBack } from './reply-error.ts';
import { requestOf } from './request.ts';
import { requestRoute } from './request-route.ts';
import { respond } from './responder.ts';
import { routingFault } from './routing-fault.ts';
import { unlessNoWayBack } from './way-back.ts';

/** The reply (or the request) took another way than the one it should: every lookup that went astray, in the packet's order. */
export function explainAsymmetricReply(finding: Finding, context: ReasonContext): Cause[] {
  const causes = wrongLookups(finding, context);
  const lost = finding.level === 'error' && !finding.path.replyReached;
  return lost ? unlessNoWayBack(causes, finding, context) : causes;
}

function wrongLookups(finding: Finding, context: ReasonContext): Cause[] {
  const asked = requestFlux(finding, context);
  const elsewhere = asked !== null && leftByThird(finding, context);
  const flux = (elsewhere ? null : asked) ?? replyFlux(finding, context);
  if (flux) return [flux];
  const route = requestRoute(finding, context);
  const hint = route.filter((one) => one.kind === 'source-hint-wrong');
  const request = wentAstray(finding) ? route : hint;
  const { requestReached, replyLeft } = finding.path;
  const atResponder =
    requestReached?.interface && replyLeft?.interface && requestReached.interface !== replyLeft.interface;
  const reply =
    atResponder && !(hint.length > 0 && goesHomeOtherwise(finding, context))
      ? explainReplyRoute(finding, context)
      : [];
  const notes = elsewhere ? [asked.sentence] : [];
  const back = wentAstray(finding) ? replyMisdelivered(finding, context) : null;
  const all = [
    ...request,
    ...reply.map((one) => ({ ...one, notes: [...one.notes, ...notes] })),
    ...(back ? [back] : []),
  ].map((cause) => (noWayBack(finding, context) ? cause : withFilterNote(cause, finding)));
  if (all.length === 0) return [noneAtFault(finding, context)];
  if (finding.level !== 'error') return all;
  return withNextFault(withStop(all, finding, context), finding, context);
}

/** Which files would tell; where all were given, that they do not. */
function noneAtFault(finding: Finding, context: ReasonContext): Cause {
  const role = wentAstray(finding) ? 'originator' : 'responder';
  return stateMissing(finding, role, finding[role], stateOf(context, finding[role]));
}

/** The reply left neither where it was asked nor by the interface that bears its address: had it come in there, it would have gone wrong, too. */
function leftByThird(finding: Finding, context: ReasonContext): boolean {
  const state = stateOf(context, finding.responder);
  const request = requestOf(finding);
  const left = finding.path.replyLeft?.interface;
  const bearer = state?.addresses.find((one) => sameIp(one.prefix.address, request?.destination))?.device;
  return !!left && !!bearer && left !== bearer && left !== finding.path.requestReached?.interface;
}

/** The tables of the responder would lead the reply home, had the request the source that its interface bears. */
function goesHomeOtherwise(finding: Finding, context: ReasonContext): boolean {
  const { requestLeft, requestReached } = finding.path;
  const own = stateOf(context, finding.originator)?.addresses.find(
    (one) => one.device === requestLeft?.interface && one.prefix.address.family === requestLeft.src.family,
  );
  const state = stateOf(context, finding.responder);
  const request = requestOf(finding);
  if (!own || !state || !request || !requestReached?.interface) return false;
  const asked = requestReached.interface;
  const { home } = respond(finding, state, { ...request, source: own.prefix.address }, asked);
  return home.decision.kind === 'route' && home.decision.device === asked;
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
  if (!state || !request || !seen) return [stateMissing(finding, 'responder', finding.responder, state)];
  const asked = knowsInterface(state, seen) ? seen : bearerByRoute(state, request.destination);
  if (asked === null) return [stateMissing(finding, 'responder', finding.responder, state)];
  const { home } = respond(finding, state, request, asked);
  const left = finding.path.replyLeft?.interface ?? null;
  const delivered =
    left === null || left === outDevice(home.decision) ? requestMisdelivered(finding, context) : null;
  if (delivered) return [withHalfNote(delivered, finding)];
  const told = asSureAs(home, judgeReply(home, left));
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

/** The reply went the right way, on which nobody saw the request. */
function withHalfNote(cause: Cause, { level, path: { replyLeft, replyReached } }: Finding): Cause {
  if (level !== 'error' || replyReached || !replyLeft?.interface) return cause;
  const note = `a stateful firewall behind ${replyLeft.interface} saw no request there, and is free to drop the reply`;
  return { ...cause, notes: [...cause.notes, note] };
}

/** The network may drop what comes from the wrong side; that is its right, and the cause stays with the host. */
export function withFilterNote(cause: Cause, finding: Finding): Cause {
  if (finding.level !== 'error' || cause.host === null || finding.path.replyReached) return cause;
  const source = finding.path.replyLeft?.src ?? finding.probe.dst;
  const device = finding.path.replyLeft?.interface;
  if (!source || !device) return cause;
  const note = `a router or stateful firewall behind ${device} is free to drop packets from ${formatIp(source)}, which belongs elsewhere or of which it saw no request`;
  return { ...cause, notes: [...cause.notes, note] };
}
