import { formatIp, type Ip, sameIp } from '../../addr/ip.ts';
import type { Missing } from '../../linux/decision.ts';
import type { HostState } from '../../linux/host-state.ts';
import type { Packet } from '../../linux/packet.ts';
import type { Connection, Passage } from '../../linux/passage.ts';
import type { Cause } from '../cause.ts';
import { firewallCause } from '../firewall-cause.ts';
import { replyPacket } from '../request.ts';
import { type Responding, respondTo } from '../responder.ts';
import { openAbout } from '../step.ts';
import { rewritten } from '../wrong-source.ts';
import { type Answer, answerName, answerOf, requestOf } from './answer.ts';
import { type Course, home, lostSight, START, stopped, withAssumed, withOpen, withStep } from './course.ts';
import { enter } from './enter.ts';
import { type Leg, stepInside, travel } from './leg.ts';
import { deviceBearing } from './link.ts';
import { originate } from './originate.ts';
import type { Trip, TripQuestion } from './trip.ts';

/** The life of a probe and its reply, foretold from host states alone: through rules, tables, filters and firewalls. */
export function roundTrip(question: TripQuestion): Trip {
  const { from, to, device, address } = question;
  const { lookups, passage } = originate(question);
  const leg: Leg = {
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
  const asked = { question, connection: passage?.connection ?? null };
  return travel(START, leg, (course, source, receiver, door) =>
    reach(asked, course, passage?.packet ?? null, source, receiver, door),
  );
}

/** The question, and what the originator tracks of it. */
interface Asked {
  readonly question: TripQuestion;
  readonly connection: Connection | null;
}

/** What the sender's own rules do to a packet on its way out. */
function hooksOf(
  state: HostState,
  passage: Passage | null,
  what: string,
): { dropped: readonly Cause[]; open: readonly Missing[] } {
  if (!passage) return { dropped: [], open: [] };
  const { outcome, missing } = passage;
  const stops = outcome.kind === 'dropped' || outcome.kind === 'rejected';
  return {
    dropped: stops ? [firewallCause(state.name, outcome, what)] : [],
    open: outcome.kind === 'cannot-tell' ? openAbout(missing) : [],
  };
}

/** The one host given that bears the address. */
function bearerOf(hosts: readonly HostState[], ip: Ip): HostState | null {
  const bearers = hosts.filter((one) => deviceBearing(one, ip) !== null);
  return bearers.length === 1 ? bearers[0] : null;
}

/** At the responder: let in, handed to a program, answered. */
function reach(
  asked: Asked,
  before: Course,
  left: Packet | null,
  source: Ip,
  state: HostState,
  door: string,
): Trip {
  const { question } = asked;
  const request = requestOf(question, left?.source ?? source);
  const { delivered } = respondTo(state, request, door, answerName(question, false), false);
  const answer = answerOf(state, delivered);
  const responding = respondTo(state, request, door, answerName(question, answer.refused), answer.refused);
  const entered = enter({ ...responding.arrival, home: responding.home });
  const step = stepInside('request-comes-in', state, request, door, [entered.lookup]);
  if (entered.causes.length > 0) return stopped(before, step, entered.causes);
  const course = withOpen(withStep(before, step), state.name, entered.missing);
  const told = stepInside('answered', state, request, door, []);
  if (answer.silent) return stopped(course, told, answer.causes);
  return sendBack(asked, answered(course, told, state, answer), responding, answer.refused);
}

function answered(
  course: Course,
  told: ReturnType<typeof stepInside>,
  state: HostState,
  answer: Answer,
): Course {
  const { assumed, refused, causes } = answer;
  return { ...withStep(withAssumed(course, state.name, assumed), { ...told, refused }), causes };
}

function sendBack(asked: Asked, course: Course, responding: Responding, refused: boolean): Trip {
  const { question } = asked;
  const { home: departure, state, device, request } = responding;
  const leg: Leg = {
    stages: ['reply-leaves', 'reply-crosses'],
    lookups: [departure],
    destination: departure.flow.destination,
    receiver: question.from,
    strictNetwork: question.strictNetwork,
    wanted: device,
    subject: departure.subject,
    refused,
    ...hooksOf(state, departure.passage, 'the reply'),
  };
  const { packet } = departure.passage;
  const { source, sourcePort } = packet;
  const reply = { ...replyPacket(request, refused), source, sourcePort };
  const changed = sameIp(source, question.to) ? null : rewritten(responding, source);
  const known = changed ? { ...course, causes: [...course.causes, changed] } : course;
  return travel(known, leg, (after, _, receiver, back) => comeHome(asked, after, reply, receiver, back));
}

/** Back at the originator, where the same filters wait. */
function comeHome(asked: Asked, before: Course, packet: Packet, state: HostState, door: string): Trip {
  const { question, connection } = asked;
  const entered = enter({ state, device: door, packet, connection, home: null, what: 'the reply' });
  const step = stepInside('reply-comes-in', state, packet, door, [entered.lookup]);
  if (entered.causes.length > 0) return stopped(before, step, entered.causes);
  if (question.device !== null && question.device !== door)
    return lostSight(before, step, [
      { kind: 'unmodelled', what: boundElsewhere(question.device, door, packet.destination) },
    ]);
  return home(withOpen(withStep(before, step), state.name, entered.missing));
}

function boundElsewhere(device: string, door: string, source: Ip): string {
  return `how a socket bound to ${device} gets what comes in by ${door} for ${formatIp(source)}`;
}
