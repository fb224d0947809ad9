import type { Finding } from '../finding/finding.ts';
import { arpFlux } from './arp-flux.ts';
import type { Cause } from './cause.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { requestAt, requestOf } from './request.ts';

/** The request came in by an interface that does not bear the address asked, for want of order among the host's own ARP answers. */
export function requestFlux(finding: Finding, context: ReasonContext): Cause | null {
  const state = stateOf(context, finding.responder);
  const device = finding.path.requestReached?.interface;
  const request = requestOf(finding);
  return state && device && request
    ? arpFlux({ state, device, address: request.destination }, context)
    : null;
}

/** The same for the reply, at the originator. */
export function replyFlux(finding: Finding, context: ReasonContext): Cause | null {
  const state = stateOf(context, finding.originator);
  const device = finding.path.replyReached?.interface;
  const address = requestAt(finding, finding.originator)?.source ?? finding.probe.src;
  return state && device && address ? arpFlux({ state, device, address }, context) : null;
}
