import { KIND_UDP } from '../decode/packet.ts';
import { Alignment } from './align.ts';
import { SightingBatch } from './batch.ts';
import { ClockObserver } from './clock-observer.ts';
import { Clocks } from './clocks.ts';
import type { Correlation } from './correlation.ts';
import { coverageOf, summaryOf } from './coverage.ts';
import { Fold, type FoldSpan } from './fold.ts';
import { Folds } from './folds.ts';
import { Follow } from './follow.ts';
import { finished } from './groups.ts';
import { HostMemory } from './host-memory.ts';
import { R_KIND_PLACE } from './layout.ts';
import { type MergeSink, merge } from './merge.ts';
import {
  type CaptureInput,
  type CorrelateOptions,
  type CorrelateProgress,
  DEFAULT_REPLY_WINDOW_SECONDS,
} from './options.ts';
import { Pairing } from './pairing.ts';
import { PlaceResolver } from './place.ts';
import { Places } from './places.ts';
import { Questions } from './questions.ts';
import { Recorder } from './recorder.ts';
import { CaptureStream } from './stream.ts';
import { Timeline } from './timeline.ts';

/** Reads all captures once, side by side, and pairs what they saw. The caller opens and closes the readers. */
export async function correlate(
  inputs: readonly CaptureInput[],
  options: CorrelateOptions = {},
  onProgress?: (progress: CorrelateProgress) => void,
): Promise<Correlation> {
  const timeline = new Timeline();
  const places = new Places();
  const hosts = [...new Set(inputs.map((input) => input.host))];
  for (const host of hosts) places.hostNumber(host);
  const follow = new Follow(options);
  const streams = streamsOf(inputs, follow, places, timeline);
  const files = inputs.map((input) => input.reader.facts().file);
  const names = { places, files };
  const windowNs = (options.replyWindowSeconds ?? DEFAULT_REPLY_WINDOW_SECONDS) * 1e9;
  const clocks = new Clocks(hosts, options.clock, windowNs);
  const alignment = new Alignment(clocks, places, timeline);
  if (hosts.length > 1) await alignment.begin(streams);
  const observer = hosts.length > 1 ? new ClockObserver(clocks, places, timeline) : null;
  const foldOf = () => new Fold(names, timeline, observer, spanOf(options, timeline));
  const folds = new Folds(foldOf(), foldOf());
  const pairing = new Pairing(places, options, hosts.length > 1, folds);
  const questions = new Questions(names, timeline);
  const sink = sinkOf(pairing, questions, alignment, follow);
  await merge(streams, clocks, sink, () => {
    alignment.review();
    onProgress?.(progressOf(streams));
  });
  pairing.exchanges.closeAll();
  const counted = folds.counted(follow.udp);
  const sum = (count: (fold: Fold) => number) => counted.reduce((total, fold) => total + count(fold), 0);
  return {
    groups: finished(
      counted.flatMap((fold) => fold.groups),
      timeline,
    ),
    unanswered: questions.unanswered(),
    answers: questions.answers.list(),
    coverage: streams.map((stream, i) => coverageOf(stream, i, places, clocks.offsets[stream.host])),
    clocks: clocks.report(timeline),
    captures: streams.map(summaryOf),
    counts: {
      exchanges: sum((fold) => fold.exchanges),
      leftEarly: sum((fold) => fold.leftEarly),
      ambiguous: sum((fold) => fold.ambiguous),
      strayReplies: sum((fold) => fold.strayReplies),
    },
  };
}

function streamsOf(
  inputs: readonly CaptureInput[],
  follow: Follow,
  places: Places,
  timeline: Timeline,
): CaptureStream[] {
  const memories = new Map<string, HostMemory>();
  return inputs.map((input, number) => {
    const memory = memories.get(input.host) ?? new HostMemory();
    memories.set(input.host, memory);
    const resolver = new PlaceResolver(places, input, number);
    const recorder = new Recorder(new SightingBatch(), follow, memory, resolver);
    return new CaptureStream(input, places.hostNumber(input.host), recorder, timeline);
  });
}

function spanOf({ since, until }: CorrelateOptions, timeline: Timeline): FoldSpan {
  return {
    sinceNs: since ? timeline.nanosOf(since.seconds, since.nanos) : Number.NEGATIVE_INFINITY,
    untilNs: until ? timeline.nanosOf(until.seconds, until.nanos) : Number.POSITIVE_INFINITY,
  };
}

function sinkOf(pairing: Pairing, questions: Questions, alignment: Alignment, follow: Follow): MergeSink {
  let sinceExpiry = 0;
  return {
    record(batch, at, time, host) {
      if (alignment.searching) alignment.watch(batch, at, host);
      const kind = batch.words[at + R_KIND_PLACE] & 0xff;
      if (Questions.isFor(kind)) questions.add(batch, at, time);
      else if (kind !== KIND_UDP || follow.udp) pairing.add(batch, at, time);
      if (++sinceExpiry < EXPIRE_EVERY) return;
      sinceExpiry = 0;
      pairing.exchanges.expire(time);
    },
    wentBack() {
      pairing.exchanges.closeAll();
    },
  };
}

/** Records between two looks at the oldest exchanges. */
const EXPIRE_EVERY = 64;

function progressOf(streams: readonly CaptureStream[]): CorrelateProgress {
  return {
    frames: streams.reduce((sum, stream) => sum + stream.recorder.frames, 0),
    capturesEnded: streams.filter((stream) => stream.ended).length,
    captures: streams.length,
  };
}
