import type { Ip } from '../../addr/ip.ts';
import type { Missing } from '../../linux/decision.ts';
import type { HostState } from '../../linux/host-state.ts';
import type { Packet } from '../../linux/packet.ts';
import { replyPacket } from '../request.ts';
import { requestOf } from './answer.ts';
import { doorsInto } from './arrival.ts';
import { lostSight, merged, START, withStep } from './course.ts';
import { hooksOf } from './hooks.ts';
import { type Leg, stepInside, travel } from './leg.ts';
import { deviceBearing, isInner } from './link.ts';
import { type Asking, type Originated, originate } from './originate.ts';
import { reach } from './reach.ts';
import { type Asked, comeHome } from './send-back.ts';
import type { Trip, TripQuestion, TripStep } from './trip.ts';

/** The life of a probe and its reply, foretold from host states alone: through rules, tables, filters and firewalls. */
export function roundTrip(question: TripQuestion): Trip {
  const { from } = question;
  return from ? setOut({ ...question, from }) : fromStranger(question);
}

function setOut(question: Asking): Trip {
  return merged(originate(question).map((originated) => setOutAs(question, originated)));
}

function setOutAs(question: Asking, originated: Originated): Trip {
  const { passage } = originated;
  const leg = requestLeg(question, originated);
  const asked = { question, connection: passage?.connection ?? null };
  const trip = travel(START, leg, (course, source, receiver, door) =>
    reach(asked, course, passage?.packet ?? null, source, receiver, door),
  );
  return leg.receiver ? trip : knownSide(asked, question.from, trip, passage?.packet ?? null);
}

function requestLeg(question: Asking, { lookups, passage }: Originated): Leg {
  const { from, to, device, address } = question;
  return {
    stages: ['request-leaves', 'request-crosses'],
    lookups,
    destination: to,
    receiver: bearerOf(question.hosts, to),
    strictNetwork: question.strictNetwork,
    wanted: device ?? (address && deviceBearing(from, address)),
    subject: 'the request',
    refused: false,
    ...hooksOf(from, passage, 'the request'),
  };
}

/** The one host given that bears the address. */
export function bearerOf(hosts: readonly HostState[], ip: Ip): HostState | null {
  const bearers = hosts.filter((one) => deviceBearing(one, ip) !== null);
  return bearers.length === 1 ? bearers[0] : null;
}

/** Nothing is known of the responder. A reply would come in by the interface that bears its address: is it let in there? */
function knownSide(asked: Asked, state: HostState, trip: Trip, request: Packet | null): Trip {
  const last = trip.steps.at(-1);
  if (trip.verdict !== 'cannot-tell' || last?.stage !== 'request-crosses' || !request) return trip;
  const bearing = deviceBearing(state, request.source);
  const door = bearing && !isInner(state, bearing) ? bearing : last.device;
  const reply = replyPacket({ ...requestOf(asked.question, request.source), sourcePort: request.sourcePort });
  return door ? comeHome(asked, trip, reply, state, door) : trip;
}

/** Only the responder's state is known: the request comes in by the interface that bears the address asked. */
function fromStranger(question: TripQuestion): Trip {
  const { to, address: source, hosts } = question;
  const receiver = bearerOf(hosts, to);
  if (!receiver || !source) return lostSight(START, crossing(question, null, null), [NOBODY]);
  const asked = { question, connection: null };
  return merged(
    doorsInto(receiver, to).map((door) => {
      const course = withStep(START, crossing(question, receiver, door));
      return reach(asked, course, null, source, receiver, door);
    }),
  );
}

const NOBODY: Missing = { kind: 'addresses', what: 'ip addr of the host asked' };

function crossing(
  { to, address }: TripQuestion,
  receiver: HostState | null,
  device: string | null,
): TripStep {
  return {
    ...stepInside('request-crosses', null, { source: address, destination: to }, device, []),
    host: receiver?.name ?? null,
    outcome: receiver ? 'passes' : 'cannot-tell',
  };
}
