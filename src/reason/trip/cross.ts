import type { Ip } from '../../addr/ip.ts';
import { contains } from '../../addr/prefix.ts';
import type { Missing } from '../../linux/decision.ts';
import type { HostState } from '../../linux/host-state.ts';
import { asksNeighbours } from '../../linux/neighbour-question.ts';
import type { Cause } from '../cause.ts';
import { nextHopCause, unresolvedCause } from '../next-hop.ts';
import { boundCause, wideCause } from '../not-sent.ts';
import { asContext, routeSources } from '../quote.ts';
import { routingFault } from '../routing-fault.ts';
import { silenceByArp } from '../silent-neighbour.ts';
import { doorsOf, isAnswered, keepsSilent } from './arrival.ts';
import type { Way } from './leave.ts';
import { belongsOn, deviceBearing, isInner, shareLink } from './link.ts';
import type { TripLookup } from './trip.ts';

/** A packet between two hosts. */
export interface Crossing {
  readonly lookup: TripLookup;
  readonly way: Way;
  readonly destination: Ip;
  /** Null: no host whose state was given bears the destination, or several do. */
  readonly receiver: HostState | null;
  readonly strictNetwork: boolean;
  /** The device it should have left by. */
  readonly wanted: string | null;
  readonly subject: string;
}

/** By which interfaces it comes in at the other side; or why it does not. */
export type Crossed =
  | { readonly kind: 'delivered'; readonly doors: readonly string[] }
  /** `unanswered`: the receiver keeps silent when it is asked for. */
  | { readonly kind: 'lost'; readonly causes: readonly Cause[]; readonly unanswered?: true }
  | { readonly kind: 'cannot-tell'; readonly missing: readonly Missing[] };

/** The network is taken to deliver to whoever bears the address; on a link only those who are on it are reached. */
export function cross(crossing: Crossing): Crossed {
  const { way, receiver, destination, lookup } = crossing;
  const doors = receiver ? doorsOf(receiver, destination, lookup.state, way) : [];
  const answered = isAnswered(lookup.state, way, destination);
  if (doors.length === 0 && way.gateway === null && !answered && (receiver || way.found.onLinkAssumed)) {
    const asks = asksNeighbours(lookup.state, way.device);
    if (asks === null) return { kind: 'cannot-tell', missing: [linkMissing(way)] };
    if (asks) return { kind: 'lost', causes: [unanswered(crossing)] };
  }
  const silent = receiver ? silentDoors(crossing, receiver, doors) : [];
  if (silent.length > 0) return { kind: 'lost', causes: silent, unanswered: true };
  const dropped = silentNeighbour(crossing) ?? droppedOnTheWay(crossing);
  if (dropped) return { kind: 'lost', causes: [dropped] };
  if (doors.length === 0) return { kind: 'cannot-tell', missing: [bearerMissing(crossing)] };
  return { kind: 'delivered', doors };
}

/**
 * The receiver itself answers nobody who asks for it there: its neighbour on the link, or, as far as its own route leads to one,
 * the last router. What the sender's neighbour table knows was answered once.
 */
function silentDoors(crossing: Crossing, receiver: HostState, doors: readonly string[]): Cause[] {
  const { way, lookup, destination } = crossing;
  if (doors.length === 0 || isAnswered(lookup.state, way, destination)) return [];
  const onLink =
    way.gateway === null && doors.some((door) => shareLink(lookup.state, way.device, receiver, door));
  // A router asks for what lies on the link; what is routed to the host is never asked for.
  if (!onLink && !doors.every((door) => liesOn(receiver, door, destination))) return [];
  const asked = doors.map((door) => ({
    door,
    asker: onLink ? way.source : routerOf(receiver, door, destination),
  }));
  if (!asked.every(({ door, asker }) => asker && keepsSilent(receiver, door, asker, destination))) return [];
  const [{ door, asker }] = asked;
  const question = { host: receiver.name, interface: door, target: destination, tell: asker! };
  return silenceByArp(question, receiver, door);
}

/** In a network of the device, not only its own address. */
function liesOn(receiver: HostState, device: string, destination: Ip): boolean {
  const width = destination.family === 4 ? 32 : 128;
  return receiver.addresses.some(
    ({ device: on, prefix }) => on === device && prefix.length < width && contains(prefix, destination),
  );
}

/** By which the host sends what it has for others there. */
function routerOf({ routes }: HostState, device: string, { family }: Ip): Ip | null {
  const hops = routes.flatMap((route) => route.nextHops);
  return hops.find((one) => one.device === device && one.gateway?.family === family)?.gateway ?? null;
}

/** On an Ethernet nobody would answer; by a tunnel the packet would simply go out. */
function linkMissing({ device }: Way): Missing {
  return { kind: 'links', what: `ip link show ${device}` };
}

function bearerMissing({ destination, receiver, subject }: Crossing): Missing {
  const { w0, family } = destination;
  const what = family === 4 && w0 >>> 28 === 0xe ? 'the listeners of the group' : 'ip addr';
  return {
    kind: 'addresses',
    what: receiver
      ? `${what} of ${receiver.name}`
      : `${what} of the host ${subject === 'the request' ? 'asked' : 'that asks'}`,
  };
}

/** Nobody on the link answers for the destination. */
function unanswered({ lookup, way, destination, receiver }: Crossing): Cause {
  const { state } = lookup;
  const { device, source: tell, found } = way;
  const asked = { host: state.name, interface: device, target: destination, tell, asked: 0 };
  const known =
    wideCause(state, asked, receiver ?? undefined) ?? (found.onLinkAssumed ? boundCause(state, asked) : null);
  if (known) return known;
  const route = asContext(routeSources(state, found, destination, null).slice(0, 1));
  return nextHopCause(state, destination, device, null, null, route);
}

/** By the host's own neighbour table. */
function silentNeighbour({ lookup, way }: Crossing): Cause | null {
  return way.gateway ? null : unresolvedCause(lookup.state, way.found, lookup.flow, []);
}

/** A router that checks sources drops what comes from the wrong side; inner addresses belong to no side. */
function droppedOnTheWay({ strictNetwork, lookup, way, wanted, subject }: Crossing): Cause | null {
  const { state, flow, decision } = lookup;
  const bearing = deviceBearing(state, way.source);
  if (!strictNetwork || way.gateway === null || (bearing && isInner(state, bearing))) return null;
  if (belongsOn(state, way.device, way.source)) return null;
  const home = wanted ?? bearing;
  if (!home) return null;
  const fault = routingFault({
    state,
    flow: { ...flow, source: way.source },
    decision,
    wanted: home,
    subject,
  });
  const note = `the network is taken to drop what leaves by ${way.device} with a source of another network`;
  return { ...fault, notes: [...fault.notes, note] };
}
