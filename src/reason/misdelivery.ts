import { formatIp } from '../addr/ip.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { Finding } from '../finding/finding.ts';
import type { RouteDecision } from '../linux/decision.ts';
import type { HostState } from '../linux/host-state.ts';
import { replyFlux, requestFlux } from './astray.ts';
import type { Cause, CauseSource } from './cause.ts';
import { LONGEST_CHAIN } from './chain.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { causeOf } from './draft.ts';
import { type Delivered, misdelivered } from './misdelivered.ts';
import { sendRequest } from './originator.ts';
import { asContext, decidingRoute } from './quote.ts';
import { requestAt, requestOf } from './request.ts';
import { respond } from './responder.ts';

/** @param sender its link-layer address, where it is known */
function misdeliveryCause(
  delivered: Delivered,
  what: 'request' | 'reply',
  sender: string | null,
): Cause | null {
  const own = misdelivered(delivered);
  if (!own) return null;
  const { state, device, address, back } = delivered;
  const [host, asked] = [state.name, formatIp(address)];
  const by = sender === null ? '' : ` (${sender})`;
  const bears: CauseSource = { span: own.span, mark: 'decides', label: `sits on ${own.device}`, where: null };
  return causeOf({
    kind: 'misrouted-by-network',
    host: null,
    // Or the host answered ARP by the wrong card, unseen; or the network means the address to be there.
    confidence: 'likely',
    sentence: `the ${what} for ${asked} was delivered to ${device} of ${host}, though that address sits on ${own.device}, and the tables of ${host} send what is from it by ${own.device}`,
    sources: [bears, ...wayBack(state, back)],
    notes: [
      `look at who sent it to ${device}${by}: a route or neighbour entry for ${asked} there; where both cards are on one link, ${device} may have answered ARP for it`,
    ],
    decision: back,
  });
}

function wayBack(state: HostState, back: RouteDecision | null): CauseSource[] {
  if (back?.kind !== 'route' || !back.route) return [];
  return asContext([decidingRoute(state, back.route, back.rule, 'the way back')]);
}

/** The request came in by another card of the responder than the one that bears the address asked, and answers from it. */
export function requestMisdelivered(finding: Finding, context: ReasonContext): Cause | null {
  const state = stateOf(context, finding.responder);
  const request = requestOf(finding);
  const device = finding.path.requestReached?.interface;
  if (!state || !request || !device || requestFlux(finding, context)) return null;
  const back = respond(finding, state, request, device).home.decision;
  const delivered = { state, device, address: request.destination, peer: request.source, back };
  return byNetwork(delivered, 'request', finding.examples[0]?.requests ?? [], context);
}

/** The same for the reply, at the originator. */
export function replyMisdelivered(finding: Finding, context: ReasonContext): Cause | null {
  const state = stateOf(context, finding.originator);
  const request = requestAt(finding, finding.originator);
  const device = finding.path.replyReached?.interface;
  if (!state || !request || !device || replyFlux(finding, context)) return null;
  const back = sendRequest(state, request, null).decision;
  const delivered = { state, device, address: request.source, peer: request.destination, back };
  return byNetwork(delivered, 'reply', finding.examples[0]?.replies ?? [], context);
}

/** What another host supplied sent there itself, no network delivered. */
function byNetwork(
  delivered: Delivered,
  what: 'request' | 'reply',
  seen: readonly Sighting[],
  { identities }: ReasonContext,
): Cause | null {
  const sender = seen.find((one) => one.host === delivered.state.name && one.direction === 'in')?.macSource;
  const own = identities.some(({ interfaces }) =>
    interfaces.some(({ mac }) => mac !== null && mac === sender),
  );
  return own ? null : misdeliveryCause(delivered, what, sender ?? null);
}

/** A reverse-path filter dropped what it should, as the packet came in by the wrong card: who delivered it there is told first. */
export function withMisdelivery(
  causes: readonly Cause[],
  finding: Finding,
  context: ReasonContext,
): readonly Cause[] {
  const at = causes.findIndex(({ kind }) => FILTERS.has(kind));
  const cause = at < 0 ? null : deliveryBefore(causes[at], finding, context);
  if (!cause) return causes;
  return [...causes.slice(0, at), cause, ...causes.slice(at)].slice(0, LONGEST_CHAIN);
}

const FILTERS: ReadonlySet<Cause['kind']> = new Set([
  'rp-filter-strict',
  'rp-filter-loose',
  'firewall-rp-filter',
]);

function deliveryBefore({ host }: Cause, finding: Finding, context: ReasonContext): Cause | null {
  const { requestReached, replyReached } = finding.path;
  if (replyReached && host === finding.originator) return replyMisdelivered(finding, context);
  if (requestReached && host === finding.responder) return requestMisdelivered(finding, context);
  return null;
}
