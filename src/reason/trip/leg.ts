import type { Ip } from '../../addr/ip.ts';
import type { Missing } from '../../linux/decision.ts';
import { rulesInDoubt } from '../../linux/doubt.ts';
import type { HostState } from '../../linux/host-state.ts';
import { asksNeighbours } from '../../linux/neighbour-question.ts';
import type { Passage } from '../../linux/passage.ts';
import type { Cause } from '../cause.ts';
import { routingFault } from '../routing-fault.ts';
import { isAnswered } from './arrival.ts';
import { type Course, home, lostSight, merged, stopped, withAssumed, withOpen, withStep } from './course.ts';
import { type Crossed, cross } from './cross.ts';
import { leaving, type Way } from './leave.ts';
import { deviceBearing, isInner, shareLink } from './link.ts';
import type { Trip, TripLookup, TripStage, TripStep } from './trip.ts';

/** One direction: out of a host and through the network. */
export interface Leg {
  readonly stages: readonly [leaves: TripStage, crosses: TripStage];
  /** The sender's lookups, the deciding one last. */
  readonly lookups: readonly TripLookup[];
  readonly destination: Ip;
  readonly receiver: HostState | null;
  readonly strictNetwork: boolean;
  /** The device it should leave by; null where any is good. */
  readonly wanted: string | null;
  readonly subject: string;
  readonly refused: boolean;
  /** What the sender's own rules did to it; null where it never got so far. */
  readonly passage: Passage | null;
  /** The sender's own firewall drops it on its way out. */
  readonly dropped: readonly Cause[];
  /** What no file tells of the sender's rules and could change that. */
  readonly open: readonly Missing[];
}

/** What follows at the other side, by one of its interfaces. */
type Then = (course: Course, source: Ip, receiver: HostState, door: string) => Trip;

/** Every way that may be taken, followed to its end. */
export function travel(course: Course, leg: Leg, then: Then): Trip {
  const lookup = leg.lookups[leg.lookups.length - 1];
  const { state, decision } = lookup;
  const step = leaveStep(leg, null);
  const out = leaving(lookup, leg.wanted, leg.subject);
  if (out.kind === 'cannot-tell') return lostSight(course, step, out.missing);
  const doubts = rulesInDoubt(decision);
  const begun = withOpen(course, state.name, doubts);
  if (out.kind === 'stopped') return stopped(begun, step, out.causes);
  if (leg.dropped.length > 0) return stopped(begun, step, leg.dropped);
  if (out.kind === 'stays') return home(withStep(begun, { ...step, delivery: 'same-host' }));
  const sure = withOpen(begun, state.name, leg.open);
  const assumed = decision.kind === 'cannot-tell' ? [] : decision.assumed;
  const known = withAssumed(
    sure,
    state.name,
    assumed.filter((one) => !doubts.includes(one)),
  );
  return merged(out.ways.map((way) => goOut(known, leg, way, then)));
}

function goOut(course: Course, leg: Leg, way: Way, then: Then): Trip {
  const left = leaveStep(leg, way);
  const lookup = leg.lookups[leg.lookups.length - 1];
  if (way.blocked) return stopped(course, left, [...faultBefore(leg, lookup, way), way.blocked]);
  const { receiver } = leg;
  const crossed: Crossed = cross({ ...leg, lookup, way });
  const onWay = withStep(course, left);
  const step = crossStep(leg, way);
  if (crossed.kind === 'lost')
    return stopped(onWay, crossed.unanswered ? { ...step, delivery: 'unanswered' } : step, crossed.causes);
  if (crossed.kind === 'cannot-tell' || !receiver)
    return lostSight(onWay, step, crossed.kind === 'cannot-tell' ? crossed.missing : []);
  const trips = crossed.doors.map((door) =>
    then(withStep(onWay, { ...step, device: door }), way.source, receiver, door),
  );
  return merged(trips);
}

/** It should not have gone to the silent gateway at all: that comes first. */
function faultBefore({ wanted, subject }: Leg, { state, flow, decision }: TripLookup, way: Way): Cause[] {
  if (way.blocked?.kind !== 'next-hop-unresolved' || !wanted || wanted === way.device) return [];
  return [routingFault({ state, flow, decision, wanted, subject })];
}

function leaveStep(leg: Leg, way: Way | null): TripStep {
  const { state, flow, decision } = leg.lookups[leg.lookups.length - 1];
  const source = way?.source ?? flow.source ?? (decision.kind === 'route' ? decision.source : null);
  return {
    stage: leg.stages[0],
    host: state.name,
    outcome: 'passes',
    source,
    destination: leg.destination,
    device: way?.device ?? null,
    gateway: way?.gateway ?? null,
    delivery: way && isOnLink(leg, state, way) ? 'on-link' : 'routed',
    refused: leg.refused,
    crooked: way !== null && isCrooked(leg, state, way),
    lookups: leg.lookups,
    passage: leg.passage,
  };
}

/** Where no neighbour is asked for, only what is known of the far end tells whether it is the receiver. */
function isOnLink({ receiver }: Leg, state: HostState, { device, gateway }: Way): boolean {
  if (gateway !== null) return false;
  if (asksNeighbours(state, device)) return true;
  return receiver?.addresses.some((one) => shareLink(state, device, receiver, one.device)) ?? false;
}

function isCrooked(leg: Leg, state: HostState, way: Way): boolean {
  const wanted = leg.wanted ?? deviceBearing(state, way.source);
  return wanted !== null && !isInner(state, wanted) && wanted !== way.device;
}

function crossStep(leg: Leg, way: Way): TripStep {
  const left = leaveStep(leg, way);
  const delivery = isProxied(leg, way) ? 'proxied' : left.delivery;
  const host = leg.receiver?.name ?? null;
  return { ...left, delivery, stage: leg.stages[1], host, lookups: [], passage: null };
}

/** Somebody on the link answers for a destination that is not on it. */
function isProxied({ lookups, receiver, destination }: Leg, way: Way): boolean {
  const { state } = lookups[lookups.length - 1];
  if (!receiver || !isAnswered(state, way, destination)) return false;
  return !receiver.addresses.some((one) => shareLink(state, way.device, receiver, one.device));
}

/** A step at the host that gets the packet. */
export function stepInside(
  stage: TripStage,
  state: HostState | null,
  packet: { readonly source: Ip | null; readonly destination: Ip },
  device: string | null,
  lookups: readonly TripLookup[],
  passage: Passage | null = null,
): TripStep {
  const { source, destination } = packet;
  const plain = {
    outcome: 'passes',
    gateway: null,
    delivery: 'routed',
    refused: false,
    crooked: false,
  } as const;
  return { stage, host: state?.name ?? null, source, destination, device, lookups, passage, ...plain };
}
