import { sameIp } from '../addr/ip.ts';
import { addNanos, compareTime } from '../addr/time.ts';
import type { ExchangeGroup, NeighbourQuestion } from '../exchange/correlation.ts';
import type { Unresolved } from './finding.ts';
import type { Case } from './signs.ts';

/** A packet waits for its next hop's address for as long as the host asks: three times, a second apart. */
const ASKING_NS = 5e9;

export function unresolvedOf(question: NeighbourQuestion): Unresolved {
  const { host, interface: device, target, tell, count } = question;
  return { host, interface: device, target, tell, asked: count };
}

/** A packet of that time may have waited for the answer. */
export function askedDuring(
  question: Pick<NeighbourQuestion, 'first' | 'last'>,
  { first, last }: Pick<ExchangeGroup, 'first' | 'last'>,
): boolean {
  return (
    compareTime(addNanos(question.last, ASKING_NS), first) >= 0 &&
    compareTime(question.first, addNanos(last, ASKING_NS)) <= 0
  );
}

/**
 * The question the responder put in vain at the time of a missing reply, if one can belong to it: for the originator
 * itself, or on behalf of the address asked (with `arp_announce` 0 the question bears the source of the packet that
 * waits for it). Questions on behalf of another address may be about anything.
 */
export function questionDuring(
  { roles, exchange }: Case,
  { first, last }: Pick<ExchangeGroup, 'first' | 'last'>,
  questions: readonly NeighbourQuestion[],
): NeighbourQuestion | undefined {
  const fitting = questions.filter(
    (one) =>
      one.host === roles.responder && !sameIp(one.target, one.tell) && askedDuring(one, { first, last }),
  );
  return (
    fitting.find((one) => sameIp(one.target, exchange.src)) ??
    fitting.find((one) => sameIp(one.tell, exchange.dst))
  );
}
