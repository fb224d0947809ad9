import { type HostIdentity, hostBearing, interfaceBearing } from '../addr/identity.ts';
import { sameIp } from '../addr/ip.ts';
import { compareTime } from '../addr/time.ts';
import type { NeighbourQuestion } from '../exchange/correlation.ts';
import type { Coverage } from '../exchange/exchange.ts';
import type { Finding, Unresolved } from './finding.ts';
import { witnessOf } from './witness.ts';

/** ARP asks three times by default (`mcast_solicit`); fewer unanswered questions may be the capture's edge. */
const ASKED_IN_VAIN = 2;

export interface NotSentContext {
  readonly identities: readonly HostIdentity[];
  readonly coverage: readonly Coverage[];
  /** Findings about packets that were seen: a question they explain is no finding of its own. */
  readonly findings: readonly Finding[];
}

/** Questions for a link-layer address that nobody answered, where no packet ever followed: request-not-sent. */
export function notSentFindings(questions: readonly NeighbourQuestion[], context: NotSentContext): Finding[] {
  return questions.filter((one) => worthTelling(one, context)).map((one) => notSent(one, context));
}

function worthTelling(question: NeighbourQuestion, { identities, findings }: NotSentContext): boolean {
  if (question.count < ASKED_IN_VAIN || sameIp(question.target, question.tell)) return false;
  const own = identities.find((one) => one.host === question.host);
  if (own && interfaceBearing(own, question.target)) return false;
  return !findings.some((finding) => explains(finding, question));
}

/** The responder of an unanswered request asks for its own next hop, and the finding about that request tells it. */
function explains(finding: Finding, question: NeighbourQuestion): boolean {
  if (finding.level !== 'error' || finding.responder !== question.host) return false;
  return (
    finding.kind === 'unanswered' || finding.kind === 'no-reply-seen' || finding.kind === 'asymmetric-reply'
  );
}

function notSent(question: NeighbourQuestion, { identities, coverage }: NotSentContext): Finding {
  const peer = hostBearing(identities, question.target);
  const roles = { originator: question.host, responder: peer?.host ?? null };
  const { first, last } = question;
  return {
    kind: 'request-not-sent',
    level: 'error',
    basis: 'seen',
    protocol: question.target.family === 4 ? 'icmp' : 'icmp6',
    ...roles,
    probe: { src: peer ? question.tell : null, dst: peer ? question.target : null, dstPort: null },
    count: question.count,
    answeredAlike: 0,
    first,
    last,
    path: { requestLeft: null, requestReached: null, replyLeft: null, replyReached: null },
    evidence: question.examples.slice(0, 3),
    examples: [],
    unresolved: unresolvedOf(question),
    witness: witnessOf(roles, first, last, coverage, identities),
  };
}

export function unresolvedOf(question: NeighbourQuestion): Unresolved {
  const { host, interface: device, target, tell, count } = question;
  return { host, interface: device, target, tell, asked: count };
}

/** The question the host put in vain at the time of a finding, if any: why a packet it should have sent is not seen. */
export function questionDuring(
  host: string | null,
  finding: Pick<Finding, 'first' | 'last'>,
  questions: readonly NeighbourQuestion[],
): NeighbourQuestion | undefined {
  return questions.find(
    (one) =>
      one.host === host &&
      !sameIp(one.target, one.tell) &&
      compareTime(one.last, finding.first) >= 0 &&
      one.first.seconds <= finding.last.seconds + 5,
  );
}
