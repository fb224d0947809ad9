import { SightingBatch } from './batch.ts';
import { CaptureCursor } from './capture-cursor.ts';
import type { Direct } from './direct.ts';
import { Follow } from './follow.ts';
import type { CaptureAccount, HostFeed, HostStep } from './host-feed.ts';
import { HostMemory } from './host-memory.ts';
import { mergeCursors } from './merge-cursors.ts';
import type { CaptureInput, CorrelateOptions } from './options.ts';
import { PlaceResolver } from './place.ts';
import { Places } from './places.ts';
import { Recorder } from './recorder.ts';
import { SharedMemory } from './shared-memory.ts';
import { S_RECORDS } from './shortcut/layout.ts';
import { tallyOf } from './tally.ts';
import { Timeline } from './timeline.ts';

/** A step ends after so many chunks, or with so many records: few enough to stay in the processor's cache. */
const CHUNKS = 64;
const ENOUGH = 2048;

/**
 * Reads the captures of one host, which share its clock and its memory, and merges them by time. What is read when, and
 * thus all that comes of it, depends on nothing but these captures: so it is the same in whatever thread it happens, and
 * however far ahead of the other hosts.
 */
export class HostReader implements HostFeed {
  readonly host: string;
  readonly files: readonly string[];
  private readonly inputs: readonly CaptureInput[];
  private readonly recorders: Recorder[];
  private readonly places = new Places();
  private readonly memory: HostMemory;
  private told = 0;
  /** Several captures, by name: of equal times the file whose name sorts first comes first. */
  private open: readonly CaptureCursor[];
  private ended = 0;
  private readonly spare: SightingBatch[] = [];

  /** @param inputs at least one, all of one host */
  constructor(inputs: readonly CaptureInput[], options: CorrelateOptions) {
    const follow = new Follow(options);
    const timeline = new Timeline();
    this.inputs = inputs;
    this.host = inputs[0].host;
    this.files = inputs.map((input) => input.reader.facts().file);
    const shared = sharedFor(inputs, options);
    if (shared && follow.allProbes) shared.words[S_RECORDS >> 2] = 1;
    this.memory = new HostMemory(shared);
    this.recorders = inputs.map((input, number) => {
      const resolver = new PlaceResolver(this.places, input, number);
      return new Recorder(new SightingBatch(), follow, this.memory, resolver);
    });
    const cursors = inputs.map((input, i) => new CaptureCursor(input, this.recorders[i], timeline));
    this.open = byName(this.files).map((number) => cursors[number]);
  }

  /**
   * Of the only capture of all: nothing has to be merged, so its packets go by `direct` as they are read, and the
   * batches stay empty. Places are numbered in `places` at once. Call it before the first step.
   */
  readDirectly(places: Places, follow: Follow, direct: Direct): void {
    const resolver = new PlaceResolver(places, this.inputs[0], 0);
    const recorder = new Recorder(new SightingBatch(), follow, this.memory, resolver);
    recorder.goDirectly(direct);
    if (this.shared) this.shared.words[S_RECORDS >> 2] = 0;
    this.recorders[0] = recorder;
  }

  /** What its captures and the code of the shortcut share; null where no frame takes it. */
  get shared(): SharedMemory | null {
    return this.memory.shared;
  }

  async next(): Promise<HostStep | null> {
    if (this.ended === this.inputs.length) return null;
    const batch = this.spare.pop() ?? new SightingBatch();
    batch.clear();
    if (this.inputs.length === 1) await this.readOne(batch);
    else await this.readSeveral(batch);
    return this.stepOf(batch);
  }

  release(batch: SightingBatch): void {
    if (this.spare.length < 2) this.spare.push(batch);
  }

  captures(): readonly CaptureAccount[] {
    return this.inputs.map(({ host, reader, interface: device, identity }, i) => {
      const [tally, indexes] = [tallyOf(this.recorders[i]), this.recorders[i].indexes];
      const bytes = reader.captureBytes ?? null;
      return { host, facts: reader.facts(), tally, bytes, interface: device, identity, indexes };
    });
  }

  /** The order of the file is the order of time. */
  private async readOne(batch: SightingBatch): Promise<void> {
    const [recorder] = this.recorders;
    const [{ reader }] = this.inputs;
    recorder.batch = batch;
    for (let chunk = 0; chunk < CHUNKS && batch.count < ENOUGH; chunk++) {
      if (reader.nextNow?.(recorder) ?? (await reader.next(recorder))) continue;
      this.ended = 1;
      return;
    }
  }

  private async readSeveral(batch: SightingBatch): Promise<void> {
    for (let chunk = 0; chunk < CHUNKS && batch.count < ENOUGH; ) {
      const dry = this.open.find((cursor) => cursor.isDry);
      if (dry) {
        await dry.read();
        chunk++;
      } else if (this.open.length > 0) mergeCursors(this.open, batch);
      else return;
      this.dropEnded();
    }
  }

  private dropEnded(): void {
    const open = this.open.filter((cursor) => cursor.hasRecord || !cursor.ended);
    this.ended += this.open.length - open.length;
    this.open = open;
  }

  private stepOf(batch: SightingBatch): HostStep {
    const places = this.places.list.slice(this.told);
    this.told += places.length;
    const sum = (count: (number: number) => number) =>
      this.inputs.reduce((total, _, number) => total + count(number), 0);
    return {
      batch,
      places,
      probed: this.recorders.some((recorder) => recorder.probes > 0),
      frames: sum((number) => this.recorders[number].frames),
      bytesRead: sum((number) => this.inputs[number].reader.bytesRead ?? 0),
      ended: this.ended,
    };
  }
}

/** Only chunks of captures that are offered in runs lie there. */
function sharedFor(inputs: readonly CaptureInput[], { shortcut }: CorrelateOptions): SharedMemory | null {
  const offers = inputs.filter(({ reader }) => reader.offersRuns === true).length;
  return shortcut === false || offers === 0 ? null : SharedMemory.make(offers);
}

function byName(files: readonly string[]): number[] {
  const numbers = files.map((_, number) => number);
  return numbers.sort((a, b) => (files[a] < files[b] ? -1 : Number(files[a] > files[b])));
}

/** One reader for each host, in the order in which the hosts are first named. */
export function hostReaders(inputs: readonly CaptureInput[], options: CorrelateOptions): HostReader[] {
  const hosts = [...new Set(inputs.map((input) => input.host))];
  return hosts.map((host) => {
    return new HostReader(
      inputs.filter((input) => input.host === host),
      options,
    );
  });
}
