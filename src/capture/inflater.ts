import type { Gunzip, InflateRaw } from 'node:zlib';

/** Most of one call's output: what is lost where that call fails. */
const OUTPUT_BYTES = 64 << 10;

type Stream = Gunzip | InflateRaw;
export type MakeInflate = (options: { chunkSize: number }) => Stream;

/** A decompressing stream of Node, fed piece by piece. */
export class Inflater {
  ended = false;
  failure: Error | null = null;
  private readonly stream: Stream;
  private readonly ready: Uint8Array[] = [];
  private used = 0;
  private wake: () => void = () => undefined;

  constructor(make: MakeInflate) {
    this.stream = make({ chunkSize: OUTPUT_BYTES });
    this.stream.on('data', (output: Uint8Array) => this.ready.push(output));
    this.stream.on('end', () => this.stop(null));
    this.stream.on('error', (failure: Error) => this.stop(failure));
  }

  get holdsOutput(): boolean {
    return this.ready.length > 0;
  }

  /** Bytes taken of those fed: fewer where the compressed data ended before. */
  get consumed(): number {
    return this.stream.bytesWritten;
  }

  /** Returns when all of the piece is done with. */
  feed(piece: Uint8Array): Promise<void> {
    return this.step((done) => this.stream.write(piece, done));
  }

  /** What is still inside comes out before zlib may find that the end is missing. */
  flush(): Promise<void> {
    return this.step((done) => this.stream.flush(done));
  }

  /** There is no more input: it has ended then, well or with a failure. */
  end(): Promise<void> {
    return this.step(() => this.stream.end());
  }

  /** Until it has ended. */
  settled(): Promise<void> {
    return this.step(() => undefined);
  }

  close(): void {
    this.stop(null);
    this.stream.destroy();
  }

  take(into: Uint8Array, at: number, length: number): number {
    const first = this.ready[0];
    const count = Math.min(length, first.length - this.used);
    into.set(first.subarray(this.used, this.used + count), at);
    this.used += count;
    if (this.used === first.length) {
      this.ready.shift();
      this.used = 0;
    }
    return count;
  }

  private step(work: (done: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
      if (this.ended) resolve();
      else work(() => resolve());
    });
  }

  private stop(failure: Error | null): void {
    this.failure ??= failure;
    this.ended = true;
    this.wake();
  }
}
