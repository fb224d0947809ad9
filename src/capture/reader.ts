import type { DamageLog } from './damage.ts';
import type { Feeder } from './feeder.ts';
import type { CaptureFacts, FrameSink } from './frame.ts';
import type { CountedSource } from './sources.ts';
import type { Walker } from './walker.ts';

export interface ReaderParts {
  readonly file: string;
  readonly compression: CaptureFacts['compression'];
  readonly feeder: Feeder;
  readonly walker: Walker;
  readonly damage: DamageLog;
  /** Length of the file when it was opened; null where it has none (pipes). */
  readonly fileBytes: number | null;
  /** What a compressed capture is read from. */
  readonly compressed: CountedSource | null;
}

/** Reads one capture once, from its beginning to its end or to the damage that ends it. */
export class CaptureReader {
  /** Records are offered to sinks in runs, too. */
  readonly offersRuns = true;
  private readonly parts: ReaderParts;
  private begun = false;
  private atEnd = false;

  constructor(parts: ReaderParts) {
    this.parts = parts;
  }

  /**
   * Reads on and hands every whole frame in memory to the sink, synchronously, in one reused view. False: there was
   * nothing more to read, and the facts are complete. What goes wrong on the way becomes damage, never an exception.
   */
  async next(sink: FrameSink): Promise<boolean> {
    if (this.atEnd) return false;
    const { walker, feeder } = this.parts;
    if (walker.ended || !(await this.more(sink))) {
      this.end(sink);
      return false;
    }
    const chunk = feeder.chunk();
    this.consumed = walker.walk(chunk, sink);
    return true;
  }

  /** The same where nothing has to be waited for; null: something has, so ask `next`. */
  nextNow(sink: FrameSink): boolean | null {
    const { walker, feeder } = this.parts;
    if (this.atEnd || !this.begun || walker.ended) return null;
    const more = this.moreNow();
    if (more) this.consumed = walker.walk(feeder.chunk(), sink);
    else if (more === false) this.end(sink);
    return more;
  }

  /** Complete after `next` gave false; before, as far as was read. */
  facts(): CaptureFacts {
    const { file, compression, walker, damage } = this.parts;
    return {
      file,
      format: walker.format,
      byteOrder: walker.byteOrder,
      compression,
      interfaces: walker.interfaces(),
      frames: walker.frames,
      comments: walker.comments(),
      dropped: walker.dropped,
      damage: damage.list(),
    };
  }

  /** Bytes of the capture read so far, after decompression. */
  get captureBytes(): number {
    const { base, end } = this.parts.feeder.chunk();
    return Math.max(0, base + end);
  }

  /** Bytes of the file read so far, as they lie in it. */
  get bytesRead(): number {
    return this.parts.compressed?.bytes ?? this.captureBytes;
  }

  get framesRead(): number {
    return this.parts.walker.frames;
  }

  /** Length of the file, compressed where it is; null for pipes. */
  get bytesTotal(): number | null {
    return this.parts.fileBytes;
  }

  /** Lets go of the file; may be called at any time, also twice. */
  async close(): Promise<void> {
    this.atEnd = true;
    await this.parts.feeder.close();
  }

  private consumed = 0;

  private async more(sink: FrameSink): Promise<boolean> {
    const { feeder } = this.parts;
    if (!this.begun) this.begin(sink);
    try {
      return await feeder.more(this.consumed);
    } catch (failure) {
      this.readFailed(failure);
      return false;
    } finally {
      // What was not consumed may lie elsewhere now.
      this.consumed = feeder.chunk().start;
    }
  }

  private moreNow(): boolean | null {
    const { feeder } = this.parts;
    try {
      return feeder.moreNow(this.consumed);
    } catch (failure) {
      this.readFailed(failure);
      return false;
    } finally {
      this.consumed = feeder.chunk().start;
    }
  }

  private begin(sink: FrameSink): void {
    const { feeder } = this.parts;
    feeder.begin(sink.room ? (bytes) => sink.room?.(bytes) ?? null : null);
    this.consumed = feeder.chunk().start;
    this.begun = true;
  }

  private readFailed(failure: unknown): void {
    const { compression, damage, feeder, walker } = this.parts;
    const chunk = feeder.chunk();
    const kind = compression === 'none' || !isZlibError(failure) ? 'read-failed' : 'compression-damaged';
    const detail = failure instanceof Error ? failure.message : String(failure);
    damage.add(kind, walker.frames + 1, chunk.base + chunk.end, null, null, detail);
  }

  private end(sink: FrameSink): void {
    const { feeder, walker, damage, compressed } = this.parts;
    const fileBytes = compressed ? null : this.parts.fileBytes;
    this.atEnd = true;
    feeder.stop();
    if (walker.ended) return;
    const chunk = feeder.chunk();
    walker.finish(chunk, this.consumed, sink);
    const read = chunk.base + chunk.end;
    if (fileBytes !== null && read < fileBytes && damage.list().every((one) => one.kind !== 'read-failed')) {
      damage.add('file-changed', walker.frames + 1, read, fileBytes, read);
    }
  }
}

function isZlibError(failure: unknown): boolean {
  const code = failure instanceof Error && 'code' in failure ? String(failure.code) : '';
  return code.startsWith('Z_') || code.startsWith('ZSTD_') || code.startsWith('ERR_ZSTD');
}
