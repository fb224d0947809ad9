import type { ByteSource } from './chunk.ts';
import { BlockingFileSource, type OpenFile } from './sources.ts';

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

/** Reads up to `length` bytes at the offset `position` of the file into `at`, and waits for them; throws. */
export type ReadAt = (into: Uint8Array, at: number, length: number, position: number) => number;

/** Bytes that another thread reads. */
interface Stretch {
  /** Offset in the file. */
  readonly position: number;
  /** Number of its buffer. */
  readonly buffer: number;
  /** How many there were; 0 where reading failed. */
  readonly read: Promise<number>;
}

/** What was read ahead: so many bytes in that buffer. */
export interface Taken {
  readonly buffer: number;
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
  private readonly lengths: StretchLengths;
  private position = 0;
  private gap: number;
  private buffers: readonly Uint8Array[] = [];
  private room = 0;
  private stretch: Stretch | null = null;

  /** @param fileBytes length of the file when it was opened; what is added to it later is not read ahead */
  constructor(handle: OpenFile, readAt: ReadAt, fileBytes: number, lengths: StretchLengths = LENGTHS) {
    this.handle = handle;
    this.fileBytes = fileBytes;
    this.lengths = lengths;
    this.gap = lengths.gap;
    this.pieces = new BlockingFileSource(handle, (into, at, length) => {
      const got = readAt(into, at, Math.min(length, this.beforeStretch), this.position);
      this.position += got;
      return got;
    });
  }

  get stretchBytes(): number {
    return this.lengths.stretch;
  }

  /** Reading ahead begins. @param buffers two, for stretches that begin at the byte `room` of each */
  begin(buffers: readonly Uint8Array[], room: number): void {
    this.buffers = buffers;
    this.room = room;
    this.goOn(0);
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
    // What became of the file, only reading it here can tell.
    if (bytes < this.lengths.stretch) this.gap = Number.POSITIVE_INFINITY;
    return bytes > 0 ? { buffer: stretch.buffer, bytes } : null;
  }

  /** To be called behind a stretch, when the other buffer is used no longer: the next one is read into it. */
  goOn(buffer: number): void {
    const position = this.position + this.gap;
    const { stretch } = this.lengths;
    if (position + stretch > this.fileBytes) return;
    const read = this.handle.read(this.buffers[buffer], this.room, stretch, position).then(
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

  async close(): Promise<void> {
    await this.stretch?.read;
    await this.handle.close();
  }

  private get beforeStretch(): number {
    return this.stretch ? this.stretch.position - this.position : Number.POSITIVE_INFINITY;
  }
}
