import { type HostIdentity, hostBearing, interfaceBearing } from '../addr/identity.ts';
import type { Correlation, ExchangeGroup } from '../exchange/correlation.ts';
import type { Sighting } from '../exchange/sighting.ts';
import { losesLarge } from './data-lost.ts';
import { distinctionsOf, probeKey } from './distinction.ts';
import { atTheEdge, stillUnderWay } from './edge.ts';
import type { Distinction } from './finding.ts';
import { heldBackBy, heldBy, hidingHosts } from './held-back.ts';
import { learntMtu } from './learnt-mtu.ts';
import { mayBeOneWay } from './one-way.ts';
import { ANSWERED, type Outcome, outcomeOf, worked } from './outcome.ts';
import { stagesOf } from './path.ts';
import { Precedents } from './precedents.ts';
import { Series } from './probing.ts';
import { rolesOf } from './roles.ts';
import type { Case } from './signs.ts';
import { withSynOnly } from './syn-only.ts';
import { doubted } from './testimony.ts';
import { UsedUp } from './used-up.ts';
import { witnessOf } from './witness.ts';

/** A group of like exchanges, one of them worked out, and what became of them. */
export interface Judged {
  readonly group: ExchangeGroup;
  /** The group's first example; where they were answered, perhaps that of another group of the same shape. */
  readonly one: Case;
  readonly outcome: Outcome;
  /** Exchanges of the same probe (addresses and port) that got their answer. Counted where something was found. */
  readonly answeredAlike: number;
  /** Of a tool that looks for the way. */
  readonly probing: boolean;
  readonly distinction: Distinction | null;
}

export function judgeAll(correlation: Correlation, identities: readonly HostIdentity[]): readonly Judged[] {
  // Of all groups, for the sake of a few: mostly nobody asks.
  let hiding: ReadonlySet<string> | null = null;
  const shown = {
    showAcks: acknowledgedHosts(correlation.groups),
    hideReplies: () => (hiding ??= hidingHosts(correlation.groups)),
  };
  const precedents = new Precedents(identities);
  const alone = correlation.groups.map((group): Judged => {
    const precedent = precedents.find(group);
    const one = precedent ?? caseOf(group, correlation, identities, shown);
    const outcome = precedent ? ANSWERED : outcomeOf(one);
    if (!precedent && outcome.kind === 'answered' && isPrecedent(one)) precedents.add(group, one);
    return { group, one, outcome, answeredAlike: 0, probing: false, distinction: null };
  });
  const first = withSynOnly(alone, correlation.coverage);
  const judged = doubted(first, correlation.coverage, identities);
  const found = judged.filter(({ outcome }) => outcome.kind === 'found');
  return found.length === 0 ? judged : comparedAll(judged, found, correlation);
}

/** Of what is seen the shape tells all but what hangs on times, and on who asked. */
function isPrecedent(one: Case): boolean {
  if (heldBy(one.exchange, one.roles)) return false;
  return !(rolesByTtl(one) && crooked(one));
}

/** Of captures without directions the TTL may tell which host asked, and no shape tells that. */
export function rolesByTtl({ exchange: { src, dst, requests, replies }, identities }: Case): boolean {
  const seen = [...requests, ...replies];
  const several = seen.some(({ host }) => host !== seen[0].host);
  if (!several || seen.every(({ direction }) => direction !== 'unknown')) return false;
  return !(hostBearing(identities, src) && hostBearing(identities, dst));
}

/** Else whoever asked got its answer, and where it had asked. */
function crooked({ exchange: { requests, replies } }: Case): boolean {
  return placesOf(requests) !== placesOf(replies);
}

function placesOf(sightings: readonly Sighting[]): string {
  return [...new Set(sightings.map(placeOf))].sort().join();
}

function placeOf({ host, interface: device }: Sighting): string {
  return JSON.stringify([host, device]);
}

/** The first example of a group worked out. */
export function caseOf(
  group: ExchangeGroup,
  { coverage }: Correlation,
  identities: readonly HostIdentity[],
  { showAcks, hideReplies }: Pick<Case, 'showAcks' | 'hideReplies'>,
): Case {
  const { first, last, count } = group;
  const exchange = group.examples[0];
  const roles = rolesOf(exchange, identities, coverage);
  const stages = stagesOf(exchange, roles, identities);
  const { protocol, requests } = exchange;
  const shownBy = requests.length > 0 ? new Set(requests.map((one) => one.host)) : null;
  const absence = { first, last, count, family: exchange.dst.family, protocol, shownBy };
  const witness = witnessOf(roles, absence, coverage, identities);
  const held = heldBackBy(exchange, roles, absence, coverage, identities);
  const heldBack = held && hideReplies().has(held.host) ? null : held;
  return { exchange, roles, stages, witness, identities, heldBack, showAcks, hideReplies };
}

/** What was found, beside the exchanges of the same address asked. */
function comparedAll(
  judged: readonly Judged[],
  found: readonly Judged[],
  correlation: Correlation,
): Judged[] {
  const asked = new Set(found.map(({ group }) => wordOf(group)));
  const beside = judged.filter(({ group }) => asked.has(wordOf(group)));
  const answered = countAnswered(beside);
  // What is only where a capture begins or ends sets nothing apart, save where there is nothing else.
  const inside = beside.filter((one) => !onlyAtTheEdge(one, correlation));
  const distinctions = new Map([...distinctionsOf(beside), ...distinctionsOf(inside)]);
  const byProbe = groupedByProbe(found, beside);
  const series = new Series(beside);
  const usedUp = new UsedUp(beside);
  const any = judged.some(({ outcome }) => worked(outcome));
  const arrivals = arrivalsOf(beside, new Set(found.filter(missesReply).map(({ group }) => probeKey(group))));
  return judged.map((one) => {
    if (one.outcome.kind !== 'found') return one;
    const key = probeKey(one.group);
    const answeredAlike = answered.get(key) ?? 0;
    const distinction = distinctions.get(key) ?? null;
    const learnt = learntMtu(one, () => byProbe.get(key) ?? []);
    const probing = series.has(one) || usedUp.has(one, answeredAlike);
    const outcome: Outcome =
      probing || learnt
        ? { ...one.outcome, level: 'note' }
        : compared(one, { alike: answeredAlike, any, at: arrivals.get(key) }, distinction, correlation);
    return { ...one, answeredAlike, probing, distinction, outcome };
  });
}

function groupedByProbe(found: readonly Judged[], beside: readonly Judged[]): Map<string, Judged[]> {
  const all = new Map(found.map(({ group }) => [probeKey(group), [] as Judged[]]));
  for (const one of beside) all.get(probeKey(one.group))?.push(one);
  return all;
}

function onlyAtTheEdge(one: Judged, { coverage }: Correlation): boolean {
  return atTheEdge(one, coverage) || stillUnderWay(one, true, coverage);
}

/** Equal for equal addresses asked, and for few others. */
function wordOf({ dst }: ExchangeGroup): number {
  return dst.w0 ^ dst.w3;
}

interface Answered {
  readonly alike: number;
  readonly any: boolean;
  /** Where the replies were seen to arrive. */
  readonly at: ReadonlySet<string> | undefined;
}

/** The outcome beside those of the same probe, and beside whatever was answered. */
function compared(
  one: Judged,
  answered: Answered,
  distinction: Distinction | null,
  { coverage }: Correlation,
): Outcome {
  const { outcome } = one;
  const failed = outcome.kind === 'found' && outcome.level === 'error';
  // A capture that begins after the large ones shows none of them, either: the size tells more than the time.
  if (failed && losesLarge(one.one, outcome.finding, distinction))
    return { ...outcome, finding: 'data-lost' };
  if (stillUnderWay(one, answered.any, coverage)) return { kind: 'undecided' };
  if (answered.alike > 0 && atTheEdge(one, coverage)) return { kind: 'undecided' };
  if (outcome.kind === 'found' && mayBeOneWay(one, answered.alike)) return { ...outcome, level: 'note' };
  if (outcome.kind === 'found' && failsToArrive(one, answered))
    return { ...outcome, finding: 'reply-lost', success: 'no' };
  return outcome;
}

/**
 * The reply left, and others to the same question came in where this one's was seen to leave: by no other interface, as far as
 * the state tells. Without one, half of them may come by another.
 */
function failsToArrive(judged: Judged, { at }: Answered): boolean {
  const { exchange, stages, identities } = judged.one;
  const left = stages.requestLeft;
  if (!missesReply(judged) || left === null || !at?.has(placeOf(left))) return false;
  const identity = identities.find(({ host }) => host === left.host);
  return !!identity && interfaceBearing(identity, exchange.src)?.name === left.interface;
}

function missesReply({ one: { stages }, outcome }: Judged): boolean {
  return outcome.kind === 'found' && outcome.finding === 'no-reply-seen' && stages.replyLeft !== null;
}

/** By probe, of those asked for, where replies were seen to arrive. */
function arrivalsOf(judged: readonly Judged[], probes: ReadonlySet<string>): Map<string, Set<string>> {
  const places = new Map<string, Set<string>>();
  for (const { group, outcome } of judged) {
    const key = probeKey(group);
    if (!worked(outcome) || !probes.has(key)) continue;
    const known = places.get(key) ?? new Set();
    places.set(key, known);
    // Those of its own: a precedent does not tell which of the hosts had asked.
    for (const one of group.examples[0].replies) if (one.direction !== 'out') known.add(placeOf(one));
  }
  return places;
}

/** Groups with a shape show none. */
function acknowledgedHosts(groups: readonly ExchangeGroup[]): Set<string> {
  const acks = groups.flatMap((group) => (group.shape === null ? group.examples[0].acks : []));
  return new Set(acks.filter((one) => one.direction === 'in').map((one) => one.host));
}

/** It worked, and not at first. */
function isLate(outcome: Outcome): boolean {
  return outcome.kind === 'found' && outcome.level === 'error' && worked(outcome);
}

function countAnswered(judged: readonly Judged[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { group, outcome } of judged) {
    if (!worked(outcome) || isLate(outcome)) continue;
    counts.set(probeKey(group), (counts.get(probeKey(group)) ?? 0) + group.count);
  }
  return counts;
}
