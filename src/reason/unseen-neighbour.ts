import { formatIp } from '../addr/ip.ts';
import type { HostState } from '../linux/host-state.ts';
import { asksNeighbours } from '../linux/neighbour-question.ts';
import type { Cause } from './cause.ts';
import type { Beside, Departure } from './departure.ts';

/**
 * A reply leaves only once its next hop is known, and a capture that leaves ARP out cannot show that nobody answered. Where no
 * listing of neighbours was given either, that is what would tell.
 */
export function unlessUnseen(cause: Cause, state: HostState, home: Departure, { heard }: Beside): Cause {
  const { decision, flow } = home;
  if (cause.kind !== 'unexplained' || decision.kind !== 'route' || state.given.has('neighbours'))
    return cause;
  if (asksNeighbours(state, decision.device) !== true) return cause;
  const { questions, answers, askers } = heard;
  if ([...questions, ...answers, ...askers].some(({ host }) => host === state.name)) return cause;
  const hop = decision.gateway ?? flow.destination;
  const question = hop.family === 4 ? 'ARP' : 'neighbour discovery';
  const what = `ip neigh (on ${state.name}), or a capture with ${question}: whether ${formatIp(hop)} answers on ${decision.device}`;
  const note = `the capture shows no ${question}: the reply may wait in vain for ${formatIp(hop)}, its next hop`;
  return {
    ...cause,
    notes: [...cause.notes, note],
    missing: [...cause.missing, { kind: 'neighbours', what }],
  };
}
