import type { HostIdentity } from '../addr/identity.ts';
import type { ExchangeGroup } from '../exchange/correlation.ts';
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
  const last = heldBy({ requests, replies }, { originator, responder });
  if (!last) return null;
  const witness = witnessOf({ originator: null, responder: last.host }, absence, coverage, identities);
  return witness.responderCovered ? (replies.find((one) => one.host === last.host) ?? null) : null;
}

/** As it looks, whether or not captures would show otherwise. */
export function heldBy(
  { requests, replies }: Pick<Exchange, 'requests' | 'replies'>,
  { originator, responder }: Roles,
): Sighting | undefined {
  return replies.findLast(
    (one) => one.host !== originator && one.host !== responder && isHeld(one, requests, replies),
  );
}

function isHeld(
  { host, direction }: Sighting,
  requests: readonly Sighting[],
  replies: readonly Sighting[],
): boolean {
  if (direction !== 'in' || !passedOn(requests, host)) return false;
  return !replies.some((one) => one.host === host && one.direction !== 'in');
}

/**
 * Hosts that seem to hold replies back which were acknowledged all the same: what they send on leaves in another form (IPsec,
 * an offload to the card), which is not followed. Groups with a shape show no ACK.
 */
export function hidingHosts(groups: readonly ExchangeGroup[]): ReadonlySet<string> {
  const hosts = new Set<string>();
  for (const { shape, examples } of groups) {
    if (shape !== null || examples[0].acks.length === 0) continue;
    const { requests, replies } = examples[0];
    for (const one of replies) if (isHeld(one, requests, replies)) hosts.add(one.host);
  }
  return hosts;
}
