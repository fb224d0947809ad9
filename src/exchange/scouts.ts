import type { RecordRun } from '../capture/frame.ts';
import type { SharedMemory } from './shared-memory.ts';

/** For fewer bytes it is not worth while. */
const LEAST_BYTES = 64 << 10;
/** Shorter records lie side by side, and the processor fetches them by itself. */
const LONG_RECORD_BYTES = 256;

/** Sends scouts (`shortcut/scouts.ts`) ahead of the walk through chunks that another thread read. */
export class Scouts {
  private readonly shared: SharedMemory;
  private bytes: Uint8Array | null = null;
  private at = 0;
  private end = 0;
  /** Where the chunk begins, and how many frames lie before it. */
  private firstAt = 0;
  private firstNumber = 0;
  /** On the average, of the last chunk of which it is known. */
  private recordBytes = 0;

  constructor(shared: SharedMemory) {
    this.shared = shared;
  }

  /** Of each run, before it is walked. */
  begin(run: RecordRun): void {
    if (!run.far) return;
    const { bytes, at, end } = run;
    const goesOn = bytes === this.bytes && end === this.end && at >= this.at;
    this.at = at;
    if (goesOn) return;
    this.measure(run);
    this.bytes = bytes;
    this.end = end;
    if (end - at >= LEAST_BYTES && this.recordBytes >= LONG_RECORD_BYTES) this.send(run);
  }

  /** Only behind another chunk of the same stretch it is known how many bytes so many frames were. */
  private measure({ bytes, at, number }: RecordRun): void {
    const records = number - this.firstNumber;
    if (bytes === this.bytes && at > this.firstAt && records > 0)
      this.recordBytes = (at - this.firstAt) / records;
    this.firstAt = at;
    this.firstNumber = number;
  }

  private send({ bytes, at, end, little, format }: RecordRun): void {
    const { byteOffset: base } = bytes;
    this.shared.code.sendScouts(base + at, base + end, Number(little), Number(format === 'pcapng'));
  }
}
