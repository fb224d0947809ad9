import type { Finding } from '../finding/finding.ts';
import type { HostState } from '../linux/host-state.ts';
import { arrivalStep } from './arrival-step.ts';
import { requestFlux } from './astray.ts';
import type { Cause } from './cause.ts';
import { isOpen, LONGEST_CHAIN, withNextFault } from './chain.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { type Beside, besideOf, departureStep } from './departure.ts';
import { atMost } from './draft.ts';
import { beforeSilence, EARLIER_NOTE } from './earlier.ts';
import { fragmentsDropped, unlessInPart } from './fragments.ts';
import { nextHopCause } from './next-hop.ts';
import { notEnough, silentHost, stateMissing } from './not-enough.ts';
import { notPassedOn, passedOn } from './passed-on.ts';
import { perhapsDropped } from './perhaps-dropped.ts';
import { portClosed, udpPortClosed } from './port-closed.ts';
import { type Request, requestOf } from './request.ts';
import { respond, respondTo } from './responder.ts';
import { serviceCause } from './service.ts';
import { boundElsewhere, listens } from './socket.ts';
import { unlessUnseen } from './unseen-neighbour.ts';

/** The request reached the responder and no reply left it: its filters, its program, its route or its next hop. */
export function explainUnanswered(finding: Finding, context: ReasonContext): Cause[] {
  const state = stateOf(context, finding.responder);
  const request = requestOf(finding);
  const device = finding.path.requestReached?.interface;
  if (!state || !request)
    return unresolvedOnly(finding) ?? [stateMissing(finding, 'responder', finding.responder)];
  if (!device) return [notEnough(finding, state, [{ kind: 'links', what: `ip -br link of ${state.name}` }])];
  const flux = requestFlux(finding, context);
  const causes = walkAtTheTime(finding, state, request, device, besideOf(finding, context));
  if (flux) return behindFlux(flux, causes);
  return withNextFault(causes, finding, context);
}

/** Coming in by the wrong card silences nobody by itself: while something else may have, that is left open. */
function behindFlux(flux: Cause, causes: readonly Cause[]): Cause[] {
  const open = causes.find((one) => one.kind === 'not-enough-information');
  if (open)
    return [{ ...open, notes: [...open.notes, flux.sentence], sources: [...open.sources, ...flux.sources] }];
  return [flux, ...causes.filter((one) => !isOpen(one))].slice(0, LONGEST_CHAIN);
}

/** The state was saved after the packets; where it explains nothing, neighbours may have been in another state before. */
function walkAtTheTime(
  finding: Finding,
  state: HostState,
  request: Request,
  device: string,
  beside: Beside,
): Cause[] {
  const causes = walk(finding, state, request, device, beside);
  const earlier = causes.every(isOpen) ? beforeSilence(state, request.source.family) : null;
  const then = earlier ? walk(finding, earlier, request, device, beside) : [];
  if (then.length === 0 || then.some(isOpen)) return causes;
  return then.map((cause) => ({ ...atMost(cause, 'likely'), notes: [...cause.notes, EARLIER_NOTE] }));
}

/** In the packet's own order; the first thing that stops it is told, unless an earlier one cannot be cleared. */
function walk(finding: Finding, state: HostState, request: Request, device: string, beside: Beside): Cause[] {
  const { arrival, passage, home } = respond(finding, state, request, device);
  const entered = arrivalStep(arrival, passage, home);
  if (entered.causes.length > 0) return [...entered.causes];
  const unsure = entered.missing.length > 0;
  const part = fragmentsDropped(finding, arrival);
  if (part) return weakened([part], unsure);
  const here = passedBack(finding) ? [] : endsHere(finding, state, request, device, beside);
  if (here.length > 0) return weakened(here, unsure);
  const unsent = departureStep(home, finding, beside);
  if (unsent.causes.length > 0) return weakened(unsent.causes, unsure && !finding.unresolved);
  const perhaps = perhapsDropped(state, [
    { packet: arrival.packet, passage, what: arrival.what },
    { packet: home.passage.packet, passage: home.passage, what: 'the reply' },
  ]);
  if (perhaps) return [perhaps];
  const silent = silentHost(finding, state, [...entered.missing, ...unsent.missing]);
  return [unlessInPart(unlessUnseen(silent, state, home, beside), finding)];
}

/** Somebody behind the host answered, so that the request came through. */
function passedBack({ examples, responder }: Finding): boolean {
  return (
    examples[0]?.replies.some(({ host, direction }) => host === responder && direction === 'in') ?? false
  );
}

/** No answer was made: the request went on to somebody else, or no program took it. */
function endsHere(
  finding: Finding,
  state: HostState,
  request: Request,
  device: string,
  beside: Beside,
): readonly Cause[] {
  const { arrival, passage, delivered } = respond(finding, state, request, device);
  const { destination } = request;
  const elsewhere =
    notPassedOn(state, arrival.device, destination, passage, beside) ?? passedOn(state, destination, passage);
  if (elsewhere) return [elsewhere];
  const service = serviceCause(state, delivered);
  return service ? [service] : closedPort(finding, state, request, device, delivered, beside);
}

/**
 * Where nobody listens an RST is the answer, of UDP an ICMP error, and what stops that is told beside. An RST that nothing
 * stops would be seen; the error is told once a second, and a capture filter may leave it out.
 */
function closedPort(
  finding: Finding,
  state: HostState,
  request: Request,
  device: string,
  delivered: Request,
  beside: Beside,
): Cause[] {
  if (listens(state, delivered) !== false || finding.protocol === 'icmp' || finding.protocol === 'icmp6')
    return [];
  const tcp = finding.protocol === 'tcp';
  const { home } = respondTo(state, request, device, tcp ? 'RSTs' : 'ICMP errors', true);
  const { causes } = departureStep(home, finding, beside);
  // The error is no datagram: what rules make of that says nothing.
  const stopped = tcp ? causes : causes.filter((one) => !one.kind.startsWith('firewall'));
  if (tcp && stopped.length === 0) return [];
  const other = boundElsewhere(state, delivered);
  if (tcp) return [other ?? portClosed(finding, delivered, state), ...stopped];
  const closed = other ?? udpPortClosed(finding, delivered.destinationPort, true);
  return stopped.length > 0
    ? [closed, ...stopped]
    : [{ ...atMost(closed, 'likely'), notes: [...closed.notes, UNSEEN_ERROR] }];
}

const UNSEEN_ERROR =
  'its ICMP error "port unreachable" is not seen: a filter of the capture or of the host leaves it out, or its rate is limited';

function weakened(causes: readonly Cause[], unsure: boolean): Cause[] {
  return causes.map((cause) => (unsure ? atMost(cause, 'likely') : cause));
}

function unresolvedOnly(finding: Finding): Cause[] | null {
  const { unresolved } = finding;
  if (!unresolved || unresolved.host !== finding.responder) return null;
  return [nextHopCause(undefined, unresolved.target, unresolved.interface, unresolved, null, [])];
}
