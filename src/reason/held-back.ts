import { formatIp } from '../addr/ip.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { Finding } from '../finding/finding.ts';
import { networkDevice } from '../linux/network-device.ts';
import type { Cause } from './cause.ts';
import { isOpen, LONGEST_CHAIN } from './chain.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { atMost, causeOf } from './draft.ts';
import { type Lost, lastSeenBetween, stoppedOnTheWay } from './on-the-way.ts';

/**
 * What stopped the packet at a host on the way. A reply that came back to it from another side than the request had gone to
 * was sent there by somebody else: while that one's state is not given, who is at fault, that one or the filter, is open.
 */
export function stoppedBetween(lost: Lost): Cause[] {
  const causes = stoppedOnTheWay(lost);
  const astray = causes.length > 0 && !causes.some(isOpen) ? cameBackElsewhere(lost) : null;
  if (astray === null) return causes;
  if (stateOf(lost.context, lost.finding.responder))
    return causes.map((one) => ({ ...one, notes: [astray, ...one.notes] }));
  return [sentAstray(lost.finding, astray), ...causes.map((one) => atMost(one, 'likely'))];
}

/** The fault that brought the reply there comes first. */
export function withStop(causes: readonly Cause[], finding: Finding, context: ReasonContext): Cause[] {
  const room = LONGEST_CHAIN - causes.length;
  if (finding.heldBack === null || room <= 0 || causes.some(isOpen)) return [...causes];
  const stopped = stoppedBetween({ finding, context, reply: true }).filter((one) => !isOpen(one));
  return [...causes, ...stopped.slice(-room)];
}

function cameBackElsewhere(lost: Lost): string | null {
  const came = lost.reply ? lastSeenBetween(lost) : null;
  const state = stateOf(lost.context, came?.host ?? null);
  const out = lost.finding.examples[0]?.requests.find((one) => wentOut(one, came));
  if (!state || !came?.interface || !out?.interface) return null;
  const [left, back] = [networkDevice(state, out.interface), networkDevice(state, came.interface)];
  if (left === back) return null;
  return `the request had left ${state.name} by ${left}, and the reply came back by ${back}: a filter is free to drop what comes from another side`;
}

function wentOut({ host, direction }: Sighting, came: Sighting | null): boolean {
  return host === came?.host && direction === 'out';
}

function sentAstray({ responder, probe }: Finding, astray: string): Cause {
  const name = responder ?? (probe.dst ? formatIp(probe.dst) : 'the responder');
  return causeOf({
    kind: 'not-enough-information',
    host: null,
    confidence: 'possible',
    sentence: `why the reply of ${name} came back from another side, and whether it should, cannot be told without its route tables`,
    notes: [astray],
    missing: [
      { kind: 'routes', what: `ip route show table all (on ${name})` },
      { kind: 'rules', what: `ip rule (on ${name})` },
    ],
  });
}
