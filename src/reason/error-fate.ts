import { formatIp } from '../addr/ip.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { Finding } from '../finding/finding.ts';
import { explainReplyRoute } from './asymmetric-reply.ts';
import type { Cause } from './cause.ts';
import { isOpen } from './chain.ts';
import { called, type ReasonContext, stateOf } from './context.ts';
import { heard, type Sender } from './error-arrival.ts';

/**
 * The responder's ICMP error is a packet like any other: the responder may send it by another interface than the request came
 * in by, where an answer would go as well; and the originator's own filters may keep it from the program, which waits in vain.
 */
export function fateOfError(finding: Finding, context: ReasonContext): Cause[] {
  const { originator, responder } = finding;
  if (originator === responder) return [];
  const came = seenAt(finding, originator, 'in');
  if (!came) return wayOfError(finding, context);
  const note = `the program of ${called(originator, 'originator')} learns nothing of the refusal and waits`;
  return dropped(finding, 'originator', came, context).map((one) => ({
    ...one,
    notes: [note, ...one.notes],
  }));
}

/** Whoever sent too large a packet was told so by a router, as its capture shows, and its own filters drop the error. */
export function sizeUntold(finding: Finding, sender: Sender, context: ReasonContext): Cause[] {
  const came = seenAt(finding, finding[sender], 'in');
  if (!came) return [];
  const host = called(finding[sender], sender);
  const takes = came.mtu > 0 ? ` that the next link takes ${came.mtu} bytes` : ' so';
  const note = `${formatIp(came.src)} told ${host}${takes}; while its own filters drop that, ${host} goes on as before`;
  return dropped(finding, sender, came, context).map((one) => ({ ...one, notes: [note, ...one.notes] }));
}

function seenAt(
  { evidence, examples }: Finding,
  host: string | null,
  way: Sighting['direction'],
): Sighting | undefined {
  const all = [...evidence, ...(examples[0]?.errors ?? [])];
  return all.find((one) => one.kind === 'icmp-error' && one.host === host && one.direction === way);
}

function dropped(finding: Finding, sender: Sender, error: Sighting, context: ReasonContext): Cause[] {
  const state = stateOf(context, finding[sender]);
  return [...((state && heard(finding, sender, state, error)?.causes) ?? [])];
}

/** The kernel looks up its way as it does that of an answer: from the address asked (icmp_send). */
function wayOfError(finding: Finding, context: ReasonContext): Cause[] {
  const left = seenAt(finding, finding.responder, 'out');
  const asked = finding.path.requestReached?.interface;
  if (!left?.interface || !asked || left.interface === asked || !finding.witness.originatorCovered) return [];
  const { host, interface: device, src } = left;
  const path = { ...finding.path, replyLeft: { host, interface: device, src } };
  return explainReplyRoute({ ...finding, path }, context).filter((one) => !isOpen(one));
}
