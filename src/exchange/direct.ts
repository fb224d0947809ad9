import type { SightingBatch } from './batch.ts';
import { R_NANOS, R_SECONDS, STRIDE } from './layout.ts';
import { DISORDER_NS, type MergeSink } from './merge.ts';
import type { OpenExchanges } from './open-exchanges.ts';
import type { SharedMemory, ShortcutCode } from './shared-memory.ts';
import {
  S_BASE,
  S_EARLY_DATA,
  S_LAST_NS,
  S_NOW_NS,
  S_TABLE_QUEUED,
  S_TABLE_SIZE,
} from './shortcut/layout.ts';
import type { Timeline } from './timeline.ts';

/** Of frames: they are told in 32 bits. */
const LAST_SECOND = 2 ** 32 - 1;

/** The way into the table of open exchanges of frames, or records, that need not be merged: those of the only capture or host. */
export class Direct {
  private readonly sink: MergeSink;
  private readonly timeline: Timeline;
  private readonly exchanges: OpenExchanges;
  private readonly shared: SharedMemory<ShortcutCode> | null;
  private ownLastNs = Number.NEGATIVE_INFINITY;

  /** @param shared null where plain frames take no shortcut to the exchanges */
  constructor(
    sink: MergeSink,
    timeline: Timeline,
    exchanges: OpenExchanges,
    shared: SharedMemory<ShortcutCode> | null,
  ) {
    this.sink = sink;
    this.timeline = timeline;
    this.exchanges = exchanges;
    this.shared = shared;
    this.lastNs = Number.NEGATIVE_INFINITY;
    if (shared) shared.knowsNone = (key, asked) => exchanges.table.knowsNone(key, asked);
  }

  /** What was recorded of a frame. */
  pass(batch: SightingBatch): void {
    for (let at = 0; at < batch.count * STRIDE; at += STRIDE) this.passOne(batch, at);
    batch.clear();
  }

  /** The record whose first word is at `at`. */
  passOne(batch: SightingBatch, at: number): void {
    const { words } = batch;
    const time = this.timeline.nanosOf(words[at + R_SECONDS] >>> 0, words[at + R_NANOS]);
    if (time < this.lastNs - DISORDER_NS) this.sink.wentBack();
    this.lastNs = time;
    this.sink.record(batch, at, time, 0);
  }

  /** Tells the code of the shortcut how the table of open exchanges is. */
  tell({ words, doubles }: SharedMemory<ShortcutCode>): void {
    const { table } = this.exchanges;
    const { size } = table;
    words[S_TABLE_SIZE >> 2] = size;
    words[S_EARLY_DATA >> 2] = this.exchanges.early.size;
    doubles[S_TABLE_QUEUED >> 3] = size > 0 ? table.queuedTime(table.oldest) : Number.POSITIVE_INFINITY;
    // `since` and `until` may be seconds that no frame bears: from the one told in their place every frame is too far.
    const base = this.timeline.secondsOf(0);
    const mayBear = base >= 0 && base <= LAST_SECOND;
    words[S_BASE >> 2] = mayBear ? base : 0;
    words[(S_BASE >> 2) + 1] = mayBear ? 0 : -1;
  }

  /** Something has waited too long for its reply. */
  expire(): void {
    this.exchanges.expire(this.lastNs);
  }

  /** For the probe at hand. */
  makeRoom({ doubles }: SharedMemory<ShortcutCode>): void {
    this.exchanges.makeRoom(doubles[S_NOW_NS >> 3]);
  }

  private get lastNs(): number {
    return this.shared ? this.shared.doubles[S_LAST_NS >> 3] : this.ownLastNs;
  }

  private set lastNs(time: number) {
    if (this.shared) this.shared.doubles[S_LAST_NS >> 3] = time;
    else this.ownLastNs = time;
  }
}
