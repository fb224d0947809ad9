import type { ExchangeGroup } from '../exchange/correlation.ts';
import { MOST_HOPS } from '../exchange/most-hops.ts';
import { probeKey } from './distinction.ts';
import type { FindingKind } from './finding.ts';
import { isTimeExceeded } from './icmp-error.ts';
import { type Outcome, worked } from './outcome.ts';
import { isOfShortLived } from './probing.ts';
import { sentTtl } from './sent-ttl.ts';
import { type Case, rejection } from './signs.ts';

interface Judgement {
  readonly group: ExchangeGroup;
  readonly one: Case;
  readonly outcome: Outcome;
}

/** The largest TTLs of one probe; 0: of none. */
interface Ttls {
  answered: number;
  /** Of those that were answered though theirs was small. */
  answeredSmall: number;
  /** Of those that a router said to have run out. */
  ranOut: number;
}

/** Probes of one hop beyond those that were answered: the last ones may be under way. */
const MORE_PROBES = 3;

const LOST: ReadonlySet<FindingKind> = new Set(['request-lost', 'no-reply-seen']);

/**
 * As traceroute and mtr do: small TTLs run out, and the same probe with a larger one is answered, about as often. Of many only a
 * few are looked at; a loop among them would show by its number.
 */
export class UsedUp {
  private readonly ttls = new Map<string, Ttls>();

  constructor(judged: readonly Judgement[]) {
    for (const one of judged) this.note(one);
  }

  has({ one, outcome, group }: Judgement, alike: number): boolean {
    const known = this.ttls.get(probeKey(group));
    if (outcome.kind !== 'found' || !known || group.count > alike + MORE_PROBES) return false;
    const ttl = Math.max(...group.examples.map(({ requests }) => sentTtl(requests)));
    if (ttl > MOST_HOPS || ttl >= known.answered) return false;
    if (outcome.finding === 'rejected') return exceeded(one);
    return LOST.has(outcome.finding) && group.src !== null && isOfShortLived(group) && untold(ttl, known);
  }

  private note({ group, one, outcome }: Judgement): void {
    const key = probeKey(group);
    const known = this.ttls.get(key) ?? { answered: 0, answeredSmall: 0, ranOut: 0 };
    this.ttls.set(key, known);
    const own = group.examples.map(({ requests }) => sentTtl(requests));
    if (worked(outcome)) {
      known.answered = Math.max(known.answered, sentTtl(one.exchange.requests));
      known.answeredSmall = Math.max(known.answeredSmall, ...own.filter((ttl) => ttl <= MOST_HOPS));
    } else if (outcome.kind === 'found' && outcome.finding === 'rejected' && exceeded(one)) {
      known.ranOut = Math.max(known.ranOut, ...own);
    }
  }
}

/**
 * Routers ration their errors, and some send none (RFC 1812 section 4.3.2.8). What bears a TTL that ran out under others, or a
 * smaller one than others that arrived and were sent with a small one as well, ran out untold.
 */
function untold(ttl: number, { answeredSmall, ranOut }: Ttls): boolean {
  return ttl <= ranOut || ttl < answeredSmall;
}

function exceeded(one: Case): boolean {
  const error = rejection(one);
  return error !== undefined && isTimeExceeded(error);
}
