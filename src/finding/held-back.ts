import type { HostIdentity } from '../addr/identity.ts';
import type { Coverage, Exchange } from '../exchange/exchange.ts';
import type { Sighting } from '../exchange/sighting.ts';
import { passedOn, type Roles } from './roles.ts';
import { type Absence, witnessOf } from './witness.ts';

/**
 * A reply that came into a host on the way, which had passed the request on, and that is not seen to leave it, though its
 * captures would show that. Not where it translates: what it sends on then may bear other addresses and not be known again.
 */
export function heldBackBy(
  { requests, replies, translated }: Exchange,
  { originator, responder }: Roles,
  absence: Absence,
  coverage: readonly Coverage[],
  identities: readonly HostIdentity[],
): Sighting | null {
  if (translated !== null) return null;
  const last = replies.findLast(({ host, direction }) => {
    if (direction !== 'in' || host === originator || host === responder) return false;
    return passedOn(requests, host) && !replies.some((one) => one.host === host && one.direction !== 'in');
  });
  if (!last) return null;
  const witness = witnessOf({ originator: null, responder: last.host }, absence, coverage, identities);
  return witness.responderCovered ? (replies.find((one) => one.host === last.host) ?? null) : null;
}
