import { addNanos, compareTime, type Time } from '../addr/time.ts';
import type { ExchangeGroup } from '../exchange/correlation.ts';
import type { Coverage } from '../exchange/exchange.ts';
import type { FindingKind } from './finding.ts';
import type { Outcome } from './outcome.ts';
import type { Case } from './signs.ts';

/** Nobody waits longer than this for the reply to the last request before the capture is stopped. */
const LAST_WAIT_NS = 1e9;
/** Round trips are shorter, those by satellite a little longer; a lost SYN is sent again only after a second. */
const UNDER_WAY_NS = 500e6;
/** Two people do not start or stop two captures at the same moment. */
const STARTED_APART_NS = 5e9;

interface Judgement {
  readonly group: ExchangeGroup;
  readonly one: Case;
  readonly outcome: Outcome;
}

/**
 * Whether a failure among exchanges of which others were answered is only where a capture begins or ends: the last
 * request, whose reply nobody waited for, or packets from before the other host's capture was started.
 */
export function atTheEdge({ group, one, outcome }: Judgement, coverage: readonly Coverage[]): boolean {
  if (outcome.kind !== 'found' || outcome.level !== 'error' || isSeen(outcome.finding)) return false;
  const { originator, responder } = one.roles;
  const asking = askingSpan(one, coverage);
  if (one.exchange.replyCount === 0 && asking && endsBefore(asking, addNanos(group.first, LAST_WAIT_NS)))
    return true;
  if (one.heldBack && endsSoonAfter(one.heldBack.host, group.first, coverage)) return true;
  const silent = outcome.finding === 'request-lost' ? responder : originator;
  const misses = outcome.finding !== 'unanswered' && one.stages.replyReached === null;
  const covered = misses ? spanOf(silent, coverage) : null;
  return covered !== null && startedApart(covered, group);
}

/** A capture that ends (by `-c`, or that of one card before the other's) as the reply came in does not show it going on. */
function endsSoonAfter(host: string, time: Time, coverage: readonly Coverage[]): boolean {
  const ends = new Map<string, Time>();
  for (const { host: name, interfaces, last } of coverage) {
    if (name !== host || !last) continue;
    const key = JSON.stringify(interfaces);
    const known = ends.get(key);
    if (!known || compareTime(known, last) < 0) ends.set(key, last);
  }
  return [...ends.values()].some((end) => compareTime(end, addNanos(time, UNDER_WAY_NS)) <= 0);
}

/** What came in tells it, not what is missing. */
function isSeen(finding: FindingKind): boolean {
  return finding === 'refused' || finding === 'rejected' || finding === 'wrong-source';
}

/**
 * Whether the captures end so soon after the first request that its reply may have been under way: every capture of a busy
 * network ends like this. Where no answer at all was seen, and nobody saw this one leave, the silence is what was captured.
 */
export function stillUnderWay(
  { group, one, outcome }: Judgement,
  anyAnswered: boolean,
  coverage: readonly Coverage[],
): boolean {
  if (outcome.kind !== 'found' || outcome.finding !== 'no-reply-seen') return false;
  if (!anyAnswered && one.stages.replyLeft === null) return false;
  const asking = askingSpan(one, coverage);
  return asking !== null && endsBefore(asking, addNanos(group.first, UNDER_WAY_NS));
}

/** Of the captures that would show the reply: the originator's, else the responder's, else those of whoever saw the request. */
function askingSpan({ roles, exchange }: Case, coverage: readonly Coverage[]): TimeSpan | null {
  const [request] = exchange.requests;
  return (
    spanOf(roles.originator, coverage) ??
    spanOf(roles.responder, coverage) ??
    spanOf(request?.host ?? null, coverage)
  );
}

interface TimeSpan {
  readonly first: Time;
  readonly last: Time;
}

/** From a host's first frame to its last. */
function spanOf(host: string | null, coverage: readonly Coverage[]): TimeSpan | null {
  const spans = coverage.flatMap(({ host: name, first, last }) =>
    name === host && first && last ? [{ first, last }] : [],
  );
  if (spans.length === 0) return null;
  return spans.reduce((a, b) => ({
    first: compareTime(a.first, b.first) <= 0 ? a.first : b.first,
    last: compareTime(a.last, b.last) >= 0 ? a.last : b.last,
  }));
}

function endsBefore(span: TimeSpan, time: Time): boolean {
  return compareTime(span.last, time) <= 0;
}

function startedApart({ first, last }: TimeSpan, group: ExchangeGroup): boolean {
  const before = compareTime(group.last, first) < 0 && within(group.first, first);
  const after = compareTime(group.first, last) > 0 && within(last, group.last);
  return before || after;
}

function within(from: Time, to: Time): boolean {
  return compareTime(addNanos(from, STARTED_APART_NS), to) >= 0;
}
