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
import { PROTOCOL_UDP } from './key.ts';
import type { Names } from './materialise.ts';
import type { Closing } from './open-exchanges.ts';
import type { Places } from './places.ts';
import type { PlainExchanges } from './plain-exchanges.ts';
import { PlainLooks } from './plain-looks.ts';
import { NONE } from './pool.ts';
import { GROUPS_END, S_EXCHANGES, S_LEFT_EARLY, S_SINCE_NS, S_UNTIL_NS } from './shortcut/layout.ts';
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
  ambiguous = 0;
  strayReplies = 0;
  readonly store: GroupStore;
  readonly examples: Examples;
  readonly timeline: Timeline;
  private readonly places: Places;
  private readonly clocks: ClockObserver | null;
  private readonly span: FoldSpan;
  private readonly signature = new Signature();
  private readonly looks: PlainLooks;
  private readonly state: Uint32Array;

  /** @param plain those that the code of the shortcut counts in the same groups */
  constructor(
    names: Names,
    timeline: Timeline,
    clocks: ClockObserver | null,
    span: FoldSpan,
    plain: PlainExchanges | null,
  ) {
    const memory = plain ? plain.memory : new ArrayBuffer(GROUPS_END);
    this.span = span;
    this.places = names.places;
    this.store = new GroupStore(memory);
    this.looks = new PlainLooks(names.places, memory);
    this.state = new Uint32Array(memory);
    const doubles = new Float64Array(memory);
    doubles[S_SINCE_NS >> 3] = span.sinceNs;
    doubles[S_UNTIL_NS >> 3] = span.untilNs;
    this.examples = new Examples(names, timeline, plain);
    this.timeline = timeline;
    this.clocks = clocks;
  }

  get exchanges(): number {
    return this.state[S_EXCHANGES >> 2];
  }

  get leftEarly(): number {
    return this.state[S_LEFT_EARLY >> 2];
  }

  close(table: OpenTable, entry: number, early: boolean): void {
    if (early) this.state[S_LEFT_EARLY >> 2]++;
    const at = entry * ENTRY;
    const { words } = table;
    const stalled = (words[at + E_FLAGS] & FLAG_STALLED) !== 0;
    if (words[at + E_REQUESTS] === 0 && words[at + E_REPLIES] === 0 && !stalled) return;
    if (words[at + E_ID] >>> 16 === PROTOCOL_UDP && toMany(table, entry)) return;
    this.clocks?.exchange(table, entry);
    const first = table.firstTime(entry);
    if (first < this.span.sinceNs || first > this.span.untilNs) return;
    this.state[S_EXCHANGES >> 2]++;
    if (words[at + E_REQUESTS] === 0) this.strayReplies += words[at + E_REPLIES];
    if ((words[at + E_FLAGS] & FLAG_AMBIGUOUS) !== 0) this.ambiguous++;
    this.describe(table, entry);
    this.count(table, entry);
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
