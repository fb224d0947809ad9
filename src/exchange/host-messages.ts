import type { HostIdentity } from '../addr/identity.ts';
import type { Result } from '../addr/result.ts';
import type { CaptureProblem } from '../capture/frame.ts';
import { SightingBatch } from './batch.ts';
import type { CaptureAccount, HostStep } from './host-feed.ts';
import type { CorrelateOptions } from './options.ts';

/** One host's captures, to be opened and read in another thread. */
export interface HostOrder {
  readonly host: string;
  readonly captures: readonly { readonly path: string; readonly interface: string | null }[];
  readonly identity: HostIdentity | null;
  /** Bytes read at once. */
  readonly chunkBytes: number;
  /** By one of Node's threads beside the one that takes this order. */
  readonly readAhead: boolean;
  /** They are open only while they are read. */
  readonly brief: boolean;
  /** Length of all its files, by which the work is shared out. */
  readonly bytes: number;
}

/** What a thread is started with; its hosts go by their number in it. */
export interface ThreadOrder {
  readonly hosts: readonly HostOrder[];
  /** As `sharedCode` gave it. */
  readonly code: object | null;
}

export interface OpenedCapture {
  readonly file: string;
  /** Null where it is compressed. */
  readonly bytesTotal: number | null;
}

export type Opened = readonly Result<OpenedCapture, CaptureProblem>[];

/** Both directions: plain data and buffers that are handed over, never copied. */
export type ToThread =
  | { readonly kind: 'begin'; readonly number: number; readonly options: CorrelateOptions }
  /** One more step may be read. The batches were used up. */
  | { readonly kind: 'more'; readonly number: number; readonly spare: readonly FlatBatch[] };

export type FromThread =
  | { readonly kind: 'opened'; readonly number: number; readonly captures: Opened }
  | { readonly kind: 'step'; readonly number: number; readonly step: FlatStep }
  | { readonly kind: 'end'; readonly number: number; readonly captures: readonly CaptureAccount[] };

/** What is read ahead of the merge for each host, at most: so many steps, and no further with so many records. */
export const STEPS_AHEAD = 32;
export const RECORDS_AHEAD = 16384;

/** A batch without its methods, as it arrives. */
export type FlatBatch = Pick<SightingBatch, 'words' | 'wide' | 'count' | 'rows'>;
export type FlatStep = Omit<HostStep, 'batch'> & { readonly batch: FlatBatch | null };

export function flatBatch({ words, wide, count, rows }: SightingBatch): FlatBatch {
  return { words, wide, count, rows };
}

export function batchOf({ words, wide, count, rows }: FlatBatch): SightingBatch {
  const batch = new SightingBatch(words, wide);
  batch.count = count;
  batch.rows = rows;
  return batch;
}

/** What is handed over with a batch. */
export function buffersOf(batches: readonly FlatBatch[]): ArrayBuffer[] {
  return batches.flatMap(({ words, wide }) => [words.buffer, wide.buffer]);
}
