import type { HostIdentity } from '../addr/identity.ts';
import { formatIp } from '../addr/ip.ts';
import { addNanos, compareTime, earlier, later } from '../addr/time.ts';
import type { Correlation, ExchangeGroup } from '../exchange/correlation.ts';
import { evidenceOf } from './evidence.ts';
import type { Finding, FindingKind, Level } from './finding.ts';
import { notSentFindings, questionDuring, unresolvedOf } from './not-sent.ts';
import { type Case, type Outcome, outcomeOf } from './outcome.ts';
import { pathOf, stagesOf } from './path.ts';
import { rolesOf } from './roles.ts';
import { witnessOf } from './witness.ts';

export interface Findings {
  /** Worst first, then by time. */
  readonly findings: readonly Finding[];
  /** Pings whose reply reached the originator, as the finding they would be if its state drops that reply. */
  readonly arrived: readonly Arrived[];
  readonly exchanges: ExchangeCounts;
}

export interface Arrived {
  readonly finding: Finding;
  /** The warning about the same exchanges, which the raised finding would replace. */
  readonly warning: Finding | null;
}

export interface ExchangeCounts {
  readonly total: number;
  readonly answered: number;
  readonly failed: number;
  readonly undecided: number;
}

/** Finds what went wrong from packets alone; addresses of the hosts are known by name, routing is not. */
export function find(correlation: Correlation, identities: readonly HostIdentity[]): Findings {
  const first = correlation.groups.map((group) => judge(group, correlation, identities));
  const answeredAlike = countAnswered(first);
  const judged = first.map((one) => settleEdge(one, answeredAlike, correlation));
  const seen = merge(judged.flatMap((one) => findingOf(one, answeredAlike, correlation)));
  const { coverage, unanswered } = correlation;
  const notSent = notSentFindings(unanswered, { identities, coverage, findings: seen });
  const findings = [...seen, ...notSent].sort(worstFirst);
  const arrived = arrivedOf(judged, seen, correlation);
  return { findings, arrived, exchanges: countExchanges(judged, notSent) };
}

/**
 * A capture shows an echo reply before the originator's filters do their work, and ping never asks again. So whether it
 * was taken is not seen; `reason/` may compute it.
 */
function arrivedOf(judged: readonly Judged[], seen: readonly Finding[], correlation: Correlation): Arrived[] {
  const pings = judged.filter(
    ({ one, outcome }) =>
      one.exchange.protocol.startsWith('icmp') && one.stages.replyReached && worked(outcome),
  );
  const findings = merge(pings.map((one) => build(one, 'reply-not-accepted', 'error', 0, correlation)));
  return findings.map((finding) => ({
    finding: { ...finding, basis: 'computed' },
    warning: seen.find((one) => one.level === 'warning' && samePackets(one, finding)) ?? null,
  }));
}

function samePackets(a: Finding, b: Finding): boolean {
  const key = (one: Finding) => findingKey({ ...one, kind: 'reply-not-accepted', level: 'error' });
  return key(a) === key(b);
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
  const { group, outcome } = judged;
  if (outcome.kind !== 'found') return [];
  const answeredAlike = answered.get(probeKey(group)) ?? 0;
  return [build(judged, outcome.finding, outcome.level, answeredAlike, correlation)];
}

function build(
  { group, one }: Judged,
  kind: FindingKind,
  level: Level,
  answeredAlike: number,
  correlation: Correlation,
): Finding {
  const { roles, stages, witness } = one;
  const question = questionDuring(roles.responder, group, correlation.unanswered);
  const { src, dst, dstPort, first, last, count, examples, protocol } = group;
  return {
    kind,
    level,
    basis: 'seen',
    protocol,
    ...roles,
    probe: { src, dst, dstPort },
    count,
    answeredAlike,
    first,
    last,
    path: pathOf(stages),
    evidence: evidenceOf(one, kind),
    examples,
    unresolved: question && stages.replyLeft === null ? unresolvedOf(question) : null,
    witness,
  };
}

/** The last request before the capture's end, when others like it were answered: nobody waited for its reply. */
function settleEdge(judged: Judged, answered: Map<string, number>, correlation: Correlation): Judged {
  const answeredAlike = answered.get(probeKey(judged.group)) ?? 0;
  return answeredAlike > 0 && atTheEdge(judged, correlation)
    ? { ...judged, outcome: { kind: 'undecided' } }
    : judged;
}

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
