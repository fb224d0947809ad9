import { formatIp } from '../addr/ip.ts';
import type { Finding } from '../finding/finding.ts';
import type { RouteDecision } from '../linux/decision.ts';
import type { Flow } from '../linux/flow.ts';
import type { HostState } from '../linux/host-state.ts';
import { lookupOutput } from '../linux/lookup-output.ts';
import { replyFlow } from '../linux/reply-flow.ts';
import { causeOf } from './draft.ts';
import type { StepResult } from './filter-step.ts';
import { linkdownCause, unresolvedCause } from './next-hop.ts';
import { outDevice } from './quote.ts';
import { noRouteCause, refusalCause } from './refusal.ts';
import { type Request, replyName } from './request.ts';
import { deeperFault, type Misrouted, routingFault } from './routing-fault.ts';

/** The reply as the responder's kernel looks up its way. */
export interface ReplyLookup {
  readonly state: HostState;
  readonly flow: Flow;
  readonly decision: RouteDecision;
  /** The interface the request came in on: the way home. */
  readonly asked: string;
  readonly subject: string;
}

export function lookupReply(
  state: HostState,
  request: Request,
  asked: string,
  finding: Finding,
): ReplyLookup {
  const flow = replyFlow(state, { ...request, inputDevice: asked, mark: 0 });
  const subject = `${replyName(finding)} from ${formatIp(request.destination)}`;
  return { state, flow, decision: lookupOutput(state, flow), asked, subject };
}

export function misrouted(reply: ReplyLookup): Misrouted {
  return { ...reply, wanted: reply.asked };
}

/** Why a reply that should have been made is not seen leaving: refused, nowhere to go, or nobody answers for the next hop. */
export function replyStep(reply: ReplyLookup, finding: Finding): StepResult {
  const { state, flow, decision, subject } = reply;
  switch (decision.kind) {
    case 'cannot-tell':
      return { causes: [], missing: decision.missing };
    case 'refused':
      return { causes: [refusalCause(state, decision, flow.destination, subject)], missing: [] };
    case 'no-route': {
      const fault = deeperFault(misrouted(reply)) ?? noRouteCause(state, decision, flow.destination, subject);
      return { causes: [fault], missing: [] };
    }
    case 'route':
      return unsentStep(reply, finding);
  }
}

function unsentStep(reply: ReplyLookup, finding: Finding): StepResult {
  const { state, flow, decision } = reply;
  if (decision.kind !== 'route') return { causes: [], missing: [] };
  const blocked =
    linkdownCause(state, decision) ??
    unresolvedCause(state, decision, flow, finding.unresolved, finding.responder);
  if (!blocked) return { causes: [], missing: decision.assumed };
  const elsewhere = outDevice(decision) !== reply.asked;
  const fault = elsewhere && blocked.kind === 'next-hop-unresolved' ? [routingFault(misrouted(reply))] : [];
  return { causes: [...fault, blocked], missing: [] };
}

/** The tables supplied send the reply another way than the capture shows. */
export function contradiction(reply: ReplyLookup, observed: string): StepResult {
  const { state, decision, subject, flow } = reply;
  const predicted = outDevice(decision);
  const by = predicted ? `by ${predicted}` : 'nowhere';
  const cause = causeOf({
    kind: 'unexplained',
    host: state.name,
    confidence: 'possible',
    sentence: `the tables supplied of ${state.name} send ${subject} to ${formatIp(flow.destination)} ${by}, the capture shows ${observed}`,
    notes: ['the tables may have been saved at another time, or a mark, a bound socket or a program decides'],
    decision,
  });
  return { causes: [cause], missing: [] };
}
