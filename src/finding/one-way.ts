import type { ExchangeGroup } from '../exchange/correlation.ts';
import type { Outcome } from './outcome.ts';
import type { Case } from './signs.ts';

/** So many datagrams from one socket, none repeated and none answered, are no client that waits for an answer. */
const TOLD_NOT_ASKED = 10;
/** The same where the service is known to be told only; a client that tries whether it answers gives up before. */
const TOLD_KNOWN = 4;

/** SNMP traps, syslog, NetFlow, IPFIX, sFlow, statsd, GELF, collectd (IANA service names, or their own manuals). */
const NEVER_ANSWER: ReadonlySet<number> = new Set([162, 514, 2055, 4739, 6343, 8125, 12201, 25826]);

interface Judgement {
  readonly group: ExchangeGroup;
  readonly one: Case;
  readonly outcome: Outcome;
}

/**
 * Whether datagrams that stay without an answer look like a protocol that has none. One that never reached its host is
 * lost all the same; who asks by DNS, or asks again, waits for an answer.
 */
export function mayBeOneWay({ group, one, outcome }: Judgement, answeredAlike: number): boolean {
  const { exchange } = one;
  if (exchange.protocol !== 'udp' || outcome.kind !== 'found' || answeredAlike > 0) return false;
  if (outcome.finding !== 'unanswered' && outcome.finding !== 'no-reply-seen') return false;
  if (exchange.dns || exchange.retransmitted || exchange.errors.length > 0) return false;
  const known = exchange.dstPort !== null && NEVER_ANSWER.has(exchange.dstPort);
  return group.count >= (known ? TOLD_KNOWN : TOLD_NOT_ASKED) && group.sourcePort !== null;
}
