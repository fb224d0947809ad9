import * as zlib from 'node:zlib';
import type { ByteSource } from './chunk.ts';

/** Compressed bytes given to zlib at once: bounds what a bomb (at most 1032 to 1, RFC 1951) makes of them. */
const PIECE_BYTES = 32 << 10;
const OUTPUT_BYTES = 128 << 10;

type Inflate = zlib.Gunzip;
type MakeInflate = (options: { chunkSize: number }) => Inflate;

/** What makes the stream that decompresses; undefined where this Node has none (zstd: from 22.15 on). */
export function inflateFor(compression: 'gzip' | 'zstd'): MakeInflate | undefined {
  if (compression === 'gzip') return zlib.createGunzip;
  return (zlib as { createZstdDecompress?: MakeInflate }).createZstdDecompress;
}

/** A compressed capture. Everything that could be decompressed before a damaged place is given first. */
export class InflateSource implements ByteSource {
  private readonly source: ByteSource;
  private readonly inflate: Inflate;
  private readonly piece = new Uint8Array(PIECE_BYTES);
  private readonly ready: Uint8Array[] = [];
  private used = 0;
  private inputEnded = false;
  private failure: Error | null = null;
  private ended = false;
  private wake: () => void = () => undefined;

  constructor(source: ByteSource, make: MakeInflate) {
    this.source = source;
    this.inflate = make({ chunkSize: OUTPUT_BYTES });
    this.inflate.on('data', (output: Uint8Array) => this.ready.push(output));
    this.inflate.on('end', () => this.stop(null));
    this.inflate.on('error', (failure: Error) => this.stop(failure));
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    while (this.ready.length === 0 && !this.ended) await this.feed();
    if (this.ready.length > 0) return this.take(into, at, length);
    if (this.failure) throw this.failure;
    return 0;
  }

  async close(): Promise<void> {
    this.stop(null);
    this.inflate.destroy();
    await this.source.close();
  }

  /** One piece in; returns when zlib is done with it. */
  private async feed(): Promise<void> {
    // Then either 'end' or 'error' follows, and `stop` wakes us.
    if (this.inputEnded) return this.step(() => this.inflate.end());
    const got = await this.source.read(this.piece, 0, PIECE_BYTES);
    if (this.ended) return;
    if (got > 0) return this.step((done) => this.inflate.write(this.piece.subarray(0, got), done));
    this.inputEnded = true;
    // What is still inside comes out before zlib may find that the end is missing.
    return this.step((done) => this.inflate.flush(done));
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

  private take(into: Uint8Array, at: number, length: number): number {
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
}
