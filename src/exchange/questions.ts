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

/** ARP and neighbour discovery of the hosts themselves: who was asked for and did not answer. */
export class Questions {
  private readonly names: Names;
  private readonly timeline: Timeline;
  /** What was answered, to the host and by it. */
  readonly answers: Answers;
  private readonly open = new Map<string, Question[]>();
  private followed = 0;
  private readonly span: FoldSpan;

  /** @param span questions asked outside are left out */
  constructor(names: Names, timeline: Timeline, span: FoldSpan) {
    this.names = names;
    this.timeline = timeline;
    this.span = span;
    this.answers = new Answers(names, timeline);
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
    const link = this.names.places.links[kindPlace >>> 8];
    const key = `${link} ${formatIp(target)}`;
    if (!asks) this.answers.add(target, batch, at, time);
    if (asks && direction === 'out') this.ask(key, target, batch, at, time);
    else if (!asks && direction !== 'out') this.answer(key, kind, time);
  }

  private ask(key: string, target: Ip, batch: SightingBatch, at: number, time: number): void {
    const tell = addressAt(batch, at, R_SRC, X_SRC);
    // An ARP probe (RFC 5227) or duplicate address detection (RFC 4862), or a host announcing itself: no answer is wanted.
    if (isUnspecified(tell) || compareIp(tell, target) === 0) return;
    if (time < this.span.sinceNs || time > this.span.untilNs) return;
    const question = this.questionOf(key, target, tell, batch, at);
    question?.ask(time, () => sightingAt(batch, at, this.names));
  }

  private answer(key: string, kind: number, time: number): void {
    if (kind !== KIND_ARP_REPLY && kind !== KIND_NEIGHBOUR_ADVERTISEMENT) return;
    for (const question of this.open.get(key) ?? []) question.answer(time);
  }

  private questionOf(
    key: string,
    target: Ip,
    tell: Ip,
    batch: SightingBatch,
    at: number,
  ): Question | undefined {
    const asked = this.open.get(key) ?? [];
    const known = asked.find((one) => compareIp(one.tell, tell) === 0);
    if (known || this.followed >= QUESTIONS_LIMIT) return known;
    const place = this.names.places.list[batch.words[at + R_KIND_PLACE] >>> 8];
    const question = new Question(place.host, place.interface, target, tell);
    asked.push(question);
    this.open.set(key, asked);
    this.followed++;
    return question;
  }

  /** What nobody answered, by time. */
  unanswered(): NeighbourQuestion[] {
    const all = [...this.open.values()].flat();
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

/** One address that one interface asks for. */
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
