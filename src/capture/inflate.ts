import * as zlib from 'node:zlib';
import type { ByteSource } from './chunk.ts';
import { Inflater, type MakeInflate } from './inflater.ts';

/** Compressed bytes given to zstd at once: bounds what a bomb makes of them. */
const PIECE_BYTES = 32 << 10;

/** What makes the stream that decompresses zstd; undefined where this Node has none (before 22.15). */
export function nativeZstd(): MakeInflate | undefined {
  return (zlib as { createZstdDecompress?: MakeInflate }).createZstdDecompress;
}

/** A compressed capture. Everything that could be decompressed before a damaged place is given first. */
export class InflateSource implements ByteSource {
  private readonly source: ByteSource;
  private readonly inflater: Inflater;
  private readonly piece = new Uint8Array(PIECE_BYTES);
  private inputEnded = false;

  constructor(source: ByteSource, make: MakeInflate) {
    this.source = source;
    this.inflater = new Inflater(make);
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    const { inflater } = this;
    while (!inflater.holdsOutput && !inflater.ended) await this.feed();
    if (inflater.holdsOutput) return inflater.take(into, at, length);
    if (inflater.failure) throw inflater.failure;
    return 0;
  }

  async close(): Promise<void> {
    this.inflater.close();
    await this.source.close();
  }

  private async feed(): Promise<void> {
    if (this.inputEnded) return this.inflater.end();
    const got = await this.source.read(this.piece, 0, PIECE_BYTES);
    if (this.inflater.ended) return;
    if (got > 0) return this.inflater.feed(this.piece.subarray(0, got));
    this.inputEnded = true;
    return this.inflater.flush();
  }
}
