import { type Ip, sameIp } from '../../addr/ip.ts';
import type { HostState } from '../../linux/host-state.ts';
import type { Packet } from '../../linux/packet.ts';
import { type Responding, respondTo } from '../responder.ts';
import { type Answer, answerName, answerOf, requestOf } from './answer.ts';
import { type Course, lostSight, stopped, withAssumed, withOpen, withStep } from './course.ts';
import { enter, translatedOnward } from './enter.ts';
import { stepInside } from './leg.ts';
import { type Asked, answerLeg, sendBack } from './send-back.ts';
import type { Trip, TripStep } from './trip.ts';

/** At the responder: let in, handed to a program, answered. */
export function reach(
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
  const { refused } = answer;
  const respond = (sourceOpen: boolean) =>
    respondTo(state, request, door, answerName(question, refused), refused, sourceOpen);
  const responding = respond(answer.source === 'route');
  const { lookup, passage, causes, missing } = enter({ ...responding.arrival, home: responding.home });
  const step = stepInside('request-comes-in', state, request, door, [lookup], passage);
  if (causes.length > 0) return stopped(before, step, causes);
  const behind = translatedOnward(responding.arrival, passage);
  if (behind) return lostSight(before, step, [behind, ...missing]);
  const course = withOpen(withStep(before, step), state.name, missing);
  const told = { ...stepInside('answered', state, request, door, []), refused };
  if (answer.silent || isRefusedDatagram(answer, question.protocol))
    return stopped(course, told, answer.causes);
  const known = doubtSource(answered(course, told, state, answer), answer, respond, question.to);
  return sendBack(asked, known, responding, answerLeg(asked, responding, answer));
}

/** Port unreachable is not followed home: to the program, nothing came back either way. */
function isRefusedDatagram({ refused }: Answer, protocol: string): boolean {
  return refused && protocol === 'udp';
}

function answered(course: Course, told: TripStep, state: HostState, answer: Answer): Course {
  const { assumed, causes } = answer;
  return { ...withStep(withAssumed(course, state.name, assumed), told), causes };
}

/** How the socket is bound matters only where the route would choose another source than the one asked. */
function doubtSource(
  course: Course,
  { source }: Answer,
  respond: (sourceOpen: boolean) => Responding,
  asked: Ip,
): Course {
  if (source !== 'unknown') return course;
  const { state, home } = respond(true);
  if (sameIp(home.passage.packet.source, asked)) return course;
  return withOpen(course, state.name, [{ kind: 'unmodelled', what: 'ss -lun' }]);
}
