import type { HostIdentity } from '../addr/identity.ts';
import type { Correlation, ExchangeGroup } from '../exchange/correlation.ts';
import { losesLarge } from './data-lost.ts';
import { distinctionsOf, probeKey } from './distinction.ts';
import { atTheEdge, stillUnderWay } from './edge.ts';
import type { Distinction } from './finding.ts';
import { mayBeOneWay } from './one-way.ts';
import { type Outcome, outcomeOf, worked } from './outcome.ts';
import { stagesOf } from './path.ts';
import { rolesOf } from './roles.ts';
import type { Case } from './signs.ts';
import { witnessOf } from './witness.ts';

/** A group of like exchanges, its first example worked out, and what became of them. */
export interface Judged {
  readonly group: ExchangeGroup;
  readonly one: Case;
  readonly outcome: Outcome;
  /** Exchanges of the same probe (addresses and port) that got their answer. */
  readonly answeredAlike: number;
  readonly distinction: Distinction | null;
}

type Alone = Omit<Judged, 'answeredAlike' | 'distinction'>;

export function judgeAll(correlation: Correlation, identities: readonly HostIdentity[]): Judged[] {
  const showAcks = acknowledgedHosts(correlation.groups);
  const judged = correlation.groups.map((group) => judge(group, correlation, identities, showAcks));
  const answered = countAnswered(judged);
  const distinctions = distinctionsOf(judged);
  return judged.map((one) => {
    const key = probeKey(one.group);
    const answeredAlike = answered.get(key) ?? 0;
    const distinction = distinctions.get(key) ?? null;
    return {
      ...one,
      answeredAlike,
      distinction,
      outcome: compared(one, { alike: answeredAlike, any: answered.size > 0 }, distinction, correlation),
    };
  });
}

/** The outcome beside those of the same probe, and beside whatever was answered. */
function compared(
  one: Alone,
  answered: { readonly alike: number; readonly any: boolean },
  distinction: Distinction | null,
  { coverage }: Correlation,
): Outcome {
  const { outcome } = one;
  const failed = outcome.kind === 'found' && outcome.level === 'error';
  // A capture that begins after the large ones shows none of them, either: the size tells more than the time.
  if (failed && losesLarge(one.one, outcome.finding, distinction))
    return { ...outcome, finding: 'data-lost' };
  if (answered.any && stillUnderWay(one, coverage)) return { kind: 'undecided' };
  if (answered.alike > 0 && atTheEdge(one, coverage)) return { kind: 'undecided' };
  if (outcome.kind === 'found' && mayBeOneWay(one, answered.alike)) return { ...outcome, level: 'note' };
  return outcome;
}

function judge(
  group: ExchangeGroup,
  { coverage }: Correlation,
  identities: readonly HostIdentity[],
  showAcks: ReadonlySet<string>,
): Alone {
  const exchange = group.examples[0];
  const roles = rolesOf(exchange, identities);
  const stages = stagesOf(exchange, roles, identities);
  const witness = witnessOf(
    roles,
    { first: group.first, last: group.last, count: group.count, family: exchange.dst.family },
    coverage,
    identities,
  );
  const one = { exchange, roles, stages, witness, identities, showAcks };
  return { group, one, outcome: outcomeOf(one) };
}

function acknowledgedHosts(groups: readonly ExchangeGroup[]): Set<string> {
  const acks = groups.flatMap(({ examples }) => examples[0].acks);
  return new Set(acks.filter((one) => one.direction === 'in').map((one) => one.host));
}

function countAnswered(judged: readonly Alone[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { group, outcome } of judged) {
    if (worked(outcome)) counts.set(probeKey(group), (counts.get(probeKey(group)) ?? 0) + group.count);
  }
  return counts;
}
