import { formatIp, type Ip } from '../../addr/ip.ts';
import type { Missing } from '../../linux/decision.ts';
import { flowOf, type InputFlow } from '../../linux/flow.ts';
import type { HostState } from '../../linux/host-state.ts';
import { lookupInput } from '../../linux/lookup-input.ts';
import type { Cause } from '../cause.ts';
import { causeOf } from '../draft.ts';
import { filterStep } from '../filter-step.ts';
import { refusalCause } from '../refusal.ts';
import type { TripLookup } from './trip.ts';

/** A packet at a host's door. */
export interface Entry {
  readonly state: HostState;
  readonly device: string;
  readonly source: Ip;
  readonly destination: Ip;
  readonly protocol: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** `the request` or `the reply`. */
  readonly what: string;
}

export interface Entered {
  readonly lookup: TripLookup;
  /** Empty: it is taken in, as far as can be told. */
  readonly causes: readonly Cause[];
  readonly missing: readonly Missing[];
}

/** Does the host take the packet in: is the link up, does the reverse-path filter let it pass, is it delivered locally? */
export function enter(entry: Entry): Entered {
  const { state, device, what } = entry;
  const lookup = lookupOf(entry);
  const down = carrierCause(entry);
  if (down) return { lookup, causes: [down], missing: [] };
  const filter = filterStep({ ...entry, tos: 0 });
  if (filter.causes.length > 0 || filter.missing.length > 0) return { lookup, ...filter };
  const { decision } = lookup;
  if (decision.kind === 'cannot-tell') return { lookup, causes: [], missing: decision.missing };
  if (decision.kind === 'route' && decision.type === 'local') return { lookup, causes: [], missing: [] };
  const cause =
    decision.kind === 'refused'
      ? refusalCause(state, decision, entry.destination, `${what} that came in by ${device}`)
      : notTaken(entry, lookup);
  return { lookup, causes: [cause], missing: [] };
}

function lookupOf({ state, device, source, destination, ...rest }: Entry): TripLookup {
  const { protocol, sourcePort, destinationPort } = rest;
  const flow = flowOf(destination, { source, inputDevice: device, protocol, sourcePort, destinationPort });
  return { state, flow, decision: lookupInput(state, flow as InputFlow) };
}

/** It cannot come in by an interface without carrier. */
function carrierCause({ state, device, what }: Entry): Cause | null {
  const link = state.links.find((one) => one.name === device);
  if (!link || link.flags.size === 0 || (link.flags.has('UP') && !link.flags.has('NO-CARRIER'))) return null;
  return causeOf({
    kind: 'interface-linkdown',
    host: state.name,
    sentence: `${device} of ${state.name}, by which ${what} would come in, has no carrier`,
    sources: [{ span: link.span, mark: 'decides', label: 'no carrier', where: null }],
  });
}

/** The tables do not call the address local: it would be passed on, or dropped. */
function notTaken({ state, device, destination, what }: Entry, { decision }: TripLookup): Cause {
  const away = decision.kind === 'route' ? `sends it on by ${decision.device}` : 'drops it';
  return causeOf({
    kind: decision.kind === 'route' ? 'other-route-wins' : 'martian-source',
    host: state.name,
    sentence: `${state.name} does not take ${what} to ${formatIp(destination)} in at ${device}: it ${away}`,
    decision,
  });
}
