import { formatIp, type Ip } from '../../addr/ip.ts';
import type { Missing, RouteFound } from '../../linux/decision.ts';
import { addressesMissing } from '../../linux/gap.ts';
import type { Cause } from '../cause.ts';
import { causeOf } from '../draft.ts';
import { linkdownCause, unresolvedCause } from '../next-hop.ts';
import { nowhereCause } from '../nowhere.ts';
import { noRouteCause, refusalCause } from '../refusal.ts';
import { deeperFault } from '../routing-fault.ts';
import type { TripLookup } from './trip.ts';

/** One way out of a host: a next hop that may be chosen. */
export interface Way {
  readonly device: string;
  readonly gateway: Ip | null;
  readonly source: Ip;
  readonly found: RouteFound;
  /** Nothing leaves by it: no carrier, or the gateway does not answer. */
  readonly blocked: Cause | null;
}

/** What a lookup lets a packet do: leave by one of some ways, stay on the host, or not leave at all. */
export type Leaving =
  | { readonly kind: 'leaves'; readonly ways: readonly Way[] }
  | { readonly kind: 'stays' }
  | { readonly kind: 'stopped'; readonly causes: readonly Cause[] }
  | { readonly kind: 'cannot-tell'; readonly missing: readonly Missing[] };

/** A hash may choose among many next hops; so many are followed. */
const MOST_WAYS = 8;

/** `wanted`: the device it should leave by, to find out which rule or table failed it. */
export function leaving(lookup: TripLookup, wanted: string | null, subject: string): Leaving {
  const { state, flow, decision } = lookup;
  switch (decision.kind) {
    case 'cannot-tell':
      return decision;
    case 'refused':
      return { kind: 'stopped', causes: [refusalCause(state, decision, flow.destination, subject)] };
    case 'no-route': {
      if (decision.reason === 'device-down') return { kind: 'stopped', causes: [downCause(lookup, subject)] };
      const fault = wanted ? deeperFault({ state, flow, decision, wanted, subject }) : null;
      return {
        kind: 'stopped',
        causes: [fault ?? noRouteCause(state, decision, flow.destination, subject)],
      };
    }
    case 'route':
      return found(lookup, decision);
  }
}

function found(lookup: TripLookup, decision: RouteFound): Leaving {
  if (decision.type === 'local') return { kind: 'stays' };
  const { state, flow } = lookup;
  const source = flow.source ?? decision.source;
  if (!source) return { kind: 'cannot-tell', missing: addressesMissing(state) };
  const ways = decision.candidates.slice(0, MOST_WAYS).map((hop) => {
    const { device, gateway, route } = hop;
    const one = { ...decision, device, gateway, route, candidates: [hop] };
    const blocked =
      linkdownCause(state, one) ??
      nowhereCause(lookup, one) ??
      (gateway ? unresolvedCause(state, one, flow, []) : null);
    return { device, gateway, source, found: one, blocked };
  });
  return { kind: 'leaves', ways };
}

function downCause({ state, flow }: TripLookup, subject: string): Cause {
  const device = flow.outputDevice;
  const link = state.links.find((one) => one.name === device);
  return causeOf({
    kind: 'interface-linkdown',
    host: state.name,
    sentence: `${device} of ${state.name}, by which ${subject} to ${formatIp(flow.destination)} would leave, is down`,
    sources: link ? [{ span: link.span, mark: 'decides', label: 'not UP', where: null }] : [],
  });
}
