import { formatIp } from '../addr/ip.ts';
import { compareTime } from '../addr/time.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { Finding } from '../finding/finding.ts';
import type { Cause } from './cause.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { atMost, causeOf } from './draft.ts';
import { deviceOf, heard, type Sender } from './error-arrival.ts';
import { firewallGap } from './not-enough.ts';
import { byNetwork } from './rejected.ts';
import { requestAt } from './request.ts';

/** Whether the sender goes on with packets that are larger than it was told. */
export function sendsTooLarge(finding: Finding, sender: Sender, error: Sighting): boolean {
  if (error.mtu === 0) return true;
  const header = error.src.family === 4 ? 20 : 40;
  const after = finding.examples
    .flatMap((one) => one.segments)
    .filter((one) => one.host === finding[sender] && compareTime(one.time, error.time) > 0);
  return after.length === 0 || after.some((one) => one.payloadLength + header > error.mtu);
}

/** A router told the sender what the next link takes, and the sender goes on all the same. */
export function unheard(finding: Finding, sender: Sender, error: Sighting, context: ReasonContext): Cause[] {
  const host = finding[sender];
  const state = stateOf(context, host);
  const takes = error.mtu > 0 ? `, whose next link takes ${error.mtu} bytes,` : '';
  const told = `${formatIp(error.src)}${takes} told ${host} so, and ${host} sends as large as before`;
  const step = state && heard(finding, sender, state, error);
  if (step && step.causes.length > 0)
    return [...step.causes.map((cause) => ({ ...cause, notes: [told, ...cause.notes] })), byNetwork(error)];
  const missing = [
    ...(step?.missing ?? []),
    ...(state
      ? firewallGap(state, error.src.family)
      : [{ kind: 'firewall', what: `nft list ruleset; iptables-save (on ${host})` } as const]),
  ];
  return [
    causeOf({
      kind: 'path-mtu',
      host,
      confidence: 'likely',
      sentence: told,
      notes: ['a firewall of its own drops the error, or path MTU discovery is off'],
      missing,
    }),
  ];
}

/** Where no error was seen: would the sender's own rules let one in? As from the far end, since nobody knows the router. */
export function wouldDrop(finding: Finding, sender: Sender, context: ReasonContext): Cause[] {
  const state = stateOf(context, finding[sender]);
  const request = requestAt(finding, finding[sender]);
  const device = deviceOf(finding, sender);
  if (!state || !request || !device) return [];
  const [src, dst] =
    sender === 'originator' ? [request.destination, request.source] : [request.source, request.destination];
  const [icmpType, icmpCode] = SIZE_ERROR[src.family];
  const causes =
    heard(finding, sender, state, { src, dst, interface: device, icmpType, icmpCode })?.causes ?? [];
  return causes.filter((one) => one.kind === 'firewall-drops').map((one) => atMost(one, 'likely'));
}

/** Type and code: fragmentation needed (RFC 792), packet too big (RFC 4443). */
const SIZE_ERROR = { 4: [3, 4], 6: [2, 0] } as const;
