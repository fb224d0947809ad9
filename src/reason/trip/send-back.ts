import { formatIp, type Ip, sameIp } from '../../addr/ip.ts';
import type { HostState } from '../../linux/host-state.ts';
import type { Packet } from '../../linux/packet.ts';
import type { Connection } from '../../linux/passage.ts';
import type { Cause } from '../cause.ts';
import { atMost } from '../draft.ts';
import { programCause } from '../program-source.ts';
import { replyPacket } from '../request.ts';
import type { Responding } from '../responder.ts';
import { rewritten } from '../wrong-source.ts';
import type { Answer } from './answer.ts';
import { type Course, home, lostSight, stopped, withOpen, withStep } from './course.ts';
import { enter } from './enter.ts';
import { hooksOf } from './hooks.ts';
import { type Leg, stepInside, travel } from './leg.ts';
import type { Trip, TripLookup, TripQuestion } from './trip.ts';

/** The question, and what the originator tracks of it. */
export interface Asked {
  readonly question: TripQuestion;
  readonly connection: Connection | null;
}

/** The answer's way home. */
export function answerLeg(
  { question }: Asked,
  { home: departure, state, device }: Responding,
  { refused }: Answer,
): Leg {
  return {
    stages: ['reply-leaves', 'reply-crosses'],
    lookups: lookupsOf(departure),
    destination: departure.flow.destination,
    receiver: question.from,
    strictNetwork: question.strictNetwork,
    wanted: device,
    subject: departure.subject,
    refused,
    ...hooksOf(state, departure.passage, 'the reply'),
  };
}

/** A rule's mark may have caused a second lookup. */
function lookupsOf({ state, flow, decision, passage }: Responding['home']): TripLookup[] {
  const last = { state, flow, decision };
  return passage.before ? [{ state, flow: { ...flow, mark: 0 }, decision: passage.before }, last] : [last];
}

export function sendBack(asked: Asked, course: Course, responding: Responding, leg: Leg): Trip {
  const { request, home: departure } = responding;
  const { source, sourcePort } = departure.passage.packet;
  const reply = { ...replyPacket(request, leg.refused), source, sourcePort };
  const changed = sameIp(source, asked.question.to) ? null : otherSource(responding, source);
  const known = changed ? { ...course, causes: [...course.causes, changed] } : course;
  return travel(known, leg, (after, _, receiver, back) => comeHome(asked, after, reply, receiver, back));
}

/** A connected socket takes no answer from an address that it did not ask; a program may still set the source (IP_PKTINFO). */
function otherSource(responding: Responding, source: Ip): Cause | null {
  const written = rewritten(responding, source);
  if (written || responding.request.protocol !== 'udp') return written;
  return atMost(programCause(responding.state, responding.delivered, source, false), 'likely');
}

/** Back at the originator, where the same filters wait. */
export function comeHome(asked: Asked, before: Course, packet: Packet, state: HostState, door: string): Trip {
  const { question, connection } = asked;
  const { lookup, passage, causes, missing } = enter({
    state,
    device: door,
    packet,
    connection,
    home: null,
    what: 'the reply',
  });
  const step = stepInside('reply-comes-in', state, packet, door, [lookup], passage);
  if (causes.length > 0) return stopped(before, step, causes);
  if (question.device !== null && question.device !== door)
    return lostSight(before, step, [
      { kind: 'unmodelled', what: boundElsewhere(question.device, door, packet.destination) },
    ]);
  return home(withOpen(withStep(before, step), state.name, missing));
}

function boundElsewhere(device: string, door: string, source: Ip): string {
  return `how a socket bound to ${device} gets what comes in by ${door} for ${formatIp(source)}`;
}
