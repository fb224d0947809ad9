import type { HostIdentity } from '../addr/identity.ts';
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
import { R_KIND_PLACE, R_SRC, X_SRC } from './layout.ts';
import { addressAt, type Names, sightingAt, targetOf } from './materialise.ts';
import type { Sighting } from './sighting.ts';
import type { Timeline } from './timeline.ts';

/** Linux asks three times, a second apart (`mcast_solicit`, `retrans_time_ms`): an answer later is to another question. */
const ANSWER_NS = 3e9;
/** Two captures of one question. */
const DUPLICATE_NS = 50_000;
/** Pairs of interface and address followed; a scan of a network must not grow the process. */
const QUESTIONS_LIMIT = 4096;
const EXAMPLES = 4;

/** ARP and neighbour discovery of the hosts themselves: who was asked for and did not answer, and whom they did not answer. */
export class Questions {
  private readonly names: Names;
  private readonly timeline: Timeline;
  /** What was answered, to the host and by it. */
  readonly answers: Answers;
  /** Who asked the hosts by ARP, and says at once which hardware address stands for it. */
  readonly askers: Answers;
  /** What the hosts ask, by interface and address; what they are asked, by host and address. */
  private readonly asked = new Map<string, Question[]>();
  private readonly heard = new Map<string, Question[]>();
  private followed = 0;
  private readonly span: FoldSpan;
  /** By host: the addresses it bears. */
  private readonly own: ReadonlySet<string>;

  /** @param span questions asked outside are left out */
  constructor(names: Names, timeline: Timeline, span: FoldSpan, identities: readonly HostIdentity[]) {
    this.names = names;
    this.timeline = timeline;
    this.span = span;
    this.own = new Set(identities.flatMap(ownKeys));
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
    const { links, list } = this.names.places;
    const place = kindPlace >>> 8;
    // Its own question goes out and comes back, another's the other way round. It may answer that by any interface.
    const own = asks === (direction === 'out');
    const key = own ? `${links[place]} ${formatIp(target)}` : ownKey(list[place].host, target);
    if (!own && !this.own.has(key)) return;
    const open = own ? this.asked : this.heard;
    if (asks) this.ask(open, key, target, batch, at, time);
    else this.answer(open, key, kind, time);
  }

  private introduce(batch: SightingBatch, at: number, time: number): void {
    const asker = addressAt(batch, at, R_SRC, X_SRC);
    if (!isUnspecified(asker)) this.askers.add(asker, batch, at, time);
  }

  private ask(
    open: Map<string, Question[]>,
    key: string,
    target: Ip,
    batch: SightingBatch,
    at: number,
    time: number,
  ): void {
    const tell = addressAt(batch, at, R_SRC, X_SRC);
    // An ARP probe (RFC 5227) or duplicate address detection (RFC 4862), or a host announcing itself: no answer is wanted.
    if (isUnspecified(tell) || compareIp(tell, target) === 0) return;
    if (time < this.span.sinceNs || time > this.span.untilNs) return;
    const question = this.questionOf(open, key, target, tell, batch, at);
    question?.ask(time, () => sightingAt(batch, at, this.names));
  }

  private answer(open: Map<string, Question[]>, key: string, kind: number, time: number): void {
    if (kind !== KIND_ARP_REPLY && kind !== KIND_NEIGHBOUR_ADVERTISEMENT) return;
    for (const question of open.get(key) ?? []) question.answer(time);
  }

  private questionOf(
    open: Map<string, Question[]>,
    key: string,
    target: Ip,
    tell: Ip,
    batch: SightingBatch,
    at: number,
  ): Question | undefined {
    const asked = open.get(key) ?? [];
    const place = this.names.places.list[batch.words[at + R_KIND_PLACE] >>> 8];
    const known = asked.find((one) => one.interface === place.interface && compareIp(one.tell, tell) === 0);
    if (known || this.followed >= QUESTIONS_LIMIT) return known;
    const question = new Question(place.host, place.interface, target, tell);
    asked.push(question);
    open.set(key, asked);
    this.followed++;
    return question;
  }

  /** What nobody answered, by time. */
  unanswered(): NeighbourQuestion[] {
    return this.inVain(this.asked);
  }

  /** What came for an address of a host and got no answer from it, by time. */
  unheeded(): NeighbourQuestion[] {
    return this.inVain(this.heard);
  }

  private inVain(open: Map<string, Question[]>): NeighbourQuestion[] {
    const all = [...open.values()].flat();
    for (const one of all) one.giveUp();
    return all
      .filter((one) => one.count > 0)
      .sort((a, b) => a.first - b.first || compareIp(a.target, b.target))
      .map((one) => ({
        host: one.host,
        interface: one.interface,
        target: one.target,
        tell: one.tell,
        count: one.count,
        first: this.timeline.timeOf(one.first),
        last: this.timeline.timeOf(one.last),
        examples: one.examples,
      }));
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

  ask(time: number, sighting: () => Sighting): void {
    if (this.pending > 0 && Math.abs(time - this.pendingLast) <= DUPLICATE_NS) return;
    if (this.pending > 0 && time - this.pendingLast > ANSWER_NS) this.giveUp();
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

  giveUp(): void {
    if (this.pending === 0) return;
    this.count += this.pending;
    this.first = Math.min(this.first, this.pendingFirst);
    this.last = Math.max(this.last, this.pendingLast);
    this.examples.push(...this.pendingExamples);
    this.pending = 0;
    this.pendingExamples = [];
  }
}
