import type { HostIdentity } from '../addr/identity.ts';
import type { CaptureFacts } from '../capture/frame.ts';
import type { SightingBatch } from './batch.ts';
import type { IndexSenders } from './index-witness.ts';
import type { Place } from './places.ts';
import type { Tally } from './tally.ts';

/**
 * The captures of one host as the merge sees them: their followed packets in the order of time. They may be read in this
 * thread (`host-reader.ts`) or in another (`remote-host.ts`); the steps are the same.
 */
export interface HostFeed {
  readonly host: string;
  /** Its captures as the user named them, in the order given. */
  readonly files: readonly string[];
  /** Reads on a little; null: all captures have ended, and `captures` is complete. */
  next(): Promise<HostStep | null>;
  /** The batch of a step was used up; its memory may serve again. */
  release(batch: SightingBatch): void;
  /** As far as was read. */
  captures(): readonly CaptureAccount[];
}

/** What one step of reading gave. Plain data, but for the batch. */
export interface HostStep {
  /** Often empty. Its places are numbered by the feed. */
  readonly batch: SightingBatch;
  /** Places met for the first time; the feed numbers them from 0 on. Their captures are numbers in `files`. */
  readonly places: readonly Place[];
  /** Whether one of the host's captures has shown a probe by now. */
  readonly probed: boolean;
  /** Of all captures of the host, from the beginning. */
  readonly frames: number;
  readonly bytesRead: number;
  readonly ended: number;
}

/** What is known of a capture beside its followed packets. */
export interface CaptureAccount {
  readonly host: string;
  readonly facts: CaptureFacts;
  readonly tally: Tally;
  /** Of the capture, unpacked, as far as was read; null where that is not counted. */
  readonly bytes: number | null;
  /** As the user said, and who is who on the wire (`CaptureInput`). */
  readonly interface: string | null;
  readonly identity: HostIdentity | null;
  /** Interface indexes by which it names interfaces. */
  readonly indexes: readonly IndexSenders[];
}
