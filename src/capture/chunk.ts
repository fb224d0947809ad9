/**
 * A stretch of a capture in memory. Records lie in [start, end); what is before `start` is used up. The buffer is used
 * again for a later chunk, so nothing may point into it once the next one was asked for.
 */
export interface Chunk {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
  /** Another thread read it a while ago, so that nothing of it lies in the caches of this one's core. */
  readonly far: boolean;
  /** Offset of `bytes[0]` in the (uncompressed) capture; negative where the buffer has room before its first byte. */
  readonly base: number;
}

/** Gives the bytes of a capture one after another. */
export interface ByteSource {
  /** Fills `into` from `at` with 1 to `length` bytes and tells how many; 0 at the end. Rejects when reading fails. */
  read(into: Uint8Array, at: number, length: number): Promise<number>;
  /** The same of a source that need not be waited for, which throws; null: now it has to be, so ask `read`. */
  readNow?(into: Uint8Array, at: number, length: number): number | null;
  close(): Promise<void>;
}
