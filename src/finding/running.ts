import { addNanos, compareTime, later, nanosBetween, type Time } from '../addr/time.ts';
import type { Coverage } from '../exchange/exchange.ts';

/**
 * How far from a capture's first and last frame it is still taken to have been running. A filtered capture of a quiet
 * link shows few frames, so its frames alone mark its time only roughly.
 */
const QUIET_NS = 60e9;
/** Of one that shows many, silence speaks sooner: it is silent for no longer than so many times what lies between two frames. */
const MEAN_GAPS = 100;
/** Not so soon that a pause in a burst is taken for the end. */
const LEAST_QUIET_NS = 1e9;
/** Fewer frames, perhaps of one moment, tell no rate. */
const ENOUGH_FRAMES = 20;
/** So long before the last frame a reply would have been seen, if not a frame behind it was lost. */
const UNDER_WAY_NS = 500e6;

type Span = Readonly<Record<'first' | 'last', Time>>;
type Timed = Coverage & Span;

/**
 * Whether a capture was running at the time of what is missing. An empty one that was handed in with the others is taken to
 * have run: nothing came by is what it says. One that was rotated covers what its files cover together.
 * @param captures all of the host
 */
export function ranThen(one: Coverage, captures: readonly Coverage[], absence: Span): boolean {
  if (one.frames === 0) return !one.damaged;
  const same = JSON.stringify(one.interfaces);
  const files = captures.filter(isTimed).filter(({ interfaces }) => JSON.stringify(interfaces) === same);
  return files.some((file) => showsOne(file, absence)) || covers(files, absence);
}

function isTimed(one: Coverage): one is Timed {
  return one.first !== null && one.last !== null;
}

/**
 * The first or the last of those missing was on its way well between two frames of one file, so that it is sure to be missing.
 * The others are alike in all that was seen of them.
 */
function showsOne({ first, last }: Span, absence: Span): boolean {
  const [from, to] = [addNanos(first, UNDER_WAY_NS), addNanos(last, -UNDER_WAY_NS)];
  return [absence.first, absence.last].some((at) => compareTime(from, at) <= 0 && compareTime(at, to) <= 0);
}

function covers(files: readonly Timed[], { first, last }: Span): boolean {
  const parts = files
    .map((file) => ({
      from: addNanos(file.first, -quietOf(file)),
      to: addNanos(file.last, file.cut ? -UNDER_WAY_NS : quietOf(file)),
    }))
    .sort((a, b) => compareTime(a.from, b.from));
  let covered: Time | null = null;
  for (const { from, to } of parts) {
    if (compareTime(from, covered ?? first) <= 0) covered = covered ? later(covered, to) : to;
  }
  return covered !== null && compareTime(covered, last) >= 0;
}

/** For how long such a capture may show nothing and be running all the same. */
function quietOf({ first, last, frames }: Timed): number {
  if (frames < ENOUGH_FRAMES) return QUIET_NS;
  const mean = nanosBetween(last, first) / frames;
  return Math.min(QUIET_NS, Math.max(LEAST_QUIET_NS, MEAN_GAPS * mean));
}
