import type { SightingBatch } from './batch.ts';
import { STRIDE } from './layout.ts';
import type { CaptureStream } from './stream.ts';

/** Takes the records in the order of corrected time. */
export interface MergeSink {
  record(batch: SightingBatch, at: number, time: number, host: number): void;
  /** A capture's clock was set back, or captures of different times stand in one file: what is open is over. */
  wentBack(): void;
}

/** What the merge subtracts from each host's times. */
export interface MergeClocks {
  /** By host, nanoseconds. */
  readonly offsets: Float64Array;
  /** Grows when an offset was found anew, so that the order must be looked at again. */
  readonly epoch: number;
}

/** Packets of one capture are never further in disorder than this. */
const DISORDER_NS = 60e9;

/**
 * Merges the captures by corrected time, reading on where a capture has run dry. Within a capture the order of the file
 * stays; a few packets the wrong way round are left to pairing. Of equal times the host given first comes first, then
 * the file whose name sorts first, so that the order in which files are given makes no difference.
 */
export async function merge(
  streams: readonly CaptureStream[],
  clocks: MergeClocks,
  sink: MergeSink,
  onChunk: () => void,
): Promise<void> {
  const ranked = [...streams].sort(byRank);
  let open = ranked;
  for (;;) {
    for (const stream of open) await stream.fill();
    open = open.filter((stream) => stream.hasRecord || !stream.ended);
    if (open.length === 0) return;
    takeWhileFilled(open, clocks, sink);
    onChunk();
  }
}

function byRank(a: CaptureStream, b: CaptureStream): number {
  const [one, other] = [a.input.reader.facts().file, b.input.reader.facts().file];
  return a.host - b.host || (one < other ? -1 : Number(one > other));
}

/** Runs until one of the captures has no record in memory. */
function takeWhileFilled(open: readonly CaptureStream[], clocks: MergeClocks, sink: MergeSink): void {
  for (;;) {
    const stream = earliest(open, clocks.offsets);
    takeUntil(stream, nextTime(open, stream, clocks.offsets), clocks, sink);
    if (!stream.hasRecord) return;
  }
}

function earliest(open: readonly CaptureStream[], offsets: Float64Array): CaptureStream {
  let first = open[0];
  let time = first.headNs - offsets[first.host];
  for (let i = 1; i < open.length; i++) {
    const other = open[i].headNs - offsets[open[i].host];
    if (other >= time) continue;
    first = open[i];
    time = other;
  }
  return first;
}

/** When the next of the other captures has its turn. */
function nextTime(open: readonly CaptureStream[], running: CaptureStream, offsets: Float64Array): number {
  let time = Number.POSITIVE_INFINITY;
  for (const stream of open) {
    if (stream !== running) time = Math.min(time, stream.headNs - offsets[stream.host]);
  }
  return time;
}

/** At least one record, then those before the other captures' next; at most to the end of the batch. */
function takeUntil(stream: CaptureStream, until: number, clocks: MergeClocks, sink: MergeSink): void {
  const { host } = stream;
  const { offsets, epoch } = clocks;
  const [batch] = stream.queue;
  const end = batch.count * STRIDE;
  do {
    const { headNs } = stream;
    sink.record(batch, stream.at, headNs - offsets[host], host);
    stream.advance();
    if (stream.headNs < headNs - DISORDER_NS) sink.wentBack();
    if (clocks.epoch !== epoch) return;
  } while (stream.at !== 0 && stream.at < end && stream.headNs - offsets[host] < until);
}
