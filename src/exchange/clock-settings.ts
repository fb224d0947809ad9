/** A host's clock was set while it was captured, as packets tell that another host saw, too. */
export interface ClockSetting {
  readonly host: number;
  /** Number of the capture, and the first frame after it. */
  readonly capture: number;
  readonly frame: number;
  /** Forward, or back where negative, against the clock of another host. */
  readonly byNs: number;
  readonly against: number;
  /** The host's next record and the one before, each as its clock then was. */
  readonly fromNs: number;
  readonly untilNs: number;
}

/** The settings of all hosts' clocks, and what they change. Most hosts have none. */
export class ClockSettings {
  /** By host: by how much its clock was set in all. */
  readonly sums: Float64Array;
  /** Whether there is any; asked for each exchange. */
  some = false;
  private readonly byHost: ClockSetting[][];
  /** By host: time goes back, and nothing tells why. */
  private readonly disordered: boolean[];

  constructor(hosts: number) {
    this.sums = new Float64Array(hosts);
    this.byHost = Array.from({ length: hosts }, () => []);
    this.disordered = this.byHost.map(() => false);
  }

  get all(): readonly ClockSetting[] {
    return this.byHost.flat();
  }

  add(setting: ClockSetting): void {
    this.byHost[setting.host].push(setting);
    this.sums[setting.host] += setting.byNs;
    this.some = true;
  }

  anyOf(host: number): boolean {
    return this.byHost[host].length > 0;
  }

  /** Time goes back at a host, and no packet tells that its clock was set. */
  goesBack(host: number): void {
    this.disordered[host] = true;
  }

  /**
   * By how much a host's clock had been set in all when a record was taken: its own and its corrected time tell.
   * @param offsetNs that without settings would be subtracted now
   */
  sumAt(host: number, ownNs: number, correctedNs: number, offsetNs: number): number {
    const subtracted = ownNs - correctedNs - offsetNs;
    return this.sumsOf(host).reduce((best, sum) =>
      Math.abs(subtracted - sum) < Math.abs(subtracted - best) ? sum : best,
    );
  }

  /**
   * The same at the earliest, or the latest, of a capture's frames, whose corrected time is not known. A clock that was set back
   * shows times twice: the shorter span is sure.
   */
  sumAtEnd(host: number, ownNs: number, end: 'first' | 'last'): number {
    const settings = this.byHost[host];
    const sums = this.sumsOf(host);
    const fits = sums.filter((_, i) => {
      const from = i === 0 ? Number.NEGATIVE_INFINITY : settings[i - 1].fromNs;
      const until = i === settings.length ? Number.POSITIVE_INFINITY : settings[i].untilNs;
      return ownNs >= from && ownNs <= until;
    });
    const possible = fits.length > 0 ? fits : sums;
    return end === 'first' ? Math.min(...possible) : Math.max(...possible);
  }

  /** Whether a host's time goes back by so much, at most, because its clock was set. */
  explain(host: number, nanos: number): boolean {
    return (
      !this.disordered[host] &&
      this.byHost[host].some(({ fromNs, untilNs }) => untilNs - fromNs >= nanos - NEAR_NS)
    );
  }

  private sumsOf(host: number): number[] {
    const sums = [0];
    for (const { byNs } of this.byHost[host]) sums.push(sums[sums.length - 1] + byNs);
    return sums;
  }
}

/** Frames that are not followed lie between the records. */
const NEAR_NS = 1e9;
