import { formatIp } from '../addr/ip.ts';
import { compareTime, earlier, later } from '../addr/time.ts';
import type { Finding } from './finding.ts';

/** Whole exchanges kept of a merged finding. */
const EXAMPLES = 4;

/** Groups that differ in detail (a retransmission more, another example) but in nothing a finding tells are one. */
export function mergeAlike(findings: readonly Finding[]): Finding[] {
  const byKey = new Map<string, Finding>();
  for (const one of findings) {
    const key = keyOf(one);
    const known = byKey.get(key);
    byKey.set(key, known ? joined(known, one) : one);
  }
  return [...byKey.values()];
}

/** Whether two findings, perhaps of different kinds, are about the same packets on the same way. */
export function samePackets(a: Finding, b: Finding): boolean {
  const key = (one: Finding) =>
    keyOf({ ...one, kind: 'reply-not-accepted', level: 'error', success: 'no', heldBack: null });
  return key(a) === key(b);
}

function keyOf(one: Finding): string {
  const places = Object.values(one.path).map(
    (place) => place && `${place.host}/${place.interface}/${formatIp(place.src)}`,
  );
  const { src, dst, dstPort } = one.probe;
  const error = one.kind === 'rejected' ? one.examples[0]?.errors[0] : undefined;
  const asked = one.kind === 'request-not-sent' ? one.unresolved : null;
  return JSON.stringify([
    one.kind,
    one.level,
    one.success,
    one.protocol,
    one.originator,
    one.responder,
    src && formatIp(src),
    dst && formatIp(dst),
    dstPort,
    places,
    one.stray && [one.stray.host, one.stray.interface],
    one.heldBack && [one.heldBack.host, one.heldBack.interface],
    error && [formatIp(error.src), error.icmpType, error.icmpCode],
    asked && [asked.interface, formatIp(asked.target)],
  ]);
}

function joined(a: Finding, b: Finding): Finding {
  const [lead, other] = compareTime(a.first, b.first) <= 0 ? [a, b] : [b, a];
  return {
    ...lead,
    count: a.count + b.count,
    first: earlier(a.first, b.first),
    last: later(a.last, b.last),
    examples: [...lead.examples, ...other.examples].slice(0, EXAMPLES),
    evidence: withError(lead, other),
    unresolved: askedTogether(lead, other),
  };
}

/** Some programs refuse a wrong answer aloud (a connected socket) and some do not: the refusal of any is worth telling. */
function withError({ kind, evidence }: Finding, other: Finding): Finding['evidence'] {
  if (kind !== 'wrong-source' || evidence.some((one) => one.kind === 'icmp-error')) return evidence;
  return [...evidence, ...other.evidence.filter((one) => one.kind === 'icmp-error').slice(0, 1)];
}

function askedTogether(lead: Finding, other: Finding): Finding['unresolved'] {
  const together = lead.kind === 'request-not-sent' && lead.unresolved && other.unresolved;
  if (!together) return lead.unresolved ?? other.unresolved;
  return { ...lead.unresolved, asked: lead.unresolved.asked + other.unresolved.asked };
}
