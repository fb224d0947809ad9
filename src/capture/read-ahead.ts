import type { ByteSource } from './chunk.ts';
import { BlockingFileSource, type OpenFile } from './sources.ts';
import type { Made, StretchBuffers } from './stretch-buffers.ts';

/** In bytes. */
export interface StretchLengths {
  /** Read ahead at once. */
  readonly stretch: number;
  /** Before the first stretch. */
  readonly gap: number;
  /** By how many more or fewer lie before each one after. */
  readonly step: number;
}

/** To wake another thread takes as long as to read some hundred KiB. */
export const STRETCH_BYTES = 8 << 20;
const LENGTHS: StretchLengths = { stretch: STRETCH_BYTES, gap: 4 << 20, step: 512 << 10 };
/** To hear of a stretch that was read already takes less. */
const LATE_MS = 0.1;

/**
 * Pieces that are read here before the buffers are asked for. A capture of which one was read may only wait for its turn beside
 * others of the host, and must not keep the buffers from the one that is read now.
 */
const PIECES_BEFORE = 2;

/** Reads up to `length` bytes at the offset `position` of the file into `at`, and waits for them; throws. */
export type ReadAt = (into: Uint8Array, at: number, length: number, position: number) => number;

/** Bytes that another thread reads. */
interface Stretch {
  /** Offset in the file. */
  readonly position: number;
  readonly buffer: Uint8Array;
  /** How many there were; 0 where reading failed. */
  readonly read: Promise<number>;
}

/** What was read ahead: so many bytes, behind the room before them. */
export interface Taken {
  readonly buffer: Uint8Array;
  readonly bytes: number;
}

/**
 * A regular file that two threads read: this one piece by piece as it needs them, and meanwhile one of Node's pool a stretch
 * further on. To copy a large capture takes longer than to decode it, and one core need not do all of it. How much lies
 * between two stretches changes, so that each has just been read when this thread comes to it.
 */
export class ReadAheadSource implements ByteSource {
  private readonly handle: OpenFile;
  private readonly pieces: BlockingFileSource;
  private readonly fileBytes: number;
  private readonly buffers: StretchBuffers;
  private readonly lengths: StretchLengths;
  private position = 0;
  private gap: number;
  private made: Made | null = null;
  private room = 0;
  private stretch: Stretch | null = null;
  /** Read here since the last stretch. */
  private count = 0;
  private stopped = false;

  /** @param fileBytes length of the file when it was opened; what is added to it later is not read ahead */
  constructor(
    handle: OpenFile,
    readAt: ReadAt,
    fileBytes: number,
    buffers: StretchBuffers,
    lengths: StretchLengths = LENGTHS,
  ) {
    this.handle = handle;
    this.fileBytes = fileBytes;
    this.buffers = buffers;
    this.lengths = lengths;
    this.gap = lengths.gap;
    this.pieces = new BlockingFileSource(handle, (into, at, length) => {
      const got = readAt(into, at, Math.min(length, this.beforeStretch), this.position);
      this.position += got;
      if (this.made && this.stretch === null && ++this.count >= PIECES_BEFORE) this.goOn(null);
      return got;
    });
  }

  get chunksAtOnce(): number {
    return this.buffers.chunksAtOnce;
  }

  /** From now on there may be stretches. @param room bytes to be left free before each; `made` gives them, too */
  begin(made: Made, room: number): void {
    this.made = made;
    this.room = room;
  }

  /** Whether the next bytes are a stretch, so that `take` must be asked for them. */
  get isDue(): boolean {
    return this.beforeStretch === 0;
  }

  /** The stretch, as soon as it is read; null where it could not be: `read` tells why. */
  async take(): Promise<Taken | null> {
    const { stretch } = this;
    if (!stretch) return null;
    const asked = performance.now();
    const bytes = await stretch.read;
    const late = performance.now() - asked > LATE_MS;
    this.gap = Math.max(0, this.gap + (late ? this.lengths.step : -this.lengths.step));
    this.position += bytes;
    this.stretch = null;
    this.count = 0;
    // What became of the file, only reading it here can tell.
    if (bytes < this.lengths.stretch) this.gap = Number.POSITIVE_INFINITY;
    return bytes > 0 ? { buffer: stretch.buffer, bytes } : null;
  }

  /**
   * The next stretch is read, if there is one.
   * @param used the buffer of the last one as long as its bytes are needed; the other one is filled
   */
  goOn(used: Uint8Array | null): void {
    const { lengths, made, room } = this;
    const position = this.position + this.gap;
    if (made === null || this.stopped || !Number.isFinite(position)) return;
    if (position + lengths.stretch > this.fileBytes) {
      if (used === null) this.buffers.giveBack(this);
      return;
    }
    const both = this.buffers.lend(this, room + lengths.stretch, made);
    if (!both) return;
    const buffer = both[used === both[0] ? 1 : 0];
    const read = this.handle.read(buffer, room, lengths.stretch, position).then(
      ({ bytesRead }) => bytesRead,
      () => 0,
    );
    this.stretch = { position, buffer, read };
  }

  read(into: Uint8Array, at: number, length: number): Promise<number> {
    return this.pieces.read(into, at, length);
  }

  readNow(into: Uint8Array, at: number, length: number): number | null {
    return this.pieces.readNow(into, at, length);
  }

  /** Nothing more is asked for: others may have the buffers, as soon as nothing is read into them. */
  stop(): void {
    this.stopped = true;
    if (this.stretch) void this.stretch.read.then(() => this.buffers.giveBack(this));
    else this.buffers.giveBack(this);
  }

  async close(): Promise<void> {
    this.stop();
    await this.stretch?.read;
    await this.handle.close();
  }

  private get beforeStretch(): number {
    return this.stretch ? this.stretch.position - this.position : Number.POSITIVE_INFINITY;
  }
}
