import type { SightingBatch } from './batch.ts';
import type { Direct } from './direct.ts';
import { STRIDE } from './layout.ts';
import type { RecordsCode, SharedMemory } from './shared-memory.ts';
import { S_STOP } from './shortcut/layout.ts';
import { AT_END, FULL, LATE } from './shortcut/stops.ts';

/** Records that the code of the shortcut is given at once. */
const RECORDS = 8192;
const RECORD_BYTES = STRIDE * 4;

/**
 * Pairs the records of the only host's captures, merged by time, by the code of the shortcut; those that are not plain, or
 * of which more is known than it knows, go by `direct` one by one.
 */
export class RecordPairing {
  private readonly shared: SharedMemory<RecordsCode>;
  private readonly direct: Direct;
  private readonly room: Uint8Array;
  private readonly words: Int32Array;

  private constructor(shared: SharedMemory<RecordsCode>, direct: Direct, room: Uint8Array) {
    this.shared = shared;
    this.direct = direct;
    this.room = room;
    this.words = new Int32Array(room.buffer, room.byteOffset, RECORDS * STRIDE);
  }

  /** Null where the memory has no room. */
  static make(shared: SharedMemory<RecordsCode>, direct: Direct): RecordPairing | null {
    const room = shared.room(RECORDS * RECORD_BYTES);
    return room && new RecordPairing(shared, direct, room);
  }

  /** All records of the batch from the word `from` on. */
  pass(batch: SightingBatch, from: number): void {
    const end = batch.count * STRIDE;
    for (let at = from; at < end; at += RECORDS * STRIDE) {
      const some = Math.min(end - at, RECORDS * STRIDE);
      this.words.set(batch.words.subarray(at, at + some));
      this.passSome(batch, at, some);
    }
  }

  /** Those that lie in the shared memory, too. */
  private passSome(batch: SightingBatch, from: number, length: number): void {
    const { shared, direct } = this;
    const base = this.room.byteOffset;
    for (let done = 0; done < length; ) {
      direct.tell(shared);
      done = (shared.code.pairRecords(base + done * 4, base + length * 4) - base) >> 2;
      const stop = shared.words[S_STOP >> 2];
      if (stop === LATE) direct.expire();
      else if (stop === FULL) direct.makeRoom(shared);
      else if (stop !== AT_END) {
        direct.passOne(batch, from + done);
        done += STRIDE;
      }
    }
  }
}
