import { formatIp, sameIp } from '../addr/ip.ts';
import type { Finding, Place } from '../finding/finding.ts';
import type { Missing } from '../linux/decision.ts';
import { explainReplyRoute, withFilterNote } from './asymmetric-reply.ts';
import type { Cause } from './cause.ts';
import { isOpen } from './chain.ts';
import { called, type ReasonContext, stateOf } from './context.ts';
import { atMost, causeOf } from './draft.ts';
import { knowsInterface } from './interface-name.ts';

/**
 * The reply is seen to leave, and its host's captures do not show where the request came in: nothing was captured there, or not
 * yet. Where the address asked is that of another interface, the tables are asked as if it had come in by that one. Null where the
 * request is seen, or the interface of the reply is not known.
 */
export function requestUnseen(finding: Finding, context: ReasonContext): Cause[] | null {
  const { requestReached, replyLeft } = finding.path;
  if (finding.kind !== 'reply-lost' || requestReached || !replyLeft?.interface) return null;
  const asked = bearerOf(replyLeft, context);
  const missing = captureOf(replyLeft, asked, called(finding.responder, 'responder'));
  const predicted = asked ? predict(finding, context, asked) : [];
  if (predicted.length > 0 && !predicted.some(isOpen)) {
    const note = `where the request came in is not seen; ${asked} is taken for it, which bears ${formatIp(replyLeft.src)}`;
    return predicted.map((cause) => ({
      ...atMost(cause, 'likely'),
      notes: [...cause.notes, note],
      missing: [...cause.missing, missing],
    }));
  }
  return [
    causeOf({
      kind: 'not-enough-information',
      host: null,
      confidence: 'possible',
      sentence: 'the reply was lost on its way; whether it left by the right interface cannot be told',
      missing: [missing],
    }),
  ];
}

/** The interface with the address asked, unless the reply left by it. */
function bearerOf({ host, interface: left, src }: Place, context: ReasonContext): string | null {
  const state = stateOf(context, host);
  if (!state || left === null || !knowsInterface(state, left)) return null;
  const bearers = state.addresses.filter(({ prefix }) => sameIp(prefix.address, src));
  return bearers.length === 1 && bearers[0].device !== left ? bearers[0].device : null;
}

function predict(finding: Finding, context: ReasonContext, asked: string): Cause[] {
  const { path, probe } = finding;
  const src = path.requestLeft?.src ?? probe.src;
  // Behind a translating box the request is not the one that was seen to leave.
  if (!path.replyLeft || !src || !sameIp(path.replyLeft.src, probe.dst)) return [];
  const { host } = path.replyLeft;
  const reached = { ...finding, path: { ...path, requestReached: { host, interface: asked, src } } };
  return explainReplyRoute(reached, context).map((cause) => withFilterNote(cause, reached));
}

function captureOf({ interface: left }: Place, asked: string | null, host: string): Missing {
  const where = asked ? `on ${asked} of ${host}` : `on all interfaces of ${host}`;
  return {
    kind: 'unmodelled',
    what: `a capture ${where}, begun before the request: whether it came in there or on ${left}, by which the reply left`,
  };
}
