import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { ByteSource } from './chunk.ts';

/** What is needed of an open file; `open.ts` alone opens them. */
export interface OpenFile {
  read(
    into: Uint8Array,
    at: number,
    length: number,
    position: number | null,
  ): Promise<{ readonly bytesRead: number }>;
  close(): Promise<void>;
}

/** A regular file (or device): read by the operating system straight into the reader's buffers. */
export class FileSource implements ByteSource {
  private readonly handle: OpenFile;

  constructor(handle: OpenFile) {
    this.handle = handle;
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    return (await this.handle.read(into, at, length, null)).bytesRead;
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** Bytes after which a thread that reads by itself looks for signals and messages: some milliseconds. */
const YIELD_BYTES = 16 << 20;

/**
 * The same, waiting for the disk in this thread: to hand each piece to another thread and wait for it takes longer than to
 * read it, and takes a core from those who decode. Other work of the thread has its turn every `YIELD_BYTES`.
 */
export class BlockingFileSource implements ByteSource {
  private readonly handle: OpenFile;
  private readonly readHere: (into: Uint8Array, at: number, length: number) => number;
  private unseen = 0;

  constructor(handle: OpenFile, readHere: (into: Uint8Array, at: number, length: number) => number) {
    this.handle = handle;
    this.readHere = readHere;
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    if (this.unseen >= YIELD_BYTES) {
      this.unseen = 0;
      await setImmediate();
    }
    return this.readOn(into, at, length);
  }

  readNow(into: Uint8Array, at: number, length: number): number | null {
    return this.unseen >= YIELD_BYTES ? null : this.readOn(into, at, length);
  }

  private readOn(into: Uint8Array, at: number, length: number): number {
    const got = this.readHere(into, at, length);
    this.unseen += got;
    return got;
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** A pipe, standard input, a child's output. */
export class ReadableSource implements ByteSource {
  private readonly stream: Readable;
  private readonly pieces: AsyncIterator<Uint8Array>;
  private piece: Uint8Array = new Uint8Array(0);
  private used = 0;

  constructor(stream: Readable) {
    this.stream = stream;
    this.pieces = stream[Symbol.asyncIterator]();
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    while (this.used >= this.piece.length) {
      const next = await this.pieces.next();
      if (next.done) return 0;
      this.piece = typeof next.value === 'string' ? Buffer.from(next.value, 'latin1') : next.value;
      this.used = 0;
    }
    const count = Math.min(length, this.piece.length - this.used);
    into.set(this.piece.subarray(this.used, this.used + count), at);
    this.used += count;
    return count;
  }

  async close(): Promise<void> {
    this.stream.destroy();
  }
}

/** Gives back bytes that were read to look at them, then the rest. */
export class RejoinedSource implements ByteSource {
  private first: Uint8Array;
  private readonly rest: ByteSource;

  constructor(first: Uint8Array, rest: ByteSource) {
    this.first = first;
    this.rest = rest;
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    if (this.first.length === 0) return this.rest.read(into, at, length);
    const count = Math.min(length, this.first.length);
    into.set(this.first.subarray(0, count), at);
    this.first = this.first.subarray(count);
    return count;
  }

  readNow(into: Uint8Array, at: number, length: number): number | null {
    return this.first.length > 0 ? null : (this.rest.readNow?.(into, at, length) ?? null);
  }

  close(): Promise<void> {
    return this.rest.close();
  }
}

/** Counts what is read. */
export class CountedSource implements ByteSource {
  bytes = 0;
  private readonly source: ByteSource;

  constructor(source: ByteSource) {
    this.source = source;
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    const got = await this.source.read(into, at, length);
    this.bytes += got;
    return got;
  }

  close(): Promise<void> {
    return this.source.close();
  }
}

const AHEAD_BYTES = 64 << 10;

/** Reads ahead for those who ask for a few bytes at a time. */
export class AheadSource implements ByteSource {
  private readonly source: ByteSource;
  private readonly bytes = new Uint8Array(AHEAD_BYTES);
  private used = 0;
  private have = 0;

  constructor(source: ByteSource) {
    this.source = source;
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    if (this.used === this.have) {
      this.used = 0;
      this.have = await this.source.read(this.bytes, 0, AHEAD_BYTES);
    }
    const count = Math.min(length, this.have - this.used);
    into.set(this.bytes.subarray(this.used, this.used + count), at);
    this.used += count;
    return count;
  }

  close(): Promise<void> {
    return this.source.close();
  }
}

/** Reads `length` bytes, fewer only where the source ends before. */
export async function readFirst(source: ByteSource, length: number): Promise<Uint8Array> {
  const first = new Uint8Array(length);
  return first.subarray(0, await fill(source, first, 0, length));
}

/** Reads into `at` to `end`; where it came to, less than `end` only where the source ends before. */
export async function fill(source: ByteSource, into: Uint8Array, at: number, end: number): Promise<number> {
  let have = at;
  while (have < end) {
    const got = await source.read(into, have, end - have);
    if (got === 0) break;
    have += got;
  }
  return have;
}
