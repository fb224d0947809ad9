import type { SightingBatch } from './batch.ts';
import type { HostStream } from './host-stream.ts';
import { STRIDE } from './layout.ts';

/** Takes the records in the order of corrected time. */
export interface MergeSink {
  record(batch: SightingBatch, at: number, time: number, host: number): void;
  /** A capture's clock was set back, or captures of different times stand in one file: what is open is over. */
  wentBack(): void;
}

/** Takes all records of the only host, from the word `from` of a batch on, in their order. */
export interface OnlyHostSink {
  pass(batch: SightingBatch, from: number): void;
}

/** What the merge subtracts from each host's times. */
export interface MergeClocks {
  /** By host, nanoseconds. */
  readonly offsets: Float64Array;
  /** Grows when an offset was found anew, so that the order must be looked at again. */
  readonly epoch: number;
}

/** Looks at a host whose time leaps, before the merge goes on. */
export interface MergeLeaps {
  look(stream: HostStream, all: readonly HostStream[]): Promise<void>;
}

/** Packets of one host are never further in disorder than this. */
export const DISORDER_NS = 60e9;

/**
 * Merges the hosts' captures by corrected time, reading on where a host has run dry. Within a host the order stays; a few
 * packets the wrong way round are left to pairing. Of equal times the host given first comes first.
 */
export async function merge(
  streams: readonly HostStream[],
  clocks: MergeClocks,
  sink: MergeSink,
  leaps: MergeLeaps | null,
  onStep: () => void,
): Promise<void> {
  let open = streams;
  for (;;) {
    await fill(open, onStep);
    open = open.filter((stream) => stream.hasRecord || !stream.ended);
    if (open.length === 0) return;
    await lookAtLeaps(open, sink, leaps);
    takeWhileFilled(open, clocks, sink);
    onStep();
  }
}

/** The same of the only host, whose records come in order: batch by batch. */
export async function passAll(stream: HostStream, sink: OnlyHostSink, onStep: () => void): Promise<void> {
  for (;;) {
    await fill([stream], onStep);
    if (!stream.hasRecord) return;
    sink.pass(stream.queue[0], stream.at);
    stream.skipBatch();
    onStep();
  }
}

/** The reference host last: where its clock or another's may have been set, it is the other's. */
async function lookAtLeaps(
  open: readonly HostStream[],
  sink: MergeSink,
  leaps: MergeLeaps | null,
): Promise<void> {
  for (let i = open.length - 1; i >= 0; i--) {
    const stream = open[i];
    if (!stream.leapt) continue;
    stream.leapt = false;
    if (stream.takenNs > Number.NEGATIVE_INFINITY) await leaps?.look(stream, open);
    if (stream.headNs < stream.takenNs - DISORDER_NS) sink.wentBack();
  }
}

/** Reads on until each has a record, or has ended. */
async function fill(open: readonly HostStream[], onStep: () => void): Promise<void> {
  for (const stream of open) {
    while (!stream.hasRecord && !stream.ended) {
      await stream.read();
      onStep();
    }
  }
}

/** Runs until one of the hosts has no record in memory, or its time leaps. */
function takeWhileFilled(open: readonly HostStream[], clocks: MergeClocks, sink: MergeSink): void {
  for (;;) {
    const stream = earliest(open, clocks.offsets);
    takeUntil(stream, nextTime(open, stream, clocks.offsets), clocks, sink);
    if (!stream.hasRecord || stream.leapt) return;
  }
}

function earliest(open: readonly HostStream[], offsets: Float64Array): HostStream {
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

/** When the next of the other hosts has its turn. */
function nextTime(open: readonly HostStream[], running: HostStream, offsets: Float64Array): number {
  let time = Number.POSITIVE_INFINITY;
  for (const stream of open) {
    if (stream !== running) time = Math.min(time, stream.headNs - offsets[stream.host]);
  }
  return time;
}

/** At least one record, then those before the other hosts' next; at most to the end of the batch. */
function takeUntil(stream: HostStream, until: number, clocks: MergeClocks, sink: MergeSink): void {
  const { host } = stream;
  const { offsets, epoch } = clocks;
  const [batch] = stream.queue;
  const end = batch.count * STRIDE;
  do {
    sink.record(batch, stream.at, stream.headNs - offsets[host], host);
    stream.advance();
    if (clocks.epoch !== epoch || stream.leapt) return;
  } while (stream.at !== 0 && stream.at < end && stream.headNs - offsets[host] < until);
}
