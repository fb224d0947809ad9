import { formatIp } from '../addr/ip.ts';
import { compareTime } from '../addr/time.ts';
import type { Coverage } from '../exchange/exchange.ts';
import type { Judged } from './judged.ts';
import { worked } from './outcome.ts';

/**
 * How many exchanges of each address asked were answered of which the captures of the host that bears it hold nothing, though
 * they would: somebody else may answer for that address. By host and address, of those of which requests were lost.
 */
export function answeredUnseen(
  judged: readonly Judged[],
  coverage: readonly Coverage[],
): (host: string, address: string) => number {
  const wanted = new Set(judged.filter(isLost).map(keyOf));
  const counts = new Map<string, number>();
  for (const one of wanted.size > 0 ? judged : []) {
    const key = keyOf(one);
    if (wanted.has(key) && isUnseen(one, coverage)) counts.set(key, (counts.get(key) ?? 0) + one.group.count);
  }
  return (host, address) => counts.get(JSON.stringify([host, address])) ?? 0;
}

function keyOf({ one, group }: Judged): string {
  return JSON.stringify([one.roles.responder, formatIp(group.dst)]);
}

function isLost({ outcome, one }: Judged): boolean {
  return outcome.kind === 'found' && outcome.finding === 'request-lost' && one.roles.responder !== null;
}

function isUnseen({ one, outcome, group }: Judged, coverage: readonly Coverage[]): boolean {
  const { exchange, stages, roles, witness } = one;
  if (!worked(outcome) || !witness.responderCovered || stages.replyReached === null) return false;
  const seen = [...exchange.requests, ...exchange.replies].some(({ host }) => host === roles.responder);
  return !seen && coverage.some((one) => one.host === roles.responder && spans(one, group));
}

/** Its frames begin before and end after: it may not have run elsewhere. */
function spans({ first, last }: Coverage, group: Judged['group']): boolean {
  return !!first && !!last && compareTime(first, group.first) <= 0 && compareTime(last, group.last) >= 0;
}
