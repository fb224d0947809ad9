import { formatIp } from '../addr/ip.ts';
import type { Finding } from '../finding/finding.ts';
import { refusedByAnother } from '../finding/reset.ts';
import type { HostState } from '../linux/host-state.ts';
import { explainReplyRoute } from './asymmetric-reply.ts';
import type { Cause } from './cause.ts';
import { isOpen } from './chain.ts';
import { called, type ReasonContext, stateOf } from './context.ts';
import { causeOf } from './draft.ts';
import { silentHost } from './not-enough.ts';
import { replyArrival } from './originator.ts';
import { portClosed } from './port-closed.ts';
import { refusedBehind } from './refused-behind.ts';
import { rejectRule } from './reject-rule.ts';
import { type Request, requestOf } from './request.ts';
import { respond } from './responder.ts';
import { boundElsewhere, listens } from './socket.ts';

/** An RST answered the SYN: a firewall rule sent it, or nobody listens there. */
export function explainRefused(finding: Finding, context: ReasonContext): Cause[] {
  const state = stateOf(context, finding.responder);
  const request = requestOf(finding);
  if (refusedByAnother(finding)) return [networkReset(finding)];
  if (!request) return [];
  const rule = state && rejectRule(finding, state, request);
  const behind = rule ? null : refusedBehind(finding, state);
  if (!state) return [behind ?? portClosed(finding, request, null)];
  const cause = rule ?? behind ?? bySocket(finding, state, delivered(finding, state, request));
  return [cause, ...wayOfReset(finding, context), ...dropsOfReset(finding, context)];
}

/** The RST came back, and the originator's own filters keep it from its program, which waits in vain. */
function dropsOfReset(finding: Finding, context: ReasonContext): Cause[] {
  if (!finding.path.replyReached || finding.originator === finding.responder) return [];
  const note = `the program of ${called(finding.originator, 'originator')} learns nothing of the refusal and waits`;
  return replyArrival(finding, context).causes.map((one) => ({ ...one, notes: [note, ...one.notes] }));
}

/** An RST that did not come back either, and left by another interface than the SYN came in by: an answer would, too. */
function wayOfReset(finding: Finding, context: ReasonContext): Cause[] {
  const { requestReached, replyLeft, replyReached } = finding.path;
  if (replyReached || !requestReached?.interface || !replyLeft?.interface) return [];
  if (requestReached.interface === replyLeft.interface || !finding.witness.originatorCovered) return [];
  return explainReplyRoute(finding, context).filter((one) => !isOpen(one));
}

/** The host's own rules may hand the connection to another port or address of it. */
function delivered(finding: Finding, state: HostState, request: Request): Request {
  const device = finding.path.requestReached?.interface;
  return device ? respond(finding, state, request, device).delivered : request;
}

function networkReset(finding: Finding): Cause {
  return causeOf({
    kind: 'rejected-by-network',
    host: null,
    confidence: 'certain',
    sentence: `the RST did not come from ${called(finding.responder, 'responder')}: something between the hosts refused the connection`,
  });
}

/** No listener, or one on another address: without a dump of the firewall, a listener leaves only a rule that resets. */
function bySocket(finding: Finding, state: HostState, request: Request): Cause {
  const heard = listens(state, request);
  if (heard === true) return listened(silentHost(finding, state, []), request);
  if (heard === null) return portClosed(finding, request, state);
  return boundElsewhere(state, request) ?? portClosed(finding, request, state);
}

function listened(cause: Cause, { destination, destinationPort }: Request): Cause {
  if (cause.kind !== 'unexplained') return cause;
  const sentence = `in the state supplied of ${cause.host} a program listens on ${formatIp(destination)} port ${destinationPort}, and still an RST came`;
  return { ...cause, sentence };
}
