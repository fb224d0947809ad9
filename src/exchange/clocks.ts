import type { ClockOffset } from './exchange.ts';

/** Offsets of the hosts' clocks against the first host's. */
export class Clocks {
  /** By host: its clock - reference clock, nanoseconds; what the merge subtracts. */
  readonly offsets: Float64Array;
  private readonly hosts: readonly string[];

  constructor(hosts: readonly string[]) {
    this.hosts = hosts;
    this.offsets = new Float64Array(hosts.length);
  }

  report(): ClockOffset[] {
    const [relativeTo] = this.hosts;
    return this.hosts.slice(1).map((host, i) => {
      const offset = this.offsets[i + 1];
      return { host, relativeTo, lowNs: offset, highNs: offset, driftPpm: 0, basis: 'assumed' as const };
    });
  }
}
