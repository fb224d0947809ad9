import type { RouteDecision } from '../../linux/decision.ts';
import { type Flow, flowOf } from '../../linux/flow.ts';
import { indexOf } from '../../linux/host-index.ts';
import { lookupOutput } from '../../linux/lookup-output.ts';
import { selectAddress6 } from '../../linux/source6.ts';
import type { TripLookup, TripQuestion } from './trip.ts';

const TCP = 6;
const ICMP = { 4: 1, 6: 58 } as const;

/**
 * The lookups of the originator's socket, the deciding one last. A socket bound to a device alone has no source when it
 * looks up first; a TCP connect then looks up again with the source chosen (ip_route_connect), ping does not. So a rule
 * on the source helps the one and not the other.
 */
export function originate(question: TripQuestion): TripLookup[] {
  const flow = flowOfSocket(question);
  const first = lookup(question, flow);
  const again = flow.source ? null : secondFlow(question, flow, first.decision);
  return again ? [first, lookup(question, again)] : [first];
}

function flowOfSocket({ to, address, device, protocol, port }: TripQuestion): Flow {
  return flowOf(to, {
    source: address,
    outputDevice: device,
    socketBound: device !== null,
    protocol: protocol === 'tcp' ? TCP : ICMP[to.family],
    destinationPort: port,
  });
}

function lookup({ from }: TripQuestion, flow: Flow): TripLookup {
  return { state: from, flow, decision: lookupOutput(from, flow) };
}

function secondFlow(question: TripQuestion, flow: Flow, first: RouteDecision): Flow | null {
  if (flow.destination.family === 6) return secondFlow6(question, flow, first);
  const source = first.kind === 'route' ? first.source : null;
  return question.protocol === 'tcp' && source ? { ...flow, source } : null;
}

/** ip6_dst_lookup_tail: a lookup without a source that fails is made again with one, for every kind of socket. */
function secondFlow6({ from, to }: TripQuestion, flow: Flow, first: RouteDecision): Flow | null {
  if (first.kind === 'route' || first.kind === 'cannot-tell') return null;
  const source = selectAddress6(indexOf(from), null, to);
  return source ? { ...flow, source } : null;
}
