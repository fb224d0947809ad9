import { KIND_UDP } from '../decode/packet.ts';
import { Alignment } from './align.ts';
import { ClockObserver } from './clock-observer.ts';
import { ClockSteps } from './clock-steps.ts';
import { Clocks } from './clocks.ts';
import { CorrectedCaptures } from './corrected-captures.ts';
import type { Correlation } from './correlation.ts';
import { coverageOf, summaryOf } from './coverage.ts';
import { Direct } from './direct.ts';
import { Fold, type FoldSpan } from './fold.ts';
import { Folds } from './folds.ts';
import { Follow } from './follow.ts';
import { finished } from './groups.ts';
import type { HostFeed } from './host-feed.ts';
import { HostReader, hostReaders } from './host-reader.ts';
import { type Common, HostStream } from './host-stream.ts';
import { IndexNames } from './index-names.ts';
import { R_KIND_PLACE } from './layout.ts';
import { LoneAnswers } from './lone-answers.ts';
import { type MergeSink, merge, passAll } from './merge.ts';
import {
  type CaptureInput,
  type CorrelateOptions,
  type CorrelateProgress,
  DEFAULT_OPEN_LIMIT,
  DEFAULT_REPLY_WINDOW_SECONDS,
} from './options.ts';
import { Pairing } from './pairing.ts';
import { Places } from './places.ts';
import { PlainExchanges } from './plain-exchanges.ts';
import { Questions } from './questions.ts';
import { RecordPairing } from './record-pairing.ts';
import { SharedMemory } from './shared-memory.ts';
import { Timeline } from './timeline.ts';
import { twinsOf } from './twins.ts';

/** Reads all captures once, side by side, and pairs what they saw. The caller opens and closes the readers. */
export function correlate(
  inputs: readonly CaptureInput[],
  options: CorrelateOptions = {},
  onProgress?: (progress: CorrelateProgress) => void,
): Promise<Correlation> {
  return correlateHosts(hostReaders(inputs, options), options, onProgress);
}

/** The same of hosts whose captures are read wherever they are; each feed is of another host. */
export async function correlateHosts(
  feeds: readonly HostFeed[],
  options: CorrelateOptions,
  onProgress?: (progress: CorrelateProgress) => void,
): Promise<Correlation> {
  const timeline = new Timeline();
  const places = new Places();
  const follow = new Follow(options);
  const streams = streamsOf(feeds, { follow, places, timeline });
  const hosts = feeds.map((feed) => feed.host);
  const names = { places, files: feeds.flatMap((feed) => feed.files) };
  const windowNs = (options.replyWindowSeconds ?? DEFAULT_REPLY_WINDOW_SECONDS) * 1e9;
  const clocks = new Clocks(hosts, options.clock, windowNs);
  const alignment = new Alignment(clocks, places, timeline);
  const onStep = () => onProgress?.(progressOf(streams));
  if (hosts.length > 1) await alignment.begin(streams, onStep);
  const observer = hosts.length > 1 ? new ClockObserver(clocks, places, timeline) : null;
  const alone = onlyCapture(feeds);
  const short = feeds.length === 1 && follow.allProbes && options.shortcut !== false;
  const forRecords = short && !alone ? SharedMemory.forRecords() : null;
  const shared = short && alone ? alone.shared : forRecords;
  const openLimit = options.openLimit ?? DEFAULT_OPEN_LIMIT;
  const plain = shared && new PlainExchanges(shared, openLimit, windowNs, timeline);
  const span = spanOf(options, timeline);
  const folds = new Folds(
    new Fold(names, timeline, observer, span, plain),
    new Fold(names, timeline, observer, span, null),
  );
  const questions = new Questions(names, timeline, span, options.identities ?? []);
  const pairing = new Pairing(places, options, hosts.length > 1, folds, plain, questions);
  const sink = sinkOf(pairing, questions, alignment, follow);
  const direct = feeds.length === 1 ? new Direct(sink, timeline, pairing.exchanges, shared) : null;
  if (direct) alone?.readDirectly(places, follow, direct);
  const records = direct && forRecords && RecordPairing.make(forRecords, direct);
  if (records) await passAll(streams[0], records, onStep);
  else {
    const steps = hosts.length > 1 ? new ClockSteps(clocks, places, timeline) : null;
    await merge(streams, clocks, sink, steps, () => {
      alignment.review();
      onStep();
    });
  }
  pairing.exchanges.closeAll();
  const counted = folds.counted(follow.udp);
  const captures = feeds.flatMap((feed) => feed.captures());
  const indexes = new IndexNames(captures);
  places.rename((place) => indexes.rename(place, place.host, names.files[place.capture]));
  const sum = (count: (fold: Fold) => number) => counted.reduce((total, fold) => total + count(fold), 0);
  const groups = finished(counted);
  const lone = new LoneAnswers(groups);
  const corrected = new CorrectedCaptures(clocks, places, timeline);
  // Of one capture the order of the file is the order of time; others are merged with it, and wait for it as long as for a reply.
  const disorderNs = captures.length > 1 ? windowNs : Number.POSITIVE_INFINITY;
  const twins = twinsOf(captures);
  return {
    groups,
    unanswered: indexes.questions(questions.unanswered()),
    unheeded: indexes.questions(questions.unheeded()),
    overheard: indexes.questions(questions.overheard()),
    answers: indexes.answers(questions.answers.list()),
    askers: indexes.answers(questions.askers.list()),
    coverage: captures.map((one, i) =>
      corrected.coverage(
        coverageOf(one, i, places, clocks.base(places.hostNumber(one.host)), lone, disorderNs, twins[i]),
        one,
      ),
    ),
    clocks: clocks.report(timeline),
    clocksSet: corrected.settings(names.files),
    captures: captures.map((one) => corrected.summary(summaryOf(one, indexes.differ(one)))),
    counts: {
      exchanges: sum((fold) => fold.exchanges),
      leftEarly: sum((fold) => fold.leftEarly),
      ambiguous: sum((fold) => fold.ambiguous),
      strayReplies: sum((fold) => fold.strayReplies),
    },
  };
}

/** The reader of the only capture there is, if it is read in this thread. */
function onlyCapture(feeds: readonly HostFeed[]): HostReader | null {
  const [only] = feeds;
  return feeds.length === 1 && only instanceof HostReader && only.files.length === 1 ? only : null;
}

function streamsOf(feeds: readonly HostFeed[], common: Common): HostStream[] {
  let captures = 0;
  return feeds.map((feed) => {
    const stream = new HostStream(feed, captures, common, feeds.length === 1);
    captures += feed.files.length;
    return stream;
  });
}

function spanOf({ since, until }: CorrelateOptions, timeline: Timeline): FoldSpan {
  return {
    sinceNs: since ? timeline.nanosOf(since.seconds, since.nanos) : Number.NEGATIVE_INFINITY,
    untilNs: until ? timeline.nanosOf(until.seconds, until.nanos) : Number.POSITIVE_INFINITY,
  };
}

function sinkOf(pairing: Pairing, questions: Questions, alignment: Alignment, follow: Follow): MergeSink {
  const { exchanges } = pairing;
  const since = exchanges.plain?.sinceExpiry ?? new Int32Array(1);
  return {
    record(batch, at, time, host) {
      if (alignment.searching) alignment.watch(batch, at, host);
      const kind = batch.words[at + R_KIND_PLACE] & 0xff;
      if (Questions.isFor(kind)) questions.add(batch, at, time);
      else if (kind !== KIND_UDP || follow.udp) pairing.add(batch, at, time);
      if (++since[0] < EXPIRE_EVERY) return;
      since[0] = 0;
      exchanges.expire(time);
    },
    wentBack() {
      exchanges.closeAll();
    },
  };
}

/** Records between two looks at the oldest exchanges. */
const EXPIRE_EVERY = 64;

function progressOf(streams: readonly HostStream[]): CorrelateProgress {
  const sum = (count: (stream: HostStream) => number) =>
    streams.reduce((total, stream) => total + count(stream), 0);
  return {
    bytesRead: sum((stream) => stream.bytesRead),
    frames: sum((stream) => stream.frames),
    capturesEnded: sum((stream) => stream.capturesEnded),
    captures: sum((stream) => stream.feed.files.length),
  };
}
