import type { RecordRun } from '../capture/frame.ts';
import { UNFILTERED_ACKS } from './ack-filter.ts';
import type { SightingBatch } from './batch.ts';
import type { Direct } from './direct.ts';
import { STRIDE } from './layout.ts';
import type { PlaceResolver } from './place.ts';
import { Scouts } from './scouts.ts';
import type { SharedMemory } from './shared-memory.ts';
import {
  FACE_BYTES,
  FACES,
  LINKS,
  LINKS_BYTES,
  MOST_FACES,
  RECORDS,
  S_AGE,
  S_ASKED,
  S_BACK_FRAME,
  S_BACK_NS,
  S_BY_MAC,
  S_DATAGRAMS,
  S_DIRECTIONS,
  S_FACES,
  S_FIRST_TIME,
  S_FRAMES,
  S_LATEST_TIME,
  S_NUMBER,
  S_PROBED,
  S_PROBES,
  S_RECORDED,
  S_REPLIES,
  S_SECONDS,
  S_SEEN,
  S_STOP,
  S_UNFILTERED,
} from './shortcut/layout.ts';
import { AT_PAIR, FULL, LATE } from './shortcut/stops.ts';
import type { Tally } from './tally.ts';

/** A device is told by the capture's number and the interface's (`RunInterface`), with two bits for the direction. */
const CAPTURE_SHIFT = 16;
const MOST_CAPTURE = (1 << (31 - CAPTURE_SHIFT)) - 1;
const MOST_ID = (1 << (CAPTURE_SHIFT - 2)) - 1;
/** A place's age and number in its slot, in words. */
const P_AGE = 5;
const P_PLACE = 6;
const SECOND_NS = 1_000_000_000;
const MOST_SECONDS = 2 ** 32 - 1;

/** Of the frames of a capture so far; 0 where there were none. */
type Times = Pick<Tally, 'lastSeconds' | 'lastNanos' | 'backNs' | 'backFrame'>;

/** What a run of records was taken for. */
export interface Run {
  /** Whether probes of this capture were seen before, and datagrams are followed. */
  readonly probed: boolean;
  readonly datagrams: boolean;
  /** Frames of this capture before. */
  readonly frames: number;
  /** What is known of its times (`Tally`). */
  readonly times: Times;
  /** Takes what is recorded, where nothing is paired here. */
  readonly batch: SightingBatch;
}

/**
 * The short way of plain frames (`shortcut/glance.ts`) of one capture. Segments and datagrams of which nothing is to be
 * recorded are passed over. Where nothing has to be merged, probes that nothing open resembles, replies that exactly one
 * unanswered request fits, and last steps of handshakes are paired at once; they leave what the long way by a record and
 * `Pairing` would leave. Else all three are recorded as the long way does. All others go that way.
 */
export class Shortcut {
  private readonly shared: SharedMemory;
  private readonly resolver: PlaceResolver;
  private readonly direct: Direct | null;
  private readonly scouts: Scouts;
  private interfaces: RecordRun['interfaces'] = [];

  /** @param direct null where probes and replies are not paired here */
  constructor(shared: SharedMemory, resolver: PlaceResolver, direct: Direct | null) {
    this.shared = shared;
    this.resolver = resolver;
    this.direct = direct;
    this.scouts = new Scouts(shared);
  }

  /** Frames taken; the run's `at` is behind them, and the first that was not taken has to go the long way. */
  take(run: RecordRun, { probed, datagrams, frames, times, batch }: Run): number {
    const { words, doubles, buffer } = this.shared;
    if (run.bytes.buffer !== buffer || this.resolver.capture > MOST_CAPTURE) return 0;
    // Of 32 bits; a time beyond is nonsense, and is compared at length.
    if (times.lastSeconds > MOST_SECONDS) return 0;
    this.tellInterfaces(run);
    words[S_FRAMES >> 2] = 0;
    words[S_PROBES >> 2] = 0;
    words[S_REPLIES >> 2] = 0;
    words[S_SEEN >> 2] = 0;
    words[S_DIRECTIONS >> 2] = 0;
    words[S_NUMBER >> 2] = run.number;
    words[S_PROBED >> 2] = Number(probed);
    words[S_DATAGRAMS >> 2] = Number(datagrams);
    words[S_UNFILTERED >> 2] = Math.max(0, UNFILTERED_ACKS - frames);
    words[S_BY_MAC >> 2] = Number(this.resolver.byMac);
    words[S_FIRST_TIME >> 2] = -1;
    words[(S_FIRST_TIME >> 2) + 1] = -1;
    words[S_LATEST_TIME >> 2] = times.lastNanos;
    words[(S_LATEST_TIME >> 2) + 1] = times.lastSeconds;
    doubles[S_BACK_NS >> 3] = times.backNs;
    words[S_BACK_FRAME >> 2] = times.backFrame;
    this.scouts.begin(run);
    this.walk(run, batch);
    run.seconds = words[S_SECONDS >> 2] >>> 0;
    run.goesOn = words[S_STOP >> 2] === AT_PAIR;
    return words[S_FRAMES >> 2];
  }

  private tellInterfaces({ interfaces }: RecordRun): void {
    if (interfaces === this.interfaces && this.shared.teller === this) return;
    const { words } = this.shared;
    this.interfaces = interfaces;
    this.shared.teller = this;
    const count = Math.min(interfaces.length, MOST_FACES);
    words[S_FACES >> 2] = count;
    for (let i = 0; i < count; i++) {
      const { id, linkType, unitsPerSecond } = interfaces[i];
      // No options are read, so the direction is not known. What was learned of one capture's places is not another's.
      const device = (this.resolver.capture << CAPTURE_SHIFT) | (id << 2);
      const units = id <= MOST_ID ? unitsPerSecond : 0;
      words.set([linkType, device, units, SECOND_NS / unitsPerSecond], (FACES + i * FACE_BYTES) >> 2);
    }
  }

  private walk(run: RecordRun, batch: SightingBatch): void {
    const { shared, direct, resolver } = this;
    const { words, code } = shared;
    const base = run.bytes.byteOffset;
    const take = run.format === 'pcap' ? code.takeRecords : code.takeBlocks;
    for (;;) {
      direct?.tell(shared);
      tellAge(words, resolver.age + 1);
      run.at = take(base + run.at, base + run.end, Number(run.little)) - base;
      const stop = words[S_STOP >> 2];
      if (direct === null) this.drain(batch);
      if (direct !== null && stop === LATE) direct.expire();
      else if (direct !== null && stop === FULL) direct.makeRoom(shared);
      else if (stop !== FULL) return;
    }
  }

  /** What was recorded since goes to the batch, before anything of later frames does. */
  private drain(batch: SightingBatch): void {
    const { words } = this.shared;
    const count = words[S_RECORDED >> 2];
    if (count === 0) return;
    batch.addRecords(words.subarray(RECORDS >> 2, (RECORDS >> 2) + count * STRIDE));
    words[S_RECORDED >> 2] = 0;
  }

  /** The long way found the place of the first frame that was not taken, and that others like it have the same. */
  learn(place: number): void {
    const { words } = this.shared;
    const slot = words[S_ASKED >> 2] >> 2;
    if (slot === 0) return;
    words[slot + P_AGE] = this.resolver.age + 1;
    words[slot + P_PLACE] = place;
  }

  /** That frame has gone its way; what comes now is another one. */
  settle(): void {
    this.shared.words[S_ASKED >> 2] = 0;
  }

  get probes(): number {
    return this.shared.words[S_PROBES >> 2];
  }

  get replies(): number {
    return this.shared.words[S_REPLIES >> 2];
  }

  /** One bit for each kind and for each direction of the frames taken. */
  get seen(): number {
    return this.shared.words[S_SEEN >> 2];
  }

  get directions(): number {
    return this.shared.words[S_DIRECTIONS >> 2];
  }

  /** Earliest and latest time of the frames taken. */
  get firstSeconds(): number {
    return this.shared.words[(S_FIRST_TIME >> 2) + 1] >>> 0;
  }

  get firstNanos(): number {
    return this.shared.words[S_FIRST_TIME >> 2];
  }

  get lastSeconds(): number {
    return this.shared.words[(S_LATEST_TIME >> 2) + 1] >>> 0;
  }

  get lastNanos(): number {
    return this.shared.words[S_LATEST_TIME >> 2];
  }

  get backNs(): number {
    return this.shared.doubles[S_BACK_NS >> 3];
  }

  get backFrame(): number {
    return this.shared.words[S_BACK_FRAME >> 2];
  }
}

/** What is known by link-layer headers holds for places of that age alone. */
function tellAge(words: Int32Array, age: number): void {
  if (words[S_AGE >> 2] === age) return;
  words[S_AGE >> 2] = age;
  words.fill(0, LINKS >> 2, (LINKS + LINKS_BYTES) >> 2);
}
