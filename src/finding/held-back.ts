import type { HostIdentity } from '../addr/identity.ts';
import { sameIp } from '../addr/ip.ts';
import type { Coverage, Exchange } from '../exchange/exchange.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { Roles } from './roles.ts';
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

/** Took it in and sent it out with the addresses it had. */
export function passedOn(requests: readonly Sighting[], host: string): boolean {
  const here = requests.filter((one) => one.host === host);
  const entered = here.filter(({ direction }) => direction === 'in');
  return here.some(
    ({ direction, src, dst }) =>
      direction === 'out' && entered.some((one) => sameIp(one.src, src) && sameIp(one.dst, dst)),
  );
}
