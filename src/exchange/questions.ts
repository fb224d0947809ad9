import { type HostIdentity, routedName } from '../addr/identity.ts';
import type { Ip } from '../addr/ip.ts';
import { compareIp, formatIp, isUnspecified } from '../addr/ip.ts';
import {
  KIND_ARP_REPLY,
  KIND_ARP_REQUEST,
  KIND_NEIGHBOUR_ADVERTISEMENT,
  KIND_NEIGHBOUR_SOLICITATION,
} from '../decode/packet.ts';
import { Answers } from './answers.ts';
import type { SightingBatch } from './batch.ts';
import type { NeighbourQuestion } from './correlation.ts';
import type { FoldSpan } from './fold.ts';
import { R_DST, R_KIND_PLACE, R_SRC, X_DST, X_SRC } from './layout.ts';
import { addressAt, type Names, sightingAt, targetOf } from './materialise.ts';
import { ownErrorAt } from './own-error.ts';
import type { Unsent } from './pairing.ts';
import type { Place } from './places.ts';
import type { Sighting } from './sighting.ts';
import type { Timeline } from './timeline.ts';

/** Linux asks three times, a second apart (`mcast_solicit`, `retrans_time_ms`): an answer later is to another question. */
const ANSWER_NS = 3e9;
/** Two captures of one question. */
const DUPLICATE_NS = 50_000;
/** A bridge hands a question on to its ports at once, and nobody asks again so soon. */
const PORT_NS = 100e6;
/** Pairs of interface and address followed; a scan of a network must not grow the process. */
const QUESTIONS_LIMIT = 4096;
const EXAMPLES = 4;
/** The last question is given a second, then what waited for the answer is thrown away. */
const FAILS_NS = 2e9;
/** It is hardly ever given less (`retrans_time_ms`). */
const LAST_CHANCE_NS = 0.9e9;
/** Errors that hosts tell themselves, each of which is held against questions; a flood must not be. */
const ERRORS_LIMIT = 4096;
/** Times that somebody asked in vain, kept of each. */
const TIMES = 64;

/** What routing knows of a place. */
interface Routing {
  readonly device: string | null;
  readonly bridged: boolean;
  /** Whether the host is known to bear an address. */
  readonly bearsAny: boolean;
}

/** ARP and neighbour discovery of the hosts themselves: who was asked for and did not answer, and whom they did not answer. */
export class Questions implements Unsent {
  private readonly names: Names;
  private readonly timeline: Timeline;
  /** What was answered, to the host and by it. */
  readonly answers: Answers;
  /** Who asked the hosts by ARP, and says at once which hardware address stands for it. */
  readonly askers: Answers;
  /** What the hosts ask, by interface and address; what they are asked, by host and address. */
  private readonly asked = new Followed();
  private readonly heard = new Followed();
  /** The same for addresses that the host does not bear: on a link everybody hears whom somebody looks for. */
  private readonly strange = new Followed();
  /** What the hosts ask, by host and address. */
  private readonly asking = new Followed();
  private errors = 0;
  private readonly routing = new Map<Place, Routing>();
  private readonly span: FoldSpan;
  /** By host: the addresses it bears. */
  private readonly own: ReadonlySet<string>;
  private readonly identities: ReadonlyMap<string, HostIdentity>;

  /** @param span questions asked outside are left out */
  constructor(names: Names, timeline: Timeline, span: FoldSpan, identities: readonly HostIdentity[]) {
    this.names = names;
    this.timeline = timeline;
    this.span = span;
    this.own = new Set(identities.flatMap(ownKeys));
    this.identities = new Map(identities.map((one) => [one.host, one]));
    this.answers = new Answers(names, timeline);
    this.askers = new Answers(names, timeline);
  }

  static isFor(kind: number): boolean {
    return kind >= KIND_ARP_REQUEST && kind <= KIND_NEIGHBOUR_ADVERTISEMENT;
  }

  add(batch: SightingBatch, at: number, time: number): void {
    const kindPlace = batch.words[at + R_KIND_PLACE];
    const kind = kindPlace & 0xff;
    const { direction } = this.names.places.list[kindPlace >>> 8];
    const asks = kind === KIND_ARP_REQUEST || kind === KIND_NEIGHBOUR_SOLICITATION;
    const target = targetOf(batch, at, kind);
    if (!target) return;
    if (!asks) this.answers.add(target, batch, at, time);
    if (kind === KIND_ARP_REQUEST && direction === 'in') this.introduce(batch, at, time);
    if (direction === 'unknown' && asks) return;
    const place = this.names.places.list[kindPlace >>> 8];
    // Its own question goes out and is answered in, another's the other way round.
    if (asks === (direction === 'out')) {
      if (asks && this.passesOn(place, addressAt(batch, at, R_SRC, X_SRC))) return;
      const key = JSON.stringify([place.host, this.routed(place), formatIp(target)]);
      if (asks) this.ask(this.asked, key, target, batch, at, time);
      else this.answer(this.asked, key, kind, time);
      return;
    }
    const { host } = place;
    const open = this.own.has(ownKey(host, target)) ? this.heard : this.strange;
    // The host may answer by any interface, and does so to the one who asks: of many askers each has a key of its own.
    const asker = asks ? addressAt(batch, at, R_SRC, X_SRC) : addressAt(batch, at, R_DST, X_DST);
    const key = `${ownKey(host, target)} ${formatIp(asker)}`;
    if (asks) this.ask(open, key, target, batch, at, time);
    else this.answer(open, key, kind, time);
  }

  /** A host that tells itself so, of a request of its own, has given up the question for the next hop. */
  fail(batch: SightingBatch, at: number, time: number): void {
    const own = ownErrorAt(batch, at);
    if (own === null || time < this.span.sinceNs || time > this.span.untilNs) return;
    if (this.errors++ >= ERRORS_LIMIT) return;
    const { host } = this.names.places.list[batch.words[at + R_KIND_PLACE] >>> 8];
    const near = this.asking.of(ownKey(host, own.dst));
    for (const question of near.length > 0 ? near : this.nextHopOf(host, own.src, time))
      question.fail(time, () => sightingAt(batch, at, this.names));
  }

  /** The one question that a packet to a far address may have waited for, if it is the only one. */
  private nextHopOf(host: string, src: Ip, time: number): Question[] {
    const waiting = this.asking
      .all()
      .filter((one) => one.host === host && compareIp(one.tell, src) === 0 && one.failsAt(time));
    return waiting.length === 1 ? waiting : [];
  }

  private introduce(batch: SightingBatch, at: number, time: number): void {
    const asker = addressAt(batch, at, R_SRC, X_SRC);
    if (!isUnspecified(asker)) this.askers.add(asker, batch, at, time);
  }

  private ask(open: Followed, key: string, target: Ip, batch: SightingBatch, at: number, time: number): void {
    const tell = addressAt(batch, at, R_SRC, X_SRC);
    // An ARP probe (RFC 5227) or duplicate address detection (RFC 4862), or a host announcing itself: no answer is wanted.
    if (isUnspecified(tell) || compareIp(tell, target) === 0) return;
    if (time < this.span.sinceNs || time > this.span.untilNs) return;
    const place = this.names.places.list[batch.words[at + R_KIND_PLACE] >>> 8];
    const question = this.questionOf(open, key, target, tell, place);
    const again = this.isBridged(place) ? PORT_NS : DUPLICATE_NS;
    question?.ask(time, again, () => sightingAt(batch, at, this.names));
  }

  /** A host asks by its bridge, never by a port of it. */
  private routed(place: Place): string | null {
    return this.routingOf(place).device;
  }

  /** What leaves a port for somebody else is of those behind another port. */
  private passesOn(place: Place, tell: Ip): boolean {
    const { device, bearsAny } = this.routingOf(place);
    if (device === place.interface) return false;
    return bearsAny && !isUnspecified(tell) && !this.own.has(ownKey(place.host, tell));
  }

  private isBridged(place: Place): boolean {
    return this.routingOf(place).bridged;
  }

  /** Worked out once: a host may have thousands of interfaces. */
  private routingOf(place: Place): Routing {
    const known = this.routing.get(place);
    if (known) return known;
    const identity = this.identities.get(place.host);
    const device = place.interface === null ? null : routedName(identity, place.interface);
    const interfaces = identity?.interfaces ?? [];
    const bridged = interfaces.some(({ portOf }) => !!portOf && portOf === device);
    const routing = { device, bridged, bearsAny: interfaces.some(({ addresses }) => addresses.length > 0) };
    this.routing.set(place, routing);
    return routing;
  }

  private answer(open: Followed, key: string, kind: number, time: number): void {
    if (kind !== KIND_ARP_REPLY && kind !== KIND_NEIGHBOUR_ADVERTISEMENT) return;
    for (const question of open.of(key)) question.answer(time);
  }

  private questionOf(open: Followed, key: string, target: Ip, tell: Ip, place: Place): Question | undefined {
    const asked = open.of(key);
    const device = this.routed(place);
    const known = asked.find((one) => one.interface === device && compareIp(one.tell, tell) === 0);
    if (known || open.count >= QUESTIONS_LIMIT) return known;
    const question = new Question(place.host, device, target, tell);
    open.add(key, question);
    if (open === this.asked) this.asking.add(ownKey(place.host, target), question);
    return question;
  }

  /** What nobody answered, by time. */
  unanswered(): NeighbourQuestion[] {
    return this.inVain(this.asked, (one) => [one]);
  }

  /**
   * What came for an address of a host and got no answer from it, by time: each time that somebody asked in vain by itself,
   * because the host may have answered before and after it.
   */
  unheeded(): NeighbourQuestion[] {
    return this.inVain(this.heard, (one) => one.times);
  }

  /** What came to a host for an address that it does not bear, and got no answer from it, by time. */
  overheard(): NeighbourQuestion[] {
    return this.inVain(this.strange, (one) => [one]);
  }

  private inVain(open: Followed, timesOf: (one: Question) => readonly InVain[]): NeighbourQuestion[] {
    const all = open.all();
    for (const one of all) one.giveUp();
    return all
      .flatMap((one) => timesOf(one).map(({ count, first, last }) => ({ one, count, first, last })))
      .filter(({ count }) => count > 0)
      .sort((a, b) => a.first - b.first || compareIp(a.one.target, b.one.target))
      .map(({ one, count, first, last }) => ({
        host: one.host,
        interface: one.interface,
        target: one.target,
        tell: one.tell,
        count,
        first: this.timeline.timeOf(first),
        last: this.timeline.timeOf(last),
        examples: one.examples,
        failures: one.failures,
      }));
  }
}

/** Tries that nobody answered, and when they were. */
interface InVain {
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

/** Questions by address; those that hosts ask and those that they are asked have each their own bound. */
class Followed {
  count = 0;
  private readonly questions = new Map<string, Question[]>();

  of(key: string): readonly Question[] {
    return this.questions.get(key) ?? [];
  }

  add(key: string, question: Question): void {
    const known = this.questions.get(key);
    if (known) known.push(question);
    else this.questions.set(key, [question]);
    this.count++;
  }

  all(): Question[] {
    return [...this.questions.values()].flat();
  }
}

function ownKeys({ host, interfaces }: HostIdentity): string[] {
  return interfaces.flatMap((one) => one.addresses.map((prefix) => ownKey(host, prefix.address)));
}

function ownKey(host: string, address: Ip): string {
  return JSON.stringify([host, formatIp(address)]);
}

/** One address that one interface asks for, or is asked for. */
class Question {
  readonly host: string;
  readonly interface: string | null;
  readonly target: Ip;
  readonly tell: Ip;
  /** Asked in vain. */
  count = 0;
  first = Number.POSITIVE_INFINITY;
  last = Number.NEGATIVE_INFINITY;
  readonly examples: Sighting[] = [];
  readonly failures: Sighting[] = [];
  /** The same one by one; beyond some the last grows. */
  readonly times: { count: number; first: number; last: number }[] = [];
  private asked = Number.NEGATIVE_INFINITY;
  private pending = 0;
  private pendingFirst = 0;
  private pendingLast = 0;
  private pendingExamples: Sighting[] = [];

  constructor(host: string, device: string | null, target: Ip, tell: Ip) {
    this.host = host;
    this.interface = device;
    this.target = target;
    this.tell = tell;
  }

  /** @param againNs sooner it is the same question, seen twice */
  ask(time: number, againNs: number, sighting: () => Sighting): void {
    if (this.pending > 0 && Math.abs(time - this.pendingLast) <= againNs) return;
    if (this.pending > 0 && time - this.pendingLast > ANSWER_NS) this.giveUp();
    this.asked = time;
    if (this.pending++ === 0) this.pendingFirst = time;
    this.pendingLast = time;
    if (this.examples.length + this.pendingExamples.length < EXAMPLES) this.pendingExamples.push(sighting());
  }

  /** Answers the last question and the tries just before it. */
  answer(time: number): void {
    if (this.pending === 0) return;
    if (time - this.pendingLast > ANSWER_NS) this.giveUp();
    this.pending = 0;
    this.pendingExamples = [];
  }

  /** Whether a packet may have waited for the answer until now. */
  waitsAt(time: number): boolean {
    return time - this.asked <= FAILS_NS;
  }

  /** Whether the host may just have given up. */
  failsAt(time: number): boolean {
    return this.waitsAt(time) && time - this.asked >= LAST_CHANCE_NS;
  }

  /** The host itself says that nobody answered. */
  fail(time: number, sighting: () => Sighting): void {
    if (!this.waitsAt(time)) return;
    this.giveUp();
    if (this.count > 0 && this.failures.length < EXAMPLES) this.failures.push(sighting());
  }

  private addTime(count: number, first: number, last: number): void {
    const latest = this.times.at(-1);
    if (!latest || this.times.length < TIMES) this.times.push({ count, first, last });
    else {
      latest.count += count;
      latest.last = last;
    }
  }

  giveUp(): void {
    if (this.pending === 0) return;
    this.count += this.pending;
    this.first = Math.min(this.first, this.pendingFirst);
    this.last = Math.max(this.last, this.pendingLast);
    this.examples.push(...this.pendingExamples);
    this.addTime(this.pending, this.pendingFirst, this.pendingLast);
    this.pending = 0;
    this.pendingExamples = [];
  }
}
