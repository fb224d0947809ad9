import type { HostIdentity } from '../addr/identity.ts';
import { formatIp } from '../addr/ip.ts';
import type { Correlation, ExchangeGroup } from '../exchange/correlation.ts';
import { atTheEdge } from './edge.ts';
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
}

export function judgeAll(correlation: Correlation, identities: readonly HostIdentity[]): Judged[] {
  const judged = correlation.groups.map((group) => judge(group, correlation, identities));
  const answered = countAnswered(judged);
  return judged.map((one) => {
    const answeredAlike = answered.get(probeKey(one.group)) ?? 0;
    const cut = answeredAlike > 0 && atTheEdge(one, correlation.coverage);
    if (cut) return { ...one, answeredAlike, outcome: { kind: 'undecided' } };
    return {
      ...one,
      answeredAlike,
      outcome: mayBeOneWay(one, answeredAlike) ? noted(one.outcome) : one.outcome,
    };
  });
}

function judge(
  group: ExchangeGroup,
  { coverage }: Correlation,
  identities: readonly HostIdentity[],
): Omit<Judged, 'answeredAlike'> {
  const exchange = group.examples[0];
  const roles = rolesOf(exchange, identities);
  const stages = stagesOf(exchange, roles, identities);
  const witness = witnessOf(roles, { ...group, family: exchange.dst.family }, coverage, identities);
  const one = { exchange, roles, stages, witness, identities };
  return { group, one, outcome: outcomeOf(one) };
}

function noted(outcome: Outcome): Outcome {
  return outcome.kind === 'found' ? { ...outcome, level: 'note' } : outcome;
}

function countAnswered(judged: readonly Omit<Judged, 'answeredAlike'>[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { group, outcome } of judged) {
    if (worked(outcome)) counts.set(probeKey(group), (counts.get(probeKey(group)) ?? 0) + group.count);
  }
  return counts;
}

/** Exchanges that differ only in their fate share this key. */
function probeKey({ protocol, src, dst, dstPort }: ExchangeGroup): string {
  return `${protocol} ${src ? formatIp(src) : '*'} ${formatIp(dst)} ${dstPort ?? ''}`;
}
