import { KIND_SYN } from '../decode/packet.ts';
import type { ClockObserver } from './clock-observer.ts';
import {
  E_ASKED_WIDE,
  E_FLAGS,
  E_ID,
  E_REPLIES,
  E_REQUESTS,
  ENTRY,
  FLAG_AMBIGUOUS,
  FLAG_STALLED,
} from './entry.ts';
import { Examples } from './examples.ts';
import { askedOf, askedWord, originatorWord, portOf, sizeOf, sourcePortOf } from './exchange-of.ts';
import { EXAMPLES, type Folded } from './group.ts';
import { GroupStore, NO_PORT } from './group-store.ts';
import { PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP } from './key.ts';
import type { Names } from './materialise.ts';
import type { Closing } from './open-exchanges.ts';
import type { Places } from './places.ts';
import type { PlainExchanges } from './plain-exchanges.ts';
import { PlainLooks } from './plain-looks.ts';
import { NONE } from './pool.ts';
import { Signature } from './signature.ts';
import type { OpenTable } from './table.ts';
import type { Timeline } from './timeline.ts';

/** Groups beyond this many keep one example each. */
const GROUPS_WITH_EXAMPLES = 512;

/** Nanoseconds since the analysis began; exchanges that begin outside are left out. */
export interface FoldSpan {
  readonly sinceNs: number;
  readonly untilNs: number;
}

/** Folds closed exchanges into groups of like ones. Nothing is allocated for one whose group has its examples. */
export class Fold implements Closing, Folded {
  exchanges = 0;
  ambiguous = 0;
  strayReplies = 0;
  leftEarly = 0;
  readonly store = new GroupStore();
  readonly examples: Examples;
  readonly timeline: Timeline;
  private readonly places: Places;
  private readonly clocks: ClockObserver | null;
  private readonly span: FoldSpan;
  private readonly signature = new Signature();
  private readonly looks: PlainLooks;

  constructor(names: Names, timeline: Timeline, clocks: ClockObserver | null, span: FoldSpan) {
    this.span = span;
    this.places = names.places;
    this.looks = new PlainLooks(names.places);
    this.examples = new Examples(names, timeline);
    this.timeline = timeline;
    this.clocks = clocks;
  }

  close(table: OpenTable, entry: number, early: boolean): void {
    if (early) this.leftEarly++;
    const at = entry * ENTRY;
    const { words } = table;
    const stalled = (words[at + E_FLAGS] & FLAG_STALLED) !== 0;
    if (words[at + E_REQUESTS] === 0 && words[at + E_REPLIES] === 0 && !stalled) return;
    if (words[at + E_ID] >>> 16 === PROTOCOL_UDP && toMany(table, entry)) return;
    this.clocks?.exchange(table, entry);
    const first = table.firstTime(entry);
    if (first < this.span.sinceNs || first > this.span.untilNs) return;
    this.exchanges++;
    if (words[at + E_REQUESTS] === 0) this.strayReplies += words[at + E_REPLIES];
    if ((words[at + E_FLAGS] & FLAG_AMBIGUOUS) !== 0) this.ambiguous++;
    this.describe(table, entry);
    this.count(table, entry);
  }

  /** Counts a plain exchange whose like was described before, and whose group has its examples. */
  closePlain(plain: PlainExchanges, entry: number, early: boolean): boolean {
    const { store, looks } = this;
    const first = plain.firstTime(entry);
    const request = plain.requestKindPlace(entry);
    if (
      !looks.find(request, plain.replyKindPlace(entry)) ||
      first < this.span.sinceNs ||
      first > this.span.untilNs
    )
      return false;
    const { key } = store;
    const ports = plain.ports(entry);
    const tcp = (request & 0xff) === KIND_SYN;
    key.well = looks.well;
    key.sigLow = looks.low;
    key.sigHigh = looks.high;
    key.protocol = tcp ? PROTOCOL_TCP : PROTOCOL_ICMP;
    key.family = 4;
    key.src = plain.src(entry);
    key.dst = plain.dst(entry);
    key.port = tcp ? ports & 0xffff : NO_PORT;
    const number = store.find();
    if (number < 0 || store.examples(number) < this.wanted) return false;
    store.count(number, ports >>> 16, plain.size(entry), first, plain.lastTime(entry));
    if (early) this.leftEarly++;
    this.exchanges++;
    return true;
  }

  /** What groups are told apart by. */
  private describe(table: OpenTable, entry: number): void {
    const at = entry * ENTRY;
    const { looks, signature } = this;
    const { key } = this.store;
    const known = looks.recall(table, entry);
    if (!known) {
      signature.of(table, entry, this.places);
      looks.learn(table, entry, signature);
    }
    key.well = looks.well;
    key.sigLow = known ? looks.low : signature.low;
    key.sigHigh = known ? looks.high : signature.high;
    key.protocol = table.words[at + E_ID] >>> 16;
    key.family = table.words[at + E_ASKED_WIDE] < 0 ? 4 : 6;
    key.src = originatorWord(table, entry);
    key.dst = askedWord(table, entry);
    key.port = portOf(table, entry) ?? NO_PORT;
  }

  private count(table: OpenTable, entry: number): void {
    const { store, examples } = this;
    const sourcePort = sourcePortOf(table, entry);
    const found = store.find();
    const number = found < 0 ? store.add(sourcePort) : found;
    store.count(number, sourcePort, sizeOf(table, entry), table.firstTime(entry), table.lastTime(entry));
    const kept = store.examples(number);
    if (kept >= this.wanted) return;
    store.exemplify(number, examples.keep(table, entry, kept === 0 ? NONE : store.newestExample(number)));
  }

  private get wanted(): number {
    return this.store.size > GROUPS_WITH_EXAMPLES ? 1 : EXAMPLES;
  }
}

/** Multicast and limited broadcast, which many may answer or nobody. */
function toMany(table: OpenTable, entry: number): boolean {
  const { family, w0 } = askedOf(table, entry);
  return family === 4 ? w0 >>> 28 >= 0xe : w0 >>> 24 === 0xff;
}
