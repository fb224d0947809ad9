import { type HostIdentity, hostBearing } from '../addr/identity.ts';
import { addNanos, compareTime, earlier, later, type Time } from '../addr/time.ts';
import type { ExchangeGroup } from '../exchange/correlation.ts';
import type { Coverage, Protocol } from '../exchange/exchange.ts';
import type { Sighting } from '../exchange/sighting.ts';
import { probeKey } from './distinction.ts';
import type { FindingKind, WitnessGap } from './finding.ts';
import { type Outcome, outcomeOf, worked } from './outcome.ts';
import type { Case } from './signs.ts';

/** A packet may be under way, and two clocks differ by a little, at a capture's first and last frame. */
const EDGE_NS = 500e6;

interface Judgement {
  readonly group: ExchangeGroup;
  readonly one: Case;
  readonly outcome: Outcome;
}

/** Packets of a host, of one protocol and port, that others saw and its own captures do not show. */
interface Unshown extends Span {
  readonly what: 'packets' | 'replies';
  readonly protocol: Protocol;
  readonly port: number | null;
}

type Span = Readonly<Record<'first' | 'last', Time>>;

/** Kinds that rest on what the responder's captures do not show. */
const BY_ABSENCE: ReadonlySet<FindingKind> = new Set(['request-lost', 'unanswered']);

/** What was found by what is not in the responder's captures, once more where something speaks against these. */
export function doubted<T extends Judgement>(
  judged: readonly T[],
  coverage: readonly Coverage[],
  identities: readonly HostIdentity[],
): readonly T[] {
  const inDoubt = ({ one, outcome }: T) =>
    outcome.kind === 'found' && BY_ABSENCE.has(outcome.finding) && one.witness.responderCovered;
  const captured = new Set(coverage.map(({ host }) => host));
  if (captured.size < 2 || !judged.some(inDoubt)) return judged;
  const testimony = new Testimony(judged, coverage, identities);
  return judged.map((judgement) => {
    const gaps = inDoubt(judgement) ? testimony.against(judgement) : [];
    if (gaps.length === 0) return judgement;
    const missing = [...judgement.one.witness.missing, ...gaps];
    const witness = { ...judgement.one.witness, responderCovered: false, missing };
    const one = { ...judgement.one, witness };
    return { ...judgement, one, outcome: outcomeOf(one) };
  });
}

/**
 * What speaks against captures as witnesses: packets that their host sent, as others saw when they arrived, and that they do
 * not show. Either they were not running then, or a filter hides such.
 */
class Testimony {
  private readonly coverage: readonly Coverage[];
  private readonly identities: readonly HostIdentity[];
  /** By host. */
  private readonly unshown = new Map<string, Map<string, Unshown>>();
  /** Host, and what its captures show at all: a protocol or a port of one, and replies of it. */
  private readonly shown = new Set<string>();
  /** Probe and host: those failed, and their requests came to the host. */
  private readonly reached = new Set<string>();

  constructor(
    judged: readonly Judgement[],
    coverage: readonly Coverage[],
    identities: readonly HostIdentity[],
  ) {
    this.coverage = coverage;
    this.identities = identities;
    for (const one of judged) this.hear(one);
  }

  /** Why the responder's captures do not tell that a packet of this group is missing. */
  against({ group, one }: Judgement): WitnessGap[] {
    const host = one.roles.responder;
    const span = host === null ? null : this.spanOf(host);
    if (host === null || span === null) return [];
    const { protocol } = one.exchange;
    if (one.stages.requestReached === null) {
      if (this.notRunning(host, group, span)) return [{ kind: 'other-time', host, role: 'responder' }];
      return this.hides(host, 'packets', group, span)
        ? [{ kind: 'filtered', host, what: 'packets', protocol }]
        : [];
    }
    const silent = this.hides(host, 'replies', group, span);
    return silent ? [{ kind: 'filtered', host, what: 'replies', protocol }] : [];
  }

  /** None of such packets is in the captures, and others of the protocol should be and are not, either. */
  private hides(
    host: string,
    what: Unshown['what'],
    { protocol, dstPort }: ExchangeGroup,
    span: Span,
  ): boolean {
    if (this.shown.has(keyOf(host, what, protocol, dstPort))) return false;
    return this.missing(host).some(
      (one) =>
        one.what === what &&
        one.protocol === protocol &&
        !this.shown.has(keyOf(host, what, protocol, one.port)) &&
        compareTime(one.first, span.last) < 0 &&
        compareTime(one.last, span.first) > 0,
    );
  }

  /**
   * From before the first frame, or behind the last: where the captures show such packets, but not others of that time that
   * arrived; or where requests like these came to the host as long as they show any, and failed there all the same.
   */
  private notRunning(host: string, group: ExchangeGroup, span: Span): boolean {
    const before = compareTime(group.first, span.first) < 0;
    const after = compareTime(group.last, span.last) > 0;
    const others = this.missing(host).filter(({ what, protocol, port }) =>
      this.shown.has(keyOf(host, what, protocol, port)),
    );
    if (before && others.some(({ first }) => compareTime(addNanos(first, EDGE_NS), span.first) < 0))
      return true;
    if (after && others.some(({ last }) => compareTime(last, addNanos(span.last, EDGE_NS)) > 0)) return true;
    const apart = compareTime(group.last, span.first) < 0 || compareTime(group.first, span.last) > 0;
    return apart && this.reached.has(`${probeKey(group)} ${host}`);
  }

  private missing(host: string): readonly Unshown[] {
    return [...(this.unshown.get(host)?.values() ?? [])];
  }

  private hear({ group, one, outcome }: Judgement): void {
    const { requests, replies, resets, acks, segments, translated } = one.exchange;
    const { protocol, dstPort: port, ends } = group;
    const [asking, answering] = [namesOf(requests), namesOf([...replies, ...resets])];
    const all = new Set([...asking, ...answering, ...namesOf([...acks, ...segments])]);
    for (const host of all) this.show(host, 'packets', protocol, port);
    for (const host of namesOf(replies)) this.show(host, 'replies', protocol, port);
    const { responder } = one.roles;
    if (responder !== null && asking.has(responder) && !worked(outcome))
      this.reached.add(`${probeKey(group)} ${responder}`);
    // Behind a translating box the address does not tell whose packets they are.
    if (translated || replies.length === 0 || requests.length === 0) return;
    const asked = hostBearing(this.identities, ends.dst)?.host;
    if (asked === undefined || answering.has(asked)) return;
    const came = replies.some(({ host, direction }) => host !== asked && direction !== 'out');
    if (!came) return;
    const what = asking.has(asked) ? 'replies' : 'packets';
    this.miss(asked, what, group);
  }

  private miss(
    host: string,
    what: Unshown['what'],
    { protocol, dstPort: port, first, last }: ExchangeGroup,
  ): void {
    const known = this.unshown.get(host) ?? new Map<string, Unshown>();
    const key = keyOf(host, what, protocol, port);
    const same = known.get(key);
    const span = same ? { first: earlier(same.first, first), last: later(same.last, last) } : { first, last };
    this.unshown.set(host, known.set(key, { what, protocol, port, ...span }));
  }

  private show(host: string, what: Unshown['what'], protocol: Protocol, port: number | null): void {
    this.shown.add(keyOf(host, what, protocol, port));
  }

  /** From the first frame of the host to the last. */
  private spanOf(host: string): Span | null {
    const files = this.coverage.flatMap(({ host: name, first, last }) =>
      name === host && first && last ? [{ first, last }] : [],
    );
    if (files.length === 0) return null;
    return files.reduce((a, b) => ({ first: earlier(a.first, b.first), last: later(a.last, b.last) }));
  }
}

function keyOf(host: string, what: Unshown['what'], protocol: Protocol, port: number | null): string {
  return JSON.stringify([host, what, protocol, port]);
}

function namesOf(sightings: readonly Sighting[]): Set<string> {
  return new Set(sightings.map(({ host }) => host));
}
