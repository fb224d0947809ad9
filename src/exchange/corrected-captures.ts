import { addNanos, type Time } from '../addr/time.ts';
import type { Clocks } from './clocks.ts';
import type { CaptureSummary } from './correlation.ts';
import type { ClockSet, Coverage } from './exchange.ts';
import type { CaptureAccount } from './host-feed.ts';
import type { Places } from './places.ts';
import type { Timeline } from './timeline.ts';

/** What is told of captures, corrected by what the clocks of their hosts were set by meanwhile. */
export class CorrectedCaptures {
  private readonly clocks: Clocks;
  private readonly places: Places;
  private readonly timeline: Timeline;

  constructor(clocks: Clocks, places: Places, timeline: Timeline) {
    this.clocks = clocks;
    this.places = places;
    this.timeline = timeline;
  }

  /** @param coverage as if the clock had never been set */
  coverage(coverage: Coverage, { tally }: CaptureAccount): Coverage {
    const host = this.places.hostNumber(coverage.host);
    if (!this.clocks.settings.anyOf(host)) return coverage;
    const { first, last, disordered } = coverage;
    return {
      ...coverage,
      first: first && this.corrected(host, first, 'first'),
      last: last && this.corrected(host, last, 'last'),
      disordered: disordered && !this.clocks.settings.explain(host, tally.backNs),
    };
  }

  /** Of a clock that was set back nothing more is to be said, least of all that the frames should be sorted. */
  summary(summary: CaptureSummary): CaptureSummary {
    const { back } = summary;
    const host = this.places.hostNumber(summary.host);
    if (back === null || !this.clocks.settings.explain(host, back.nanos)) return summary;
    return { ...summary, back: null };
  }

  /** @param files names by number of the capture */
  settings(files: readonly string[]): ClockSet[] {
    const { hostNames } = this.places;
    return this.clocks.settings.all.map(({ host, against, capture, frame, fromNs, byNs }) => ({
      host: hostNames[host],
      relativeTo: hostNames[against],
      file: files[capture],
      frame,
      at: this.timeline.timeOf(fromNs),
      byNs,
    }));
  }

  private corrected(host: number, time: Time, end: 'first' | 'last'): Time {
    const own = this.timeline.nanosOf(time.seconds, time.nanos) + this.clocks.base(host);
    return addNanos(time, -this.clocks.settings.sumAtEnd(host, own, end));
  }
}
