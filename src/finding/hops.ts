import type { Sighting } from '../exchange/sighting.ts';

/** Of a packet's way: where it comes from, or where it goes to. */
export type End = 'sender' | 'receiver';

interface Hops {
  least: number;
  most: number;
  /** Whether the direction of any of its sightings is known: then that tells, not the TTL. */
  told: boolean;
}

/**
 * The host nearest to one end of the packets' way, by the TTL that every router counts down; null where several are as
 * near, or where it does not differ at all. A host that saw it with two TTLs passed it on.
 */
export function nearestByTtl(sightings: readonly Sighting[], end: End): string | null {
  const hosts = hopsOf(sightings);
  const all = [...hosts.values()];
  const least = Math.min(...all.map((one) => one.least));
  const most = Math.max(...all.map((one) => one.most));
  const wanted = end === 'sender' ? most : least;
  const nearest = [...hosts].filter(([, hops]) => hops.least === wanted && hops.most === wanted);
  if (least === most || nearest.length !== 1) return null;
  const [[host, { told }]] = nearest;
  return told ? null : host;
}

function hopsOf(sightings: readonly Sighting[]): Map<string, Hops> {
  const hosts = new Map<string, Hops>();
  for (const { host, ttl, direction } of sightings) {
    const told = direction !== 'unknown';
    const known = hosts.get(host);
    if (!known) hosts.set(host, { least: ttl, most: ttl, told });
    else {
      known.least = Math.min(known.least, ttl);
      known.most = Math.max(known.most, ttl);
      known.told ||= told;
    }
  }
  return hosts;
}
