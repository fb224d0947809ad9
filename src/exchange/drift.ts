import type { Interval, OffsetBounds } from './offset-bounds.ts';

/** An offset that changes evenly: within `interval` at the time `at`. */
export interface Drift {
  readonly at: number;
  readonly interval: Interval;
  /** Parts per million by which the host's clock runs faster than the reference. */
  readonly ppm: number;
}

/** Quartz clocks are off by tens of parts per million; what needs more is no drift but a clock that was set. */
const STEEPEST = 1e-3;
const STEPS = 100;

/** The drift that leaves the widest interval, so contradicts the packets least. */
export function fitDrift(bounds: OffsetBounds, host: number): Drift | undefined {
  const spans = bounds
    .spans(host)
    .filter(({ interval }) => interval.low > -Infinity || interval.high < Infinity);
  if (spans.length < 2) return undefined;
  const at = (spans[0].at + spans[spans.length - 1].at) / 2;
  const flattened = (slope: number): Interval => ({
    low: Math.max(...spans.map((span) => span.interval.low - slope * (span.at - at))),
    high: Math.min(...spans.map((span) => span.interval.high - slope * (span.at - at))),
  });
  const slope = steepness((tried) => flattened(tried).low - flattened(tried).high);
  return { at, interval: flattened(slope), ppm: slope * 1e6 };
}

/** Where a convex function is least. */
function steepness(gap: (slope: number) => number): number {
  let [left, right] = [-STEEPEST, STEEPEST];
  for (let step = 0; step < STEPS; step++) {
    const third = (right - left) / 3;
    if (gap(left + third) <= gap(right - third)) right -= third;
    else left += third;
  }
  return (left + right) / 2;
}
