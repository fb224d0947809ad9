import { type HostIdentity, routedName } from '../addr/identity.ts';
import type { Sighting } from '../exchange/sighting.ts';

/** Both known and different; two ports of one bridge are one interface to routing. */
export function otherInterface(
  a: Sighting | null,
  b: Sighting | null,
  identities: readonly HostIdentity[],
): boolean {
  if (!a?.interface || !b?.interface) return false;
  const identity = identities.find(({ host }) => host === a.host);
  return routedName(identity, a.interface) !== routedName(identity, b.interface);
}
