import type { Sighting } from '../exchange/sighting.ts';

/** What a host saw go this way; where none of it shows a direction, what it saw at all. */
export function wayOf(sightings: readonly Sighting[], host: string | null, way: 'in' | 'out'): Sighting[] {
  const here = sightings.filter((one) => one.host === host);
  const known = here.filter((one) => one.direction === way);
  return known.length > 0 ? known : here.filter((one) => one.direction === 'unknown');
}
