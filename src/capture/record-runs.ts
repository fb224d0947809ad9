import type { Chunk } from './chunk.ts';
import type { FrameSink, RecordRun, RunInterface } from './frame.ts';

const NO_BYTES = new Uint8Array(0);
/** Frames handed on one by one, at most, before the next offer. */
const MOST_WAITED = 64;

/** Offers the records of a chunk to sinks that take many at once; less and less often to one that does not take any. */
export class RecordRuns implements RecordRun {
  readonly format: 'pcap' | 'pcapng';
  little = true;
  bytes: Uint8Array = NO_BYTES;
  at = 0;
  end = 0;
  far = false;
  interfaces: readonly RunInterface[] = [];
  number = 0;
  seconds = 0;
  goesOn = false;
  private waits = 0;
  private refused = 1;

  constructor(format: 'pcap' | 'pcapng') {
    this.format = format;
  }

  /** How many frames of [at, end) the sink took; `this.at` is behind them. */
  offer(sink: FrameSink, chunk: Chunk, at: number, number: number): number {
    this.at = at;
    if (!sink.run || this.waits-- > 0) return 0;
    this.bytes = chunk.bytes;
    this.end = chunk.end;
    this.far = chunk.far;
    this.number = number;
    this.goesOn = false;
    const taken = sink.run(this);
    this.refused = taken > 0 || this.goesOn ? 1 : Math.min(this.refused * 2, MOST_WAITED);
    this.waits = this.refused - 1;
    return taken;
  }
}
