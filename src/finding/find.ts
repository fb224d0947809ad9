import type { HostIdentity } from '../addr/identity.ts';
import { formatIp } from '../addr/ip.ts';
import { addNanos, compareTime, earlier, later } from '../addr/time.ts';
import type { Correlation, ExchangeGroup } from '../exchange/correlation.ts';
import { evidenceOf } from './evidence.ts';
import type { Finding, Level } from './finding.ts';
import { notSentFindings, questionDuring, unresolvedOf } from './not-sent.ts';
import { type Case, type Outcome, outcomeOf } from './outcome.ts';
import { pathOf, stagesOf } from './path.ts';
import { rolesOf } from './roles.ts';
import { witnessOf } from './witness.ts';

export interface Findings {
  /** Worst first, then by time. */
  readonly findings: readonly Finding[];
  readonly exchanges: ExchangeCounts;
}

export interface ExchangeCounts {
  readonly total: number;
  readonly answered: number;
  readonly failed: number;
  readonly undecided: number;
}

/** Finds what went wrong from packets alone; addresses of the hosts are known by name, routing is not. */
export function find(correlation: Correlation, identities: readonly HostIdentity[]): Findings {
  const judged = correlation.groups.map((group) => judge(group, correlation, identities));
  const answeredAlike = countAnswered(judged);
  const seen = merge(judged.flatMap((one) => findingOf(one, answeredAlike, correlation)));
  const { coverage, unanswered } = correlation;
  const notSent = notSentFindings(unanswered, { identities, coverage, findings: seen });
  const findings = [...seen, ...notSent].sort(worstFirst);
  return { findings, exchanges: countExchanges(judged, notSent) };
}

interface Judged {
  readonly group: ExchangeGroup;
  readonly one: Case;
  readonly outcome: Outcome;
}

function judge(group: ExchangeGroup, correlation: Correlation, identities: readonly HostIdentity[]): Judged {
  const exchange = group.examples[0];
  const roles = rolesOf(exchange, identities);
  const stages = stagesOf(exchange, roles, identities);
  const witness = witnessOf(roles, group.first, group.last, correlation.coverage, identities);
  const one = { exchange, roles, stages, witness, identities };
  return { group, one, outcome: outcomeOf(one) };
}

/** Exchanges that differ only in their fate share this key. */
function probeKey({
  protocol,
  src,
  dst,
  dstPort,
}: Pick<ExchangeGroup, 'protocol' | 'src' | 'dst' | 'dstPort'>): string {
  return `${protocol} ${src ? formatIp(src) : '*'} ${formatIp(dst)} ${dstPort ?? ''}`;
}

function worked(outcome: Outcome): boolean {
  return outcome.kind === 'answered' || (outcome.kind === 'found' && outcome.level === 'warning');
}

function countAnswered(judged: readonly Judged[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { group, outcome } of judged) {
    if (worked(outcome)) counts.set(probeKey(group), (counts.get(probeKey(group)) ?? 0) + group.count);
  }
  return counts;
}

function findingOf(judged: Judged, answered: Map<string, number>, correlation: Correlation): Finding[] {
  const { group, one, outcome } = judged;
  if (outcome.kind !== 'found') return [];
  const answeredAlike = answered.get(probeKey(group)) ?? 0;
  if (answeredAlike > 0 && atTheEdge(judged, correlation)) return [];
  const { roles, stages, witness } = one;
  const question = questionDuring(roles.responder, group, correlation.unanswered);
  const { first, last, count, examples, protocol } = group;
  return [
    {
      kind: outcome.finding,
      level: outcome.level,
      basis: 'seen',
      protocol,
      ...roles,
      probe: { src: group.src, dst: group.dst, dstPort: group.dstPort },
      count,
      answeredAlike,
      first,
      last,
      path: pathOf(stages),
      evidence: evidenceOf(one, outcome.finding),
      examples,
      unresolved: question && stages.replyLeft === null ? unresolvedOf(question) : null,
      witness,
    },
  ];
}

/** The last request before the capture's end, when others like it were answered: nobody waited for its reply. */
function atTheEdge({ group, one, outcome }: Judged, { coverage }: Correlation): boolean {
  if (outcome.kind !== 'found' || one.exchange.replyCount > 0 || group.count > 2) return false;
  const ends = coverage.filter((capture) => capture.host === one.roles.originator && capture.last !== null);
  return (
    ends.length > 0 && ends.every(({ last }) => last && compareTime(addNanos(group.last, 1e9), last) >= 0)
  );
}

/** Groups that differ in detail (a retransmission more, another example) but in nothing a finding tells are one. */
function merge(findings: readonly Finding[]): Finding[] {
  const byKey = new Map<string, Finding>();
  for (const one of findings) {
    const key = findingKey(one);
    const known = byKey.get(key);
    byKey.set(key, known ? joined(known, one) : one);
  }
  return [...byKey.values()];
}

function findingKey(one: Finding): string {
  const places = Object.values(one.path).map(
    (place) => place && `${place.host}/${place.interface}/${formatIp(place.src)}`,
  );
  const { src, dst, dstPort } = one.probe;
  const error = one.kind === 'rejected' ? one.examples[0]?.errors[0] : undefined;
  return JSON.stringify([
    one.kind,
    one.level,
    one.protocol,
    one.originator,
    one.responder,
    src && formatIp(src),
    dst && formatIp(dst),
    dstPort,
    places,
    error && [formatIp(error.src), error.icmpType, error.icmpCode],
  ]);
}

function joined(a: Finding, b: Finding): Finding {
  const [lead, other] = compareTime(a.first, b.first) <= 0 ? [a, b] : [b, a];
  return {
    ...lead,
    count: a.count + b.count,
    first: earlier(a.first, b.first),
    last: later(a.last, b.last),
    examples: [...lead.examples, ...other.examples].slice(0, 4),
    unresolved: lead.unresolved ?? other.unresolved,
  };
}

const RANK: Record<Level, number> = { error: 0, warning: 1, note: 2 };

function worstFirst(a: Finding, b: Finding): number {
  return RANK[a.level] - RANK[b.level] || compareTime(a.first, b.first);
}

function countExchanges(judged: readonly Judged[], notSent: readonly Finding[]): ExchangeCounts {
  const sum = (wanted: (outcome: Outcome) => boolean) =>
    judged.filter((one) => wanted(one.outcome)).reduce((total, one) => total + one.group.count, 0);
  const unsent = notSent.length;
  return {
    total: sum(() => true) + unsent,
    answered: sum(worked),
    failed: sum((outcome) => outcome.kind === 'found' && outcome.level === 'error') + unsent,
    undecided: sum((outcome) => outcome.kind === 'undecided'),
  };
}
