import { sameIp } from '../addr/ip.ts';
import type { Finding } from '../finding/finding.ts';
import type { Cause } from './cause.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { atMost } from './draft.ts';
import { outDevice } from './quote.ts';
import { type Request, requestAnsweredBy } from './request.ts';
import { respond } from './responder.ts';
import { routingFault } from './routing-fault.ts';

/** The reply left, and by which interface the request came in was not captured: the one that bears the address asked, it seems. */
export function explainUnasked(finding: Finding, context: ReasonContext): Cause | null {
  const [exchange] = finding.examples;
  const { responder, path } = finding;
  const state = stateOf(context, responder);
  if (!exchange || !state || exchange.requests.length > 0) return null;
  const reply = exchange.replies.find(({ host, direction }) => host === responder && direction === 'out');
  const request: Request | null = reply ? requestAnsweredBy(finding, reply) : null;
  const asked = state.addresses.find((one) => sameIp(one.prefix.address, request?.destination))?.device;
  if (!request || !asked) return null;
  const { home } = respond(finding, state, request, asked);
  const { decision, misrouted } = home;
  if (decision.kind !== 'route' || outDevice(decision) === asked) return null;
  const seen = decision.candidates.some(({ device }) => device === path.replyLeft?.interface);
  return seen ? atMost(routingFault(misrouted), 'likely') : null;
}
