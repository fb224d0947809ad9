import { type ClockSetting, ClockSettings } from './clock-settings.ts';
import { fitDrift } from './drift.ts';
import type { ClockOffset } from './exchange.ts';
import { type Interval, OffsetBounds } from './offset-bounds.ts';
import type { CorrelateOptions } from './options.ts';
import type { Timeline } from './timeline.ts';

/** Offsets of the hosts' clocks against the first host's: as given, or measured from packets that two hosts saw. */
export class Clocks {
  /** By host: its clock - reference clock, nanoseconds; what the merge subtracts. */
  readonly offsets: Float64Array;
  readonly bounds: OffsetBounds;
  /** What was added to the offsets because a clock was set. */
  readonly settings: ClockSettings;
  /** How often an offset was found anew. */
  epoch = 0;
  private readonly hosts: readonly string[];
  private readonly fixed: boolean[];
  private readonly given: boolean[];
  private readonly measured: boolean[];
  private readonly windowNs: number;
  /** Offsets are found, not taken as they are. */
  private readonly auto: boolean;

  constructor(hosts: readonly string[], clock: CorrelateOptions['clock'], windowNs: number) {
    this.hosts = hosts;
    this.windowNs = windowNs;
    this.offsets = new Float64Array(hosts.length);
    this.bounds = new OffsetBounds(hosts.length);
    this.settings = new ClockSettings(hosts.length);
    this.auto = clock !== 'none';
    const offsets = clock instanceof Map ? (clock as ReadonlyMap<string, number>) : undefined;
    this.given = hosts.map((host) => offsets?.has(host) ?? false);
    this.fixed = hosts.map((_, i) => i === 0 || clock === 'none' || this.given[i]);
    this.measured = hosts.map(() => false);
    const reference = offsets?.get(hosts[0]) ?? 0;
    for (const [i, host] of hosts.entries()) {
      if (offsets?.has(host)) this.offsets[i] = Math.round((offsets.get(host)! - reference) * 1e9);
    }
  }

  /** Whether a host's offset is still to be found. */
  isOpen(host: number): boolean {
    return !this.fixed[host] && !this.measured[host];
  }

  /** Whether a host's clock may turn out to have been set meanwhile. */
  mayBeSet(host: number): boolean {
    return this.auto && !this.given[host] && !this.isOpen(host);
  }

  get anyOpen(): boolean {
    return this.hosts.some((_, host) => this.isOpen(host));
  }

  /** The clock shows another time from the host's next record on. */
  set(setting: ClockSetting): void {
    this.offsets[setting.host] += setting.byNs;
    this.settings.add(setting);
    this.epoch++;
  }

  /** A time of the host's own clock, as it would be had the clock never been set. */
  unset(host: number, ownNs: number, correctedNs: number): number {
    return ownNs - this.settings.sumAt(host, ownNs, correctedNs, this.base(host));
  }

  /** What is subtracted from a host's times, but for what its clock was set by. */
  base(host: number): number {
    return this.offsets[host] - this.settings.sums[host];
  }

  /** Found by comparing what the hosts saw first. */
  align(host: number, offsetNs: number): void {
    this.offsets[host] = Math.round(offsetNs);
    this.measured[host] = true;
    this.epoch++;
  }

  /** What is known of a host's offset against the reference host at a time of its own clock. */
  bound(host: number, low: number, high: number, atNs: number): void {
    const at = atNs - this.offsets[host];
    if (Number.isFinite(high)) this.bounds.add(0, host, high, at);
    if (Number.isFinite(low)) this.bounds.add(host, 0, -low, at);
  }

  /** A packet left host `from` and reached host `to`, at these times of their own clocks, had they never been set. */
  observe(from: number, to: number, sentNs: number, receivedNs: number): void {
    const bound = receivedNs - sentNs;
    // By how much a clock was set is known less exactly than what is told of the time before.
    if (!this.settings.some || !(this.settings.anyOf(from) || this.settings.anyOf(to)))
      this.bounds.add(from, to, bound, sentNs - this.base(from));
    const excess = this.base(to) - this.base(from) - bound;
    if (!this.fixed[from]) this.measured[from] = true;
    if (!this.fixed[to]) this.measured[to] = true;
    if (excess <= 0) return;
    if (!this.fixed[to]) this.offsets[to] -= excess;
    else if (!this.fixed[from]) this.offsets[from] += excess;
  }

  report(timeline: Timeline): ClockOffset[] {
    return this.hosts.slice(1).map((_, i) => this.reportOf(i + 1, timeline));
  }

  private reportOf(host: number, timeline: Timeline): ClockOffset {
    const named = { host: this.hosts[host], relativeTo: this.hosts[0] };
    const offset = this.base(host);
    if (this.fixed[host]) {
      const basis = this.given[host] ? ('given' as const) : ('assumed' as const);
      return { ...named, lowNs: offset, highNs: offset, driftPpm: 0, basis };
    }
    const constant = this.bounds.constant(host);
    const known = Number.isFinite(constant.low) || Number.isFinite(constant.high);
    if (!known) {
      const basis = this.measured[host] ? ('measured' as const) : ('assumed' as const);
      // Found by packets whose direction nobody knows: none was under way longer than the window.
      const open = this.measured[host] ? this.windowNs : 0;
      return { ...named, lowNs: offset - open, highNs: offset + open, driftPpm: 0, basis };
    }
    if (constant.low <= constant.high)
      return { ...named, ...this.closed(constant), driftPpm: 0, basis: 'measured' };
    const drift = fitDrift(this.bounds, host);
    if (!drift) return { ...named, ...this.closed(constant), driftPpm: 0, basis: 'measured' };
    const at = timeline.timeOf(drift.at);
    return { ...named, ...this.closed(drift.interval), driftPpm: drift.ppm, at, basis: 'measured' };
  }

  /** Where packets went one way only, the other bound is that none was under way longer than the reply window. */
  private closed({ low, high }: Interval): { lowNs: number; highNs: number } {
    if (low === Number.NEGATIVE_INFINITY) return { lowNs: high - this.windowNs, highNs: high };
    if (high === Number.POSITIVE_INFINITY) return { lowNs: low, highNs: low + this.windowNs };
    return { lowNs: Math.min(low, high), highNs: Math.max(low, high) };
  }
}
