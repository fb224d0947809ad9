import { formatIp, sameIp } from '../../addr/ip.ts';
import type { Missing } from '../../linux/decision.ts';
import { flowOf, type InputFlow } from '../../linux/flow.ts';
import type { HostState } from '../../linux/host-state.ts';
import { lookupInput } from '../../linux/lookup-input.ts';
import type { Packet } from '../../linux/packet.ts';
import type { Connection, Passage } from '../../linux/passage.ts';
import { arrivalStep, arrive } from '../arrival-step.ts';
import type { Cause } from '../cause.ts';
import type { Departure } from '../departure.ts';
import { causeOf } from '../draft.ts';
import { refusalCause } from '../refusal.ts';
import type { TripLookup } from './trip.ts';

/** A packet at a host's door. */
export interface Entry {
  readonly state: HostState;
  readonly device: string;
  readonly packet: Packet;
  /** What the host tracked of the exchange so far. */
  readonly connection: Connection | null;
  /** How the host would answer, where it is to. */
  readonly home: Departure | null;
  /** `the request` or `the reply`. */
  readonly what: string;
}

export interface Entered {
  readonly lookup: TripLookup;
  readonly passage: Passage;
  /** Empty: it is taken in, as far as can be told. */
  readonly causes: readonly Cause[];
  readonly missing: readonly Missing[];
}

/** Does the host take the packet in: is the link up, do its filters let it pass, is it delivered locally? */
export function enter(entry: Entry): Entered {
  const { state, device, what } = entry;
  const passage = arrive(entry);
  const lookup = lookupOf(entry, passage);
  const down = carrierCause(entry);
  if (down) return { lookup, passage, causes: [down], missing: [] };
  const filter = arrivalStep(entry, passage, entry.home);
  if (filter.causes.length > 0 || filter.missing.length > 0) return { lookup, passage, ...filter };
  if (translatedOnward(entry, passage)) return { lookup, passage, causes: [], missing: [] };
  const { decision } = lookup;
  if (decision.kind === 'cannot-tell') return { lookup, passage, causes: [], missing: decision.missing };
  if (decision.kind === 'route' && decision.type === 'local')
    return { lookup, passage, causes: [], missing: [] };
  const cause =
    decision.kind === 'refused'
      ? refusalCause(state, decision, passage.packet.destination, `${what} that came in by ${device}`)
      : notTaken(entry, lookup);
  return { lookup, passage, causes: [cause], missing: [] };
}

/**
 * The host's own rules hand it to somebody behind it, as published ports of containers are: what that one does is not
 * known. Null where they do not.
 */
export function translatedOnward(
  { state, packet }: Pick<Entry, 'state' | 'packet'>,
  { outcome, packet: after }: Passage,
): Missing | null {
  if (outcome.kind !== 'forwards' || sameIp(packet.destination, after.destination)) return null;
  return {
    kind: 'unmodelled',
    what: `the state of who bears ${formatIp(after.destination)}, to whom ${state.name} passes it on`,
  };
}

function lookupOf({ state, device }: Entry, { packet, mark }: Passage): TripLookup {
  const { source, destination, protocol, sourcePort, destinationPort, tos } = packet;
  const ports = { protocol, sourcePort, destinationPort };
  const flow = flowOf(destination, { source, inputDevice: device, mark, tos, ...ports });
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
function notTaken({ state, device, packet, what }: Entry, { decision }: TripLookup): Cause {
  const away = decision.kind === 'route' ? `sends it on by ${decision.device}` : 'drops it';
  return causeOf({
    kind: decision.kind === 'route' ? 'other-route-wins' : 'martian-source',
    host: state.name,
    sentence: `${state.name} does not take ${what} to ${formatIp(packet.destination)} in at ${device}: it ${away}`,
    decision,
  });
}
