import { formatIp, sameIp } from '../addr/ip.ts';
import type { Finding } from '../finding/finding.ts';
import type { Cause } from './cause.ts';
import { called, type ReasonContext, stateOf } from './context.ts';
import { atMost } from './draft.ts';
import { knowsInterface } from './interface-name.ts';
import { outDevice } from './quote.ts';
import { requestOf } from './request.ts';
import { respond } from './responder.ts';
import { routingFault } from './routing-fault.ts';
import { isInner } from './trip/link.ts';

/**
 * Where the request came in was not captured; by the tables of the responder its reply leaves by another interface than
 * the one that bears the address asked, and by no other was it seen to leave.
 */
export function predictedAstray(finding: Finding, context: ReasonContext): Cause | null {
  const { requestReached, replyLeft } = finding.path;
  const state = stateOf(context, finding.responder);
  const request = requestOf(finding);
  const seen = requestReached?.interface ?? null;
  const bearer = state?.addresses.find((one) => sameIp(one.prefix.address, request?.destination))?.device;
  const device = seen ?? bearer;
  if (!state || !request || !device || isInner(state, device)) return null;
  if (seen && !knowsInterface(state, seen)) return null;
  const { home } = respond(finding, state, request, device);
  const leaves = outDevice(home.decision);
  if (leaves === null || leaves === device) return null;
  if (replyLeft && replyLeft.interface !== leaves) return null;
  const cause = atMost(routingFault(home.misrouted), 'likely');
  if (seen) return cause;
  const note = `where the request came in was not captured; ${device} of ${called(finding.responder, 'responder')} bears ${formatIp(request.destination)}`;
  return { ...cause, notes: [...cause.notes, note] };
}
