import type { HostIdentity } from '../addr/identity.ts';
import { formatIp } from '../addr/ip.ts';
import type { Prefix } from '../addr/prefix.ts';
import { compareTime } from '../addr/time.ts';
import type { Correlation } from '../exchange/correlation.ts';
import { answeredUnseen } from './answered-unseen.ts';
import { evidenceOf } from './evidence.ts';
import type { Finding, FindingKind, Level, Witness } from './finding.ts';
import { caseOf, type Judged, judgeAll, rolesByTtl } from './judged.ts';
import { lateOf } from './later-answer.ts';
import { mergeAlike, samePackets } from './merge.ts';
import { joinMovedPorts } from './moved-port.ts';
import { questionDuring, unresolvedOf } from './neighbour.ts';
import { notSentFindings } from './not-sent.ts';
import { type Outcome, worked } from './outcome.ts';
import { pathOf, placeOf } from './path.ts';
import { refusesReply } from './reset.ts';
import { strayOf, strayPlace } from './stray.ts';
import { translatorOf } from './translator.ts';

export interface Findings {
  /** Worst first, then by time. */
  readonly findings: readonly Finding[];
  /** Pings and datagrams whose reply reached the originator, as the finding they would be if its state drops that reply. */
  readonly arrived: readonly Arrived[];
  readonly exchanges: ExchangeCounts;
  /** Of some that were answered, the responder's captures show the request and not by which interface the reply left. */
  readonly wayUnseen: boolean;
  /** Hosts whose captures hold SYNs only, for which some of the exchanges are undecided. */
  readonly synOnly: readonly string[];
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

/**
 * Finds what went wrong from packets alone; addresses of the hosts are known by name, routing is not.
 * @param stated hosts of which a state was given: only theirs may drop a reply that arrived
 * @param between what questions for link-layer addresses must have to do with; of exchanges only such are handed in
 */
export function find(
  given: Correlation,
  identities: readonly HostIdentity[],
  stated: ReadonlySet<string>,
  between: readonly Prefix[] = [],
): Findings {
  const correlation = { ...given, groups: joinMovedPorts(given.groups, identities) };
  const judged = judgeAll(correlation, identities);
  const unseen = answeredUnseen(judged, correlation.coverage);
  const seen = mergeAlike(judged.flatMap((one) => findingOf(one, correlation))).map((one) =>
    one.kind === 'request-lost' && one.responder !== null && one.probe.dst !== null
      ? { ...one, answeredUnseen: unseen(one.responder, formatIp(one.probe.dst)) }
      : one,
  );
  const { coverage, unanswered } = correlation;
  const notSent = notSentFindings(unanswered, { identities, coverage, findings: seen, judged, between });
  return {
    findings: [...seen, ...notSent].sort(worstFirst),
    arrived: arrivedOf(judged, seen, correlation, stated),
    exchanges: countExchanges(judged, notSent),
    wayUnseen: judged.some(isWayUnseen),
    synOnly: [...new Set(judged.flatMap(({ outcome }) => synOnlyOf(outcome)))],
  };
}

/** Kinds of a reply that was sent and did not come home. */
function isLost(kind: FindingKind): boolean {
  return kind === 'reply-lost' || kind === 'asymmetric-reply';
}

type Found = Pick<Finding, 'level' | 'success'> & { readonly finding: FindingKind };

const NOT_ACCEPTED: Found = { finding: 'reply-not-accepted', level: 'error', success: 'no' };

function findingOf(judged: Judged, correlation: Correlation): Finding[] {
  const { outcome } = judged;
  if (outcome.kind !== 'found') return [];
  return [build(judged, outcome, correlation)];
}

function build(
  { group, one, answeredAlike, probing, distinction }: Judged,
  { finding: kind, level, success }: Found,
  { unanswered, coverage }: Correlation,
): Finding {
  const { roles, stages, witness } = one;
  const question = stages.replyLeft === null ? questionDuring(one, group, unanswered) : undefined;
  const { src, dst, dstPort, first, last, count, examples, protocol } = group;
  const stray = strayOf(one, kind);
  const absence = { first, last, count, family: dst.family, protocol };
  return {
    kind,
    level,
    success,
    basis: 'seen',
    protocol,
    ...roles,
    // Traceroute asks at another port each time.
    probe: { src, dst, dstPort: probing && protocol === 'udp' ? null : dstPort },
    count,
    answeredAlike,
    answeredUnseen: 0,
    probing,
    first,
    last,
    path: pathOf(stages),
    stray: stray ? strayPlace(stray, absence, coverage, one.identities) : null,
    heldBack: isLost(kind) ? placeOf(one.heldBack) : null,
    translated: one.exchange.translated,
    translator: translatorOf(one.exchange, one.identities),
    distinction: level === 'error' ? distinction : null,
    late: stages.later && lateOf(stages.later, stages, one.exchange),
    evidence: evidenceOf(one, kind),
    examples,
    unresolved: question ? unresolvedOf(question) : null,
    witness: kind === 'reply-lost' ? witness : withoutDirections(witness),
  };
}

/**
 * A capture shows a reply before the originator's filters do their work. A TCP that got it acknowledges it, and one that did
 * not asks again; ping never does, nor need a client of UDP, and captures of SYNs alone show no ACK. So whether it was taken
 * is not seen; `reason/` may compute it.
 */
function arrivedOf(
  judged: readonly Judged[],
  seen: readonly Finding[],
  correlation: Correlation,
  stated: ReadonlySet<string>,
): Arrived[] {
  if (stated.size === 0) return [];
  // A precedent tells that it was answered, and not which of the hosts had asked.
  const ownCase = (one: Judged): Judged =>
    one.group.shape !== null && rolesByTtl(one.one)
      ? { ...one, one: caseOf(one.group, correlation, one.one.identities, one.one) }
      : one;
  const untold = judged.map(ownCase).filter(({ one: { exchange, stages }, outcome }) => {
    // What a kernel resets has come to its TCP.
    const told = exchange.acks.length + exchange.segments.length > 0;
    const taken = told || exchange.resets.some((reset) => refusesReply(reset, exchange));
    const reached = taken ? null : stages.replyReached;
    // What comes by the loopback device is taken with the route it left by: no filter looks at its source.
    return reached !== null && reached.interface !== 'lo' && stated.has(reached.host) && worked(outcome);
  });
  const findings = mergeAlike(
    untold.map(({ group, one, outcome }) => {
      const own = group.shape === null ? one : caseOf(group, correlation, one.identities, one);
      const judgement = { group, one: own, outcome, answeredAlike: 0, probing: false, distinction: null };
      return build(judgement, NOT_ACCEPTED, correlation);
    }),
  );
  return findings.map((finding) => ({
    finding: { ...finding, basis: 'computed' },
    warning: seen.find((one) => one.level === 'warning' && samePackets(one, finding)) ?? null,
  }));
}

const RANK: Record<Level, number> = { error: 0, warning: 1, note: 2 };

function worstFirst(a: Finding, b: Finding): number {
  return RANK[a.level] - RANK[b.level] || compareTime(a.first, b.first);
}

/** Another interface than those captured, or a frame that the capture lacks. */
function isWayUnseen({ one: { roles, stages }, outcome }: Judged): boolean {
  const { responder, originator } = roles;
  if (outcome.kind !== 'answered' || responder === null || responder === originator) return false;
  return stages.requestReached !== null && stages.replyReached !== null && stages.replyLeft === null;
}

function synOnlyOf(outcome: Outcome): string[] {
  return outcome.kind === 'undecided' && outcome.synOnly !== undefined ? [outcome.synOnly] : [];
}

/** A request of which only the question for its next hop was seen counts as one that failed. */
function countExchanges(judged: readonly Judged[], notSent: readonly Finding[]): ExchangeCounts {
  const counts = { answered: 0, failed: notSent.filter((one) => one.level === 'error').length, undecided: 0 };
  for (const { group, outcome } of judged) counts[fateOf(outcome)] += group.count;
  return { total: counts.answered + counts.failed + counts.undecided, ...counts };
}

function fateOf(outcome: Outcome): keyof Omit<ExchangeCounts, 'total'> {
  if (worked(outcome)) return 'answered';
  const failed = outcome.kind === 'found' && outcome.level === 'error' && outcome.success === 'no';
  return failed ? 'failed' : 'undecided';
}

/** That all frames went out matters where nothing but the absence of one that came in tells what was found. */
function withoutDirections(witness: Witness): Witness {
  return { ...witness, missing: witness.missing.filter(({ kind }) => kind !== 'all-out') };
}
