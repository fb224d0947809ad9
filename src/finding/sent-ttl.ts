import { MOST_HOPS } from '../exchange/most-hops.ts';
import type { Sighting } from '../exchange/sighting.ts';

/** The TTL (hop limit) as the packet was sent, or as little less as is seen. */
export function sentTtl(sightings: readonly Pick<Sighting, 'ttl'>[]): number {
  return Math.max(...sightings.map((one) => one.ttl));
}

/** So small a TTL runs out on a long way, if not on any. */
export function isShortLived(sightings: readonly Pick<Sighting, 'ttl'>[]): boolean {
  return sightings.length > 0 && sentTtl(sightings) <= MOST_HOPS;
}
