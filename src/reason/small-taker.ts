import { sameIp } from '../addr/ip.ts';
import { contains } from '../addr/prefix.ts';
import type { Finding } from '../finding/finding.ts';
import type { HostState, Link } from '../linux/host-state.ts';
import { asksNeighbours } from '../linux/neighbour-question.ts';
import type { Cause, CauseSource } from './cause.ts';
import { called, type ReasonContext, stateOf } from './context.ts';
import { causeOf } from './draft.ts';
import { requestAt } from './request.ts';

/** What gets lost on its way to one of the ends. */
export interface Large {
  readonly taker: 'originator' | 'responder';
  /** The smallest packet lost and the largest that arrived, with their IP headers; null: not known. */
  readonly lost: number | null;
  readonly passed: number | null;
  /** Which sizes are lost, between whom. */
  readonly what: string;
}

/** As Ethernet comes; a card that is set to less was set so. */
const USUAL_MTU = 1500;

/**
 * The taker's own card is set to less than what is lost and no less than what arrives, so that it need not receive the
 * larger ones; no router knows, and none sends an error. Null where it takes them by its state.
 */
export function smallTaker(
  { taker, lost, passed, what }: Large,
  finding: Finding,
  context: ReasonContext,
): Cause | null {
  const state = stateOf(context, finding[taker]);
  if (!state) return null;
  const link = takingLink(state, finding, taker);
  if (!link?.mtu || lost === null || link.mtu >= lost || (passed !== null && passed > link.mtu)) return null;
  // A usual card takes what its neighbours send, unless one of them is known to send more: else it is lost further off.
  if (link.mtu >= USUAL_MTU && !hasLargerNeighbour(state, link, taker, finding, context)) return null;
  // What comes out of a tunnel or a point-to-point device is of whatever size its other end made it.
  if (asksNeighbours(state, link.name) !== true) return null;
  return causeOf({
    kind: 'path-mtu',
    host: state.name,
    confidence: 'likely',
    sentence: `${what}: ${link.name} of ${state.name} is set to an MTU of ${link.mtu} bytes, and what is larger a card need not receive`,
    sources: [{ ...mtuSource(link), mark: 'decides' }],
    notes: [
      'all on one link must be set to the same MTU: who takes it for larger sends what this card drops, and no ICMP error tells of that',
      ...(mayFragment(taker, finding) ? [] : [SUPPRESSED]),
    ],
  });
}

const SUPPRESSED =
  'or all on that link are set so, and the ICMP error of its router about the size is lost or dropped: a capture at that router would tell';

/** Linux sends echo replies that routers may fragment (icmp_sk_init, IP_PMTUDISC_DONT). */
function mayFragment(taker: Large['taker'], { protocol }: Finding): boolean {
  return taker === 'originator' && protocol === 'icmp';
}

/** Of what was lost with no word about sizes: the request or the reply, all of whose sightings are too large for the taker's card. */
export function tooLargeToTake(finding: Finding, context: ReasonContext, reply: boolean): Cause | null {
  const { answeredAlike, distinction } = finding;
  // Of what no router may fragment, the one before it may as well have told of the size unheard.
  if (!reply || !mayFragment('originator', finding)) return null;
  // Others of the same size were answered, for all that is known.
  if (answeredAlike > 0 && distinction?.kind !== 'size') return null;
  const lost = lostBytes(finding, reply);
  const passed = distinction?.kind === 'size' ? distinction.worked.most + headerOf(finding) : null;
  const taker = reply ? 'originator' : 'responder';
  const what = `the ${reply ? 'reply' : 'request'}, a packet of ${lost} bytes, is lost on its way to ${called(finding[taker], taker)}`;
  const cause = smallTaker({ taker, lost, passed, what }, finding, context);
  return cause && passed === null ? { ...cause, notes: [...cause.notes, NONE_SMALLER] } : cause;
}

const NONE_SMALLER =
  'no smaller one was sent, so its size may not be what it was lost for: `ping` with and without `-s` would tell';

/** The least that left its sender, with the IP header; null: nothing was seen to leave. */
export function lostBytes(finding: Finding, reply: boolean): number | null {
  const host = reply ? finding.responder : finding.originator;
  const left = finding.examples
    .flatMap((one) => (reply ? one.replies : one.requests))
    .filter((one) => one.host === host && one.direction !== 'in');
  if (left.length === 0) return null;
  return Math.min(...left.map((one) => one.payloadLength)) + headerOf(finding);
}

function headerOf({ probe }: Finding): number {
  return HEADER_BYTES[probe.dst?.family ?? 4];
}

export const HEADER_BYTES = { 4: 20, 6: 40 } as const;

/** The other end is on the same link, by a card that is set to more. */
function hasLargerNeighbour(
  { addresses }: HostState,
  { name, mtu }: Link,
  taker: Large['taker'],
  { path, originator, responder }: Finding,
  context: ReasonContext,
): boolean {
  const sent = taker === 'responder' ? path.requestLeft : path.replyLeft;
  const sender = stateOf(context, taker === 'responder' ? originator : responder);
  const card = sender?.links.find((one) => one.name === sent?.interface);
  if (!sent || !card?.mtu || mtu === null || card.mtu <= mtu) return false;
  return addresses.some(({ device, prefix }) => device === name && contains(prefix, sent.src));
}

/** The interface by which packets come to that end: where one was seen, else the one that bears its address. */
export function takingLink(state: HostState, finding: Finding, role: Large['taker']): Link | undefined {
  const { path, probe, translated } = finding;
  const place = role === 'responder' ? path.requestReached : path.replyReached;
  const address =
    role === 'responder'
      ? (translated?.dst ?? probe.dst)
      : (requestAt(finding, state.name)?.source ?? probe.src);
  const bearer = state.addresses.find((one) => sameIp(one.prefix.address, address))?.device;
  return state.links.find((one) => one.name === (place?.interface ?? bearer));
}

export function mtuSource(link: Link): CauseSource {
  return { span: link.span, mark: 'context', label: `takes ${link.mtu} bytes`, where: null };
}
