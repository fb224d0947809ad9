import { sameIp } from '../addr/ip.ts';
import type { Sighting } from '../exchange/sighting.ts';
import { answeredInVain, askedAfterReply } from './again.ts';
import { stuckData } from './data-lost.ts';
import type { FindingKind } from './finding.ts';
import { isSizeError } from './icmp-error.ts';
import { refusesReply } from './reset.ts';
import { type Case, complainsOfReply, isFromAsked, refusesDatagram, rejection } from './signs.ts';
import { strayOf } from './stray.ts';

/** The sightings of the first example that show the finding, in the order of the packet's way. */
export function evidenceOf(one: Case, kind: FindingKind): Sighting[] {
  const { exchange, stages } = one;
  const onTheWay = [stages.requestLeft, stages.requestReached, stages.replyLeft, stages.replyReached];
  const seen = onTheWay.filter((sighting) => sighting !== null);
  const stray = strayOf(one, kind);
  const extra = [...(stray ? [stray] : []), ...extraOf(one, kind)].filter(
    (sighting) => !seen.includes(sighting),
  );
  const all = [...seen, ...extra];
  if (seen.length > 0) return all;
  return [...new Set([...exchange.requests.slice(0, 1), ...exchange.replies.slice(0, 1), ...extra])];
}

/** What only this kind rests on: the error, the wrong answer, the repetition. */
function extraOf(one: Case, kind: FindingKind): Sighting[] {
  const { exchange, roles, stages } = one;
  const first = (sightings: readonly Sighting[]) => sightings.slice(0, 1);
  switch (kind) {
    case 'rejected': {
      const error = rejection(one);
      return error ? [error] : [];
    }
    case 'unanswered':
      return stages.later ? laterOf(one) : first(exchange.replies);
    case 'asymmetric-reply':
      return [
        ...held(one),
        ...first(exchange.errors.filter((error) => complainsOfReply(error, one))),
        ...laterOf(one),
      ];
    case 'wrong-source':
      return [
        ...first(exchange.requests.filter((request) => isPassedOn(request, one))),
        ...first(exchange.replies.filter((reply) => !isFromAsked(reply, exchange))),
        ...first(exchange.errors.filter((error) => error === refusesDatagram(one))),
      ];
    case 'reply-not-accepted':
      return [
        ...first(exchange.errors.filter((error) => error === refusesDatagram(one))),
        ...first(exchange.resets.filter((reset) => refusesReply(reset, exchange))),
        ...exchange.requests.filter((sighting) => sighting.host === roles.originator).slice(1, 2),
      ];
    case 'reply-lost': {
      const again = askedAfterReply(exchange);
      return [...held(one), ...(again ? [again] : []), ...laterOf(one)];
    }
    case 'data-lost':
      return [
        ...first(exchange.acks.filter((ack) => ack.host === roles.responder)),
        ...first(exchange.errors.filter(isSizeError)),
        ...(stuckData(one)?.segments ?? []).slice(0, 3),
      ];
    case 'handshake-stalled': {
      const { replyLeft } = stages;
      const left = exchange.replies.filter((sighting) => sighting.host === roles.responder).slice(1, 2);
      return [...first(exchange.acks), ...(replyLeft ? left : (answeredInVain(exchange) ?? []).slice(1, 3))];
    }
    default:
      return [];
  }
}

function held({ heldBack }: Case): Sighting[] {
  return heldBack ? [heldBack] : [];
}

/** The host asked sent the request on to whoever answered. */
function isPassedOn({ host, direction, dst }: Sighting, { roles, stages }: Case): boolean {
  return host === roles.responder && direction === 'out' && sameIp(dst, stages.replyReached?.src);
}

/** What came home after the first answers had not, and the reset that it met where nobody waited for it any more. */
function laterOf({ exchange, stages: { later } }: Case): Sighting[] {
  if (!later) return [];
  const resets = exchange.acks.length === 0 ? exchange.resets : [];
  const reset = resets.filter((one) => refusesReply(one, exchange)).slice(0, 1);
  return [later.left, ...(later.reached ? [later.reached] : []), ...reset];
}
