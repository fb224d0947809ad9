import type { RecordRun } from '../capture/frame.ts';
import type { SharedMemory } from './shared-memory.ts';

/** A longer chunk was read by another thread (`capture/read-ahead.ts`): nothing of it lies in the caches of this one's core. */
const FAR_BYTES = 1 << 20;
/** Bytes to whose headers scouts are sent at once; they have to stay in the cache until the walk comes to them. */
const PORTION_BYTES = 2 << 20;
const LEAST_BYTES = 64 << 10;
/** Shorter ones lie side by side, and the processor fetches them by itself. */
const LONG_RECORD_BYTES = 256;

/** Sends scouts (`shortcut/scouts.ts`) ahead of the walk through long chunks, portion by portion. */
export class Scouts {
  /** Up to where the run may be walked now; an offset as its `at` and `end`. */
  until = 0;
  private readonly shared: SharedMemory;
  private bytes: Uint8Array | null = null;
  private at = 0;
  private end = 0;
  private far = false;
  private portionAt = 0;
  private portionNumber = 0;
  /** Of the portion before, on the average. */
  private recordBytes = 0;

  constructor(shared: SharedMemory) {
    this.shared = shared;
  }

  /** Of each run, before it is walked. */
  begin(run: RecordRun): void {
    const { bytes, at, end, number } = run;
    const goesOn = bytes === this.bytes && end === this.end && at >= this.at;
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    if (goesOn && this.far) return;
    this.far = end - at > FAR_BYTES;
    if (this.far) this.send(run, number);
    else this.until = end;
  }

  /** Behind a portion: whether there is another one. @param taken frames of the run so far */
  goOn(run: RecordRun, taken: number): boolean {
    if (this.until === run.end) return false;
    const number = run.number + taken;
    const records = number - this.portionNumber;
    if (records > 0) this.recordBytes = (run.at - this.portionAt) / records;
    this.send(run, number);
    return true;
  }

  private send(run: RecordRun, number: number): void {
    const { bytes, at, end, little, format } = run;
    this.portionAt = at;
    this.portionNumber = number;
    this.until = Math.min(at + PORTION_BYTES, end);
    if (this.until - at < LEAST_BYTES || this.recordBytes < LONG_RECORD_BYTES) return;
    const { byteOffset: base } = bytes;
    this.shared.code.sendScouts(base + at, base + this.until, Number(little), Number(format === 'pcapng'));
  }
}
