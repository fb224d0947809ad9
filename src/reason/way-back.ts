import { formatIp } from '../addr/ip.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { Finding } from '../finding/finding.ts';
import type { Cause } from './cause.ts';
import type { ReasonContext } from './context.ts';
import { atMost } from './draft.ts';
import { asksFromElsewhere, foreignSource } from './foreign-source.ts';
import { errorName } from './icmp-error.ts';
import { byNetwork } from './rejected.ts';
import { isOnWayHome, noWayBack } from './reply-error.ts';

/**
 * The reply took the wrong way and was lost. Where no way leads back to the source that it answers, the right one would have
 * lost it, too: then the responder's routing is not what must change, or not surely.
 */
export function unlessNoWayBack(causes: Cause[], finding: Finding, context: ReasonContext): Cause[] {
  const error = noWayBack(finding, context);
  const foreign = foreignSource(finding, context, error);
  const others = causes.filter(({ host }) => host !== finding.responder);
  const own = causes.filter(({ host }) => host === finding.responder);
  if (error && isOnWayHome(error, finding, context))
    return [...others, foreign ?? sameRouter(error, finding)];
  if (foreign) return [...others, foreign, ...own.map((one) => atMost(one, 'possible'))];
  if (error) return [...others, ...own.map((one) => told(one, otherRouter(error, finding)))];
  if (!asksFromElsewhere(finding, context)) return causes;
  return [...others, ...own.map((one) => told(one, elsewhere(finding)))];
}

function told(cause: Cause, note: string): Cause {
  return { ...atMost(cause, 'likely'), notes: [note, ...cause.notes] };
}

function sameRouter(error: Sighting, { path, responder }: Finding): Cause {
  const cause = atMost(byNetwork(error), 'likely');
  const note = `the reply left ${responder} by ${path.replyLeft?.interface}, but the router that has no way back is on the link of ${path.requestReached?.interface}, too: by that it would have come to the same`;
  return { ...cause, notes: [note, ...cause.notes] };
}

function otherRouter(error: Sighting, { path }: Finding): string {
  return `${formatIp(error.src)} answered the reply "${errorName(error)}"; whether a router behind ${path.requestReached?.interface} knows a way back is not seen`;
}

function elsewhere({ originator, path }: Finding): string {
  const source = path.requestLeft ? formatIp(path.requestLeft.src) : 'its source';
  return `${originator} does not bear ${source}, from which it asked, and is in no network of it: whether any way leads back is not seen`;
}
