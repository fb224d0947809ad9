import type { Family } from '../addr/ip.ts';
import type { HostState } from '../linux/host-state.ts';

const UNREACHABLE = ['FAILED', 'INCOMPLETE'];

/**
 * The host as it was before it knew that neighbours are silent. IPv6 passes over a router that failed to answer
 * (rt6_check_neigh), so a neighbour table saved after the packets sends them another way than they went. Null where it
 * makes no difference.
 */
export function beforeSilence(state: HostState, family: Family): HostState | null {
  if (family === 4) return null;
  const known = state.neighbours.filter(({ states }) => !UNREACHABLE.some((one) => states.has(one)));
  return known.length === state.neighbours.length ? null : { ...state, neighbours: known };
}

export const EARLIER_NOTE =
  'by the neighbour table as it was before: IPv6 passes over a router that does not answer, once it knows';
