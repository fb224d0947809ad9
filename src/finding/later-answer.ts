import type { HostIdentity } from '../addr/identity.ts';
import { nanosBetween } from '../addr/time.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Sighting } from '../exchange/sighting.ts';
import { AGAIN_NS, apart } from './again.ts';
import type { Late } from './finding.ts';
import { otherInterface } from './other-interface.ts';
import { refusesReply } from './reset.ts';
import type { Roles } from './roles.ts';
import { wayOf } from './way.ts';

/**
 * The SYN-ACK that got home after the first ones had not, or after SYNs had come in vain: it went another way than those, its
 * originator had given up by then, or there were none. How the connection was answered at first is told by those.
 */
export interface LaterAnswer {
  readonly left: Sighting;
  /** Null where the originator's captures do not show it. */
  readonly reached: Sighting | null;
  /** The connection stood then. */
  readonly taken: boolean;
  /** No other had left before, though the SYN had come more than once. */
  readonly only: boolean;
}

/**
 * That the first ones were of no use shows on the clock of one host, as no order across two is sure: the SYN came again after
 * them, and another interface was taken then; or more left the responder than came to the originator, which resets what came.
 */
export function laterAnswer(
  exchange: Exchange,
  { originator, responder }: Roles,
  identities: readonly HostIdentity[],
): LaterAnswer | null {
  const { protocol, requests, replies } = exchange;
  if (protocol !== 'tcp' || responder === null || responder === originator) return null;
  const sent = wayOf(replies, responder, 'out');
  if (sent.length === 0) return null;
  const came = originator === null ? [] : wayOf(replies, originator, 'in');
  // What came before a SYN of the originator was one of the first.
  const reached = came.length > 0 && !follows(requests, came[0]) ? came[0] : null;
  const inVain = follows(requests, sent[0]);
  const turned = sent.find((one) => isLater(one, sent[0]) && otherInterface(sent[0], one, identities));
  const refused = exchange.acks.length === 0 && exchange.resets.some((one) => refusesReply(one, exchange));
  const taken = exchange.acks.length > 0 || (reached !== null && !refused);
  if (turned && inVain) return { left: turned, reached, taken, only: false };
  const asked = wayOf(requests, responder, 'in');
  const tries = asked.filter((one) => nanosBetween(one.time, sent[0].time) <= 0);
  const straight = asked.length > 0 && !otherInterface(asked[0], sent[0], identities);
  if (taken && straight && apart(sent, AGAIN_NS).length === 1 && apart(tries, AGAIN_NS).length > 1)
    return { left: sent[0], reached, taken, only: true };
  const last = sent[sent.length - 1];
  if (!reached || !refused || !isLater(last, sent[0])) return null;
  const lost = apart(sent, AGAIN_NS).length > apart(came, AGAIN_NS).length;
  return lost ? { left: last, reached, taken, only: false } : null;
}

/** Its host saw a SYN so long after it that it was sent for want of this answer. */
function follows(requests: readonly Sighting[], answer: Sighting): boolean {
  return requests.some((one) => one.host === answer.host && isLater(one, answer));
}

function isLater(one: Sighting, other: Sighting): boolean {
  return nanosBetween(one.time, other.time) > AGAIN_NS;
}

/** By how much later it was than the first SYN, on the originator's clock where that saw both, else on the responder's. */
export function lateOf(
  { left, reached }: LaterAnswer,
  { requestLeft, requestReached }: { readonly [K in 'requestLeft' | 'requestReached']: Sighting | null },
  exchange: Exchange,
): Late | null {
  const [from, to] = reached && requestLeft ? [requestLeft, reached] : [requestReached, left];
  if (from === null) return null;
  const before = exchange.requests.filter(
    (one) => one.host === from.host && nanosBetween(one.time, to.time) <= 0,
  );
  return {
    interface: left.interface,
    nanos: nanosBetween(to.time, from.time),
    repeats: Math.max(0, apart(before, AGAIN_NS).length - 1),
  };
}
