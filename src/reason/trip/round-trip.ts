import { formatIp, type Ip } from '../../addr/ip.ts';
import type { HostState } from '../../linux/host-state.ts';
import { answerOf, replyLookup, replySubject, requestOf } from './answer.ts';
import { type Course, home, lostSight, START, stopped, withAssumed, withOpen, withStep } from './course.ts';
import { enter } from './enter.ts';
import { type Leg, stepInside, travel } from './leg.ts';
import { deviceBearing } from './link.ts';
import { originate } from './originate.ts';
import type { Trip, TripQuestion } from './trip.ts';

/** The life of a probe and its reply, foretold from host states alone. */
export function roundTrip(question: TripQuestion): Trip {
  const { from, to, device, address } = question;
  const leg: Leg = {
    stages: ['request-leaves', 'request-crosses'],
    lookups: originate(question),
    destination: to,
    receiver: bearerOf(question.hosts, to),
    strictNetwork: question.strictNetwork,
    wanted: device ?? (address && deviceBearing(from, address)),
    subject: 'the request',
    refused: false,
  };
  return travel(START, leg, (course, source, receiver, door) =>
    reach(question, course, source, receiver, door),
  );
}

/** The one host given that bears the address. */
function bearerOf(hosts: readonly HostState[], ip: Ip): HostState | null {
  const bearers = hosts.filter((one) => deviceBearing(one, ip) !== null);
  return bearers.length === 1 ? bearers[0] : null;
}

/** At the responder: let in, handed to a program, answered. */
function reach(question: TripQuestion, before: Course, source: Ip, state: HostState, door: string): Trip {
  const request = requestOf(question, source);
  const { protocolNumber: protocol } = request;
  const entered = enter({ ...request, state, device: door, protocol, what: 'the request' });
  const step = stepInside('request-comes-in', state, request, door, [entered.lookup]);
  if (entered.causes.length > 0) return stopped(before, step, entered.causes);
  const course = withOpen(withStep(before, step), state.name, entered.missing);
  const answer = answerOf(state, request);
  const told = stepInside('answered', state, request, door, []);
  if (answer.silent) return stopped(course, told, answer.causes);
  const after = withStep(withAssumed(course, state.name, answer.assumed), {
    ...told,
    refused: answer.refused,
  });
  return sendBack(question, { ...after, causes: answer.causes }, source, state, door, answer.refused);
}

function sendBack(
  question: TripQuestion,
  course: Course,
  source: Ip,
  state: HostState,
  door: string,
  refused: boolean,
): Trip {
  const leg: Leg = {
    stages: ['reply-leaves', 'reply-crosses'],
    lookups: [replyLookup(state, requestOf(question, source), door, refused)],
    destination: source,
    receiver: question.from,
    strictNetwork: question.strictNetwork,
    wanted: door,
    subject: replySubject(question, refused, question.to),
    refused,
  };
  return travel(course, leg, (after, _, receiver, back) => comeHome(question, after, source, receiver, back));
}

/** Back at the originator, where the same filter waits. */
function comeHome(question: TripQuestion, before: Course, source: Ip, state: HostState, door: string): Trip {
  const { protocolNumber: protocol, destinationPort: sourcePort } = requestOf(question, source);
  const packet = { source: question.to, destination: source, protocol, sourcePort, destinationPort: 0 };
  const entered = enter({ ...packet, state, device: door, what: 'the reply' });
  const step = stepInside('reply-comes-in', state, packet, door, [entered.lookup]);
  if (entered.causes.length > 0) return stopped(before, step, entered.causes);
  if (question.device !== null && question.device !== door)
    return lostSight(before, step, [
      { kind: 'unmodelled', what: boundElsewhere(question.device, door, source) },
    ]);
  return home(withOpen(withStep(before, step), state.name, entered.missing));
}

function boundElsewhere(device: string, door: string, source: Ip): string {
  return `how a socket bound to ${device} gets what comes in by ${door} for ${formatIp(source)}`;
}
