import type { Finding } from '../finding/finding.ts';
import { flowOf } from '../linux/flow.ts';
import type { HostState } from '../linux/host-state.ts';
import { lookupOutput } from '../linux/lookup-output.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { sendRequest } from './originator.ts';
import { outDevice } from './quote.ts';
import { type Request, requestAt } from './request.ts';

/**
 * The reply came in by another interface than the request left by, and the request left by one that no table sends it
 * to: so its socket is bound to that interface (SO_BINDTODEVICE) and is not given what comes in by another.
 */
export function boundAway(finding: Finding, context: ReasonContext): boolean {
  const state = stateOf(context, finding.originator);
  const request = requestAt(finding, finding.originator);
  const { requestLeft, replyReached } = finding.path;
  if (!state || !request || !requestLeft?.interface || !replyReached?.interface) return false;
  if (requestLeft.interface === replyReached.interface) return false;
  const ways = unbound(state, request);
  return ways.length > 0 && ways.every((device) => device !== requestLeft.interface);
}

/** Where the request would go from a socket bound to its address, and from one bound to nothing; empty: cannot be told. */
function unbound(state: HostState, request: Request): (string | null)[] {
  const { destination, tos, protocolNumber: protocol, destinationPort } = request;
  const passage = sendRequest(state, request, null);
  const free = lookupOutput(state, flowOf(destination, { tos, protocol, destinationPort }));
  const open = passage.outcome.kind === 'cannot-tell' || free.kind === 'cannot-tell';
  const several = free.kind === 'route' && free.candidates.length > 1;
  return open || several || !passage.decision ? [] : [outDevice(passage.decision), outDevice(free)];
}
