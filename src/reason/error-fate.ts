import { formatIp } from '../addr/ip.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { Finding } from '../finding/finding.ts';
import type { Cause } from './cause.ts';
import { called, type ReasonContext, stateOf } from './context.ts';
import { heard, type Sender } from './error-arrival.ts';

/** The originator's own filters keep the error from the program, which waits in vain; null: it is not seen to come back. */
export function refusalUntold(finding: Finding, context: ReasonContext): Cause[] | null {
  const { originator } = finding;
  const came = seenAt(finding, originator, 'in');
  if (!came) return null;
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

export function seenAt(
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
