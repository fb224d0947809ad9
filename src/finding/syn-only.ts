import { hostBearing } from '../addr/identity.ts';
import { formatIp } from '../addr/ip.ts';
import { addNanos, compareTime, later, type Time } from '../addr/time.ts';
import type { ExchangeGroup } from '../exchange/correlation.ts';
import type { Coverage, Exchange } from '../exchange/exchange.ts';
import { AGAIN_NS } from './again.ts';
import { probeKey } from './distinction.ts';
import type { Outcome } from './outcome.ts';
import type { Case } from './signs.ts';

/** A SYN that nobody answers is sent again after a second (RFC 6298), or a moment later. */
const REPEATED_NS = 1e9 + AGAIN_NS;
/** Of so many connections one that failed would have shown it. */
const ENOUGH = 10;
/** A service that is down may be asked by health checks alone, which give up sooner; hardly two at a time. */
const PORTS_ASKED = 2;

interface Judgement {
  readonly group: ExchangeGroup;
  readonly one: Case;
  readonly outcome: Outcome;
}

/**
 * Captures taken with a filter for SYNs (`tcp[13] == 2`) show no answer, whatever became of it. Of an exchange that for this alone
 * looks like a failure nothing is known; where its SYN was repeated, not why.
 */
export function withSynOnly<T extends Judgement>(judged: readonly T[], coverage: readonly Coverage[]): T[] {
  const hosts = new SynOnlyHosts(judged, coverage);
  return judged.map((one) => {
    const host = judgedBy(one);
    return host !== null && hosts.has(host) ? hidden(one, host) : one;
  });
}

/** The host in whose captures an answer is missing. */
function judgedBy({ one: { exchange, roles, stages }, outcome }: Judgement): string | null {
  if (exchange.protocol !== 'tcp' || outcome.kind !== 'found') return null;
  if (outcome.finding === 'unanswered') return roles.responder;
  return outcome.finding === 'reply-lost' && !stages.replyReached ? roles.originator : null;
}

function hidden<T extends Judgement>(judgement: T, host: string): T {
  const { one } = judgement;
  if (!one.exchange.retransmitted) return { ...judgement, outcome: { kind: 'undecided', synOnly: host } };
  const missing = [...one.witness.missing, { kind: 'syn-only', host } as const];
  const outcome: Outcome = { kind: 'found', finding: 'no-reply-seen', level: 'error', success: 'no' };
  return { ...judgement, one: { ...one, witness: { ...one.witness, missing } }, outcome };
}

class SynOnlyHosts {
  private readonly known = new Map<string, boolean>();
  private readonly judged: readonly Judgement[];
  private readonly coverage: readonly Coverage[];

  constructor(judged: readonly Judgement[], coverage: readonly Coverage[]) {
    this.judged = judged;
    this.coverage = coverage;
  }

  has(host: string): boolean {
    const known = this.known.get(host) ?? this.holdsSynsOnly(host);
    this.known.set(host, known);
    return known;
  }

  /**
   * Of TCP nothing but SYNs, though others saw what it answered, or though the capture went on for so long after them that those
   * without an answer would have been repeated, and not one was.
   */
  private holdsSynsOnly(host: string): boolean {
    const seen: ExchangeGroup[] = [];
    for (const { group } of this.judged) {
      if (group.protocol !== 'tcp') continue;
      const [exchange] = group.examples;
      if (showsMore(exchange, host)) return false;
      if (exchange.requests.some((one) => one.host === host)) seen.push(group);
    }
    return this.answeredUnseen(seen, host) >= ENOUGH || this.neverRepeated(seen, host);
  }

  private answeredUnseen(groups: readonly ExchangeGroup[], host: string): number {
    const identities = this.judged[0].one.identities;
    const answered = groups.filter(({ examples: [{ dst, replies }] }) => {
      return replies.length > 0 && hostBearing(identities, dst)?.host === host;
    });
    return countOf(answered);
  }

  private neverRepeated(groups: readonly ExchangeGroup[], host: string): boolean {
    const end = endOf(host, this.coverage);
    if (end === null) return false;
    const repeated = new Set(groups.filter(isRepeated).map(probeKey));
    const once = groups.filter(
      (group) =>
        group.src !== null &&
        !repeated.has(probeKey(group)) &&
        group.examples.every(({ first }) => compareTime(addNanos(first, REPEATED_NS), end) < 0),
    );
    const ports = new Set(once.map(({ dst, dstPort }) => `${formatIp(dst)} ${dstPort}`));
    return countOf(once) >= ENOUGH && ports.size >= PORTS_ASKED;
  }
}

function showsMore({ replies, resets, acks, segments }: Exchange, host: string): boolean {
  return [replies, resets, acks, segments].some((list) => list.some((one) => one.host === host));
}

function isRepeated({ examples }: ExchangeGroup): boolean {
  return examples.some(({ retransmitted }) => retransmitted);
}

function countOf(groups: readonly ExchangeGroup[]): number {
  return groups.reduce((sum, { count }) => sum + count, 0);
}

function endOf(host: string, coverage: readonly Coverage[]): Time | null {
  const ends = coverage.flatMap((one) => (one.host === host && one.last ? [one.last] : []));
  return ends.length === 0 ? null : ends.reduce(later);
}
