import type { Finding } from '../finding/finding.ts';
import type { HostState } from '../linux/host-state.ts';
import { arrivalStep } from './arrival-step.ts';
import { requestFlux } from './astray.ts';
import type { Cause } from './cause.ts';
import { isOpen, LONGEST_CHAIN, withNextFault } from './chain.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { departureStep } from './departure.ts';
import { atMost } from './draft.ts';
import { beforeSilence, EARLIER_NOTE } from './earlier.ts';
import { nextHopCause } from './next-hop.ts';
import { notEnough, silentHost, stateMissing } from './not-enough.ts';
import { passedOn } from './passed-on.ts';
import { perhapsDropped } from './perhaps-dropped.ts';
import { portClosed } from './port-closed.ts';
import { type Request, requestOf } from './request.ts';
import { respond, respondTo } from './responder.ts';
import { serviceCause } from './service.ts';
import { listens } from './socket.ts';

/** The request reached the responder and no reply left it: its filters, its program, its route or its next hop. */
export function explainUnanswered(finding: Finding, context: ReasonContext): Cause[] {
  const state = stateOf(context, finding.responder);
  const request = requestOf(finding);
  const device = finding.path.requestReached?.interface;
  if (!state || !request)
    return unresolvedOnly(finding) ?? [stateMissing(finding, 'responder', finding.responder)];
  if (!device) return [notEnough(finding, state, [{ kind: 'links', what: `ip -br link of ${state.name}` }])];
  const flux = requestFlux(finding, context);
  const causes = walkAtTheTime(finding, state, request, device, stateOf(context, finding.originator));
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
  peer: HostState | undefined,
): Cause[] {
  const causes = walk(finding, state, request, device, peer);
  const earlier = causes.every(isOpen) ? beforeSilence(state, request.source.family) : null;
  const then = earlier ? walk(finding, earlier, request, device, peer) : [];
  if (then.length === 0 || then.some(isOpen)) return causes;
  return then.map((cause) => ({ ...atMost(cause, 'likely'), notes: [...cause.notes, EARLIER_NOTE] }));
}

/** In the packet's own order; the first thing that stops it is told, unless an earlier one cannot be cleared. */
function walk(
  finding: Finding,
  state: HostState,
  request: Request,
  device: string,
  peer: HostState | undefined,
): Cause[] {
  const { arrival, passage, home, delivered } = respond(finding, state, request, device);
  const entered = arrivalStep(arrival, passage, home);
  if (entered.causes.length > 0) return [...entered.causes];
  const unsure = entered.missing.length > 0;
  const elsewhere = passedOn(state, request.destination, passage);
  if (elsewhere) return weakened([elsewhere], unsure);
  const service = serviceCause(state, delivered);
  if (service) return weakened([service], unsure);
  const unsent = departureStep(home, finding, peer);
  if (unsent.causes.length > 0) return weakened(unsent.causes, unsure && !finding.unresolved);
  const reset = unsentReset(finding, state, request, device, delivered, peer);
  if (reset.length > 0) return weakened(reset, unsure);
  const perhaps = perhapsDropped(state, [
    { packet: arrival.packet, passage, what: arrival.what },
    { packet: home.passage.packet, passage: home.passage, what: 'the reply' },
  ]);
  return [perhaps ?? silentHost(finding, state, [...entered.missing, ...unsent.missing])];
}

/** Where nobody listens an RST is the answer, and filters may stop that although they let a SYN-ACK pass. */
function unsentReset(
  finding: Finding,
  state: HostState,
  request: Request,
  device: string,
  delivered: Request,
  peer: HostState | undefined,
): Cause[] {
  if (finding.protocol !== 'tcp' || listens(state, delivered) !== false) return [];
  const { home } = respondTo(state, request, device, 'RSTs', true);
  const { causes } = departureStep(home, finding, peer);
  return causes.length > 0 ? [portClosed(finding, delivered, state), ...causes] : [];
}

function weakened(causes: readonly Cause[], unsure: boolean): Cause[] {
  return causes.map((cause) => (unsure ? atMost(cause, 'likely') : cause));
}

function unresolvedOnly(finding: Finding): Cause[] | null {
  const { unresolved } = finding;
  if (!unresolved || unresolved.host !== finding.responder) return null;
  return [nextHopCause(undefined, unresolved.target, unresolved.interface, unresolved, null, [])];
}
