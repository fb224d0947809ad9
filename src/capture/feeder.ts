import type { ByteSource, Chunk } from './chunk.ts';
import type { ReadAheadSource } from './read-ahead.ts';

/** Bytes asked from the source at once. */
export const CHUNK_BYTES = 1 << 20;
/**
 * Room before a chunk for the head of a record that began in the chunk before: the largest packet and its options; less
 * where chunks are small, because then there are many captures.
 */
const HEADROOM = 288 << 10;

interface Buffer {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Gives bytes for a buffer; null where it has none, and any others will do. */
export type Room = (bytes: number) => Uint8Array | null;

const NO_BUFFER: Buffer = buffer(new Uint8Array(0));

/**
 * The one place where a capture is waited for and where records that straddle chunks are joined. Two buffers take turns:
 * while one is walked, the source fills the other, and the unfinished end of the first is copied in front of it. Where
 * nothing is read ahead one buffer does, which stays in the processor's cache; what another thread reads meanwhile
 * (`read-ahead.ts`) comes between, in buffers of its own. A record longer than the room before a chunk is gathered in a
 * buffer that doubles as its bytes arrive, never because a length field says so.
 */
export class Feeder {
  private readonly source: ByteSource;
  private readonly chunkBytes: number;
  private readonly headroom: number;
  private readonly ahead: boolean;
  private readonly stretches: ReadAheadSource | null;
  private turns: readonly Buffer[] = [];
  private current = NO_BUFFER;
  private spare = NO_BUFFER;
  private start = 0;
  private end = 0;
  /** Where the stretch ends that is handed on piece by piece; 0 where none is. */
  private farEnd = 0;
  private base: number;
  private pending: Promise<number> | null = null;

  /**
   * @param ahead whether the next chunk is read while this one is walked; of no use where reading blocks
   * @param stretches where some chunks are read by another thread: the source, or what lies in it; then `ahead` is false
   */
  constructor(
    source: ByteSource,
    chunkBytes: number = CHUNK_BYTES,
    ahead = true,
    stretches: ReadAheadSource | null = null,
  ) {
    this.source = source;
    this.chunkBytes = chunkBytes;
    this.ahead = ahead;
    this.stretches = stretches;
    this.headroom = Math.min(HEADROOM, chunkBytes);
    this.start = this.end = this.headroom;
    this.base = -this.headroom;
  }

  /** To be called once, before bytes are asked for. */
  begin(room: Room | null): void {
    const made = (bytes: number) => room?.(bytes) ?? new Uint8Array(bytes);
    const bytes = this.headroom + this.chunkBytes;
    this.turns = Array.from({ length: this.ahead ? 2 : 1 }, () => buffer(made(bytes)));
    this.current = this.turns[0];
    this.spare = this.turns[this.turns.length - 1];
    if (this.ahead) this.prefetch();
    this.stretches?.begin(made, this.headroom);
  }

  /** What is in memory now. */
  chunk(): Chunk {
    const { bytes, view } = this.current;
    return { bytes, view, start: this.start, end: this.end, far: this.farEnd > 0, base: this.base };
  }

  /** Lets go of what lies before `consumed` and waits for more bytes behind the rest. False: there are none. */
  async more(consumed: number): Promise<boolean> {
    this.start = consumed;
    const rest = this.end - this.start;
    if (this.handOn()) return true;
    if (this.stretches?.isDue && (await this.takeStretch(this.stretches, rest))) return true;
    if (!this.ahead) return this.refill(rest);
    const pending = this.pending ?? Promise.resolve(0);
    this.pending = null;
    const got = await pending;
    if (got === 0) return false;
    if (rest <= this.headroom) this.swap(rest, got);
    else this.gather(rest, got);
    this.prefetch();
    return true;
  }

  /** The same where nothing has to be waited for; null: something has, so ask `more` of what is the chunk now. */
  moreNow(consumed: number): boolean | null {
    this.start = consumed;
    if (this.handOn()) return true;
    if (this.ahead || !this.source.readNow || this.stretches?.isDue) return null;
    const rest = this.end - this.start;
    const fits = this.makeWay(rest);
    const got = this.source.readNow(this.spare.bytes, this.headroom, this.chunkBytes);
    return got === null ? null : this.filled(rest, fits, got);
  }

  /** Nothing more will be asked for. */
  stop(): void {
    this.stretches?.stop();
  }

  async close(): Promise<void> {
    const pending = this.pending;
    this.pending = null;
    const closed = this.source.close();
    await pending?.catch(() => 0);
    await closed;
  }

  /** False: its bytes have to be read here. */
  private async takeStretch(stretches: ReadAheadSource, rest: number): Promise<boolean> {
    const taken = await stretches.take();
    if (!taken) return false;
    const from = buffer(taken.buffer);
    if (rest <= this.headroom) this.moveBefore(from, rest, taken.bytes);
    else this.append(from, rest, taken.bytes);
    this.farEnd = this.end;
    this.end -= taken.bytes;
    stretches.goOn(taken.buffer);
    return this.handOn();
  }

  /** No more of a stretch at once than what is recorded of it may take. */
  private handOn(): boolean {
    if (this.end < this.farEnd) {
      const bytes = this.chunkBytes * (this.stretches?.chunksAtOnce ?? 1);
      this.end = Math.min(this.end + bytes, this.farEnd);
      return true;
    }
    this.farEnd = 0;
    return false;
  }

  /** Reads behind the rest, which stays in its buffer if there is room before the chunk. */
  private async refill(rest: number): Promise<boolean> {
    const fits = this.makeWay(rest);
    return this.filled(rest, fits, await this.source.read(this.spare.bytes, this.headroom, this.chunkBytes));
  }

  /** Whether the rest fits before a chunk, where it lies then. */
  private makeWay(rest: number): boolean {
    const fits = rest <= this.headroom;
    if (fits) this.moveForward(rest);
    else if (this.spare === this.current)
      this.spare = buffer(new Uint8Array(this.headroom + this.chunkBytes));
    return fits;
  }

  private filled(rest: number, fits: boolean, got: number): boolean {
    if (got === 0) return false;
    if (fits) this.end += got;
    else this.gather(rest, got);
    return true;
  }

  private moveForward(rest: number): void {
    const [only] = this.turns;
    const to = this.headroom - rest;
    only.bytes.set(this.current.bytes.subarray(this.start, this.end), to);
    this.base += this.start - to;
    this.current = this.spare = only;
    this.start = to;
    this.end = this.headroom;
  }

  /** The buffers change roles. */
  private swap(rest: number, got: number): void {
    const next = this.spare;
    this.moveBefore(next, rest, got);
    // A larger buffer was for one record only.
    this.spare = this.turns[next === this.turns[0] ? 1 : 0];
  }

  /** The rest goes before the new bytes. */
  private moveBefore(next: Buffer, rest: number, got: number): void {
    next.bytes.set(this.current.bytes.subarray(this.start, this.end), this.headroom - rest);
    this.base += this.end - this.headroom;
    this.current = next;
    this.start = this.headroom - rest;
    this.end = this.headroom + got;
  }

  /** The spare buffer keeps its role. */
  private gather(rest: number, got: number): void {
    this.append(this.spare, rest, got);
  }

  /** The new bytes go behind the rest, in a larger buffer if need be. */
  private append(from: Buffer, rest: number, got: number): void {
    if (this.end + got > this.current.bytes.length) {
      const larger = buffer(new Uint8Array(2 * rest + Math.max(this.chunkBytes, got)));
      larger.bytes.set(this.current.bytes.subarray(this.start, this.end), 0);
      this.base += this.start;
      this.current = larger;
      this.start = 0;
      this.end = rest;
    }
    this.current.bytes.set(from.bytes.subarray(this.headroom, this.headroom + got), this.end);
    this.end += got;
  }

  private prefetch(): void {
    this.pending = this.source.read(this.spare.bytes, this.headroom, this.chunkBytes);
    // A failure is told by the await in `more`, perhaps much later; until then it must not count as unhandled.
    this.pending.catch(() => undefined);
  }
}

function buffer(bytes: Uint8Array): Buffer {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
}
