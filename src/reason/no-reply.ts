import { sameIp } from '../addr/ip.ts';
import type { Finding } from '../finding/finding.ts';
import type { HostState } from '../linux/host-state.ts';
import type { Cause } from './cause.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { atMost } from './draft.ts';
import { filterStep } from './filter-step.ts';
import { captureMissing, stateMissing } from './not-enough.ts';
import { outDevice } from './quote.ts';
import { lookupReply, misrouted, replyStep } from './reply-step.ts';
import { type Request, requestOf } from './request.ts';
import { routingFault } from './routing-fault.ts';

/** The responder's side was not seen: what its tables predict, never more than likely, beside what would settle it. */
export function explainNoReply(finding: Finding, context: ReasonContext): Cause[] {
  const state = stateOf(context, finding.responder);
  const request = requestOf(finding);
  if (!state || !request) return [unseen(finding)];
  const device = finding.path.requestReached?.interface ?? bearer(state, request);
  if (!device) return [unseen(finding)];
  const predicted = predict(finding, state, request, device).map((cause) => atMost(cause, 'likely'));
  return predicted.length > 0 ? predicted : [captureMissing(finding)];
}

/** Neither the responder's capture nor its tables: both would tell. */
function unseen(finding: Finding): Cause {
  const tables = stateMissing(finding, 'responder', finding.responder);
  const capture = captureMissing(finding);
  return { ...capture, missing: [...capture.missing, ...tables.missing] };
}

function bearer(state: HostState, request: Request): string | undefined {
  return state.addresses.find((one) => sameIp(one.prefix.address, request.destination))?.device;
}

function predict(finding: Finding, state: HostState, request: Request, device: string): readonly Cause[] {
  const filter = filterStep({ state, device, ...request, what: 'the request' });
  if (filter.causes.length > 0) return filter.causes;
  const reply = lookupReply(state, request, device, finding);
  const unsent = replyStep(reply, finding);
  if (unsent.causes.length > 0) return unsent.causes;
  const away = reply.decision.kind === 'route' && outDevice(reply.decision) !== device;
  return away ? [routingFault(misrouted(reply))] : [];
}
