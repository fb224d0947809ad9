/**
 * What packets seen on two hosts say of their clocks. A packet that went from host x to host y bounds the offset of y's
 * clock against x's from above: it was received after it was sent. Bounds of several hosts are chained.
 */
export class OffsetBounds {
  readonly hosts: number;
  /** By x * hosts + y: the least upper bound of (clock of y - clock of x), nanoseconds. */
  private readonly all: Float64Array;
  /** The same for short spans of time, far enough apart to show a drift. */
  private samples: Sample[] = [];
  private gapNs = SPAN_NS;

  constructor(hosts: number) {
    this.hosts = hosts;
    this.all = new Float64Array(hosts * hosts).fill(Number.POSITIVE_INFINITY);
  }

  /** @param at when, nanoseconds on the reference clock */
  add(from: number, to: number, boundNs: number, at: number): void {
    const cell = from * this.hosts + to;
    if (boundNs < this.all[cell]) this.all[cell] = boundNs;
    const sample = this.sampleAt(at);
    if (sample && boundNs < sample.bounds[cell]) sample.bounds[cell] = boundNs;
  }

  /** The offset of a host against the first one, if one constant fits all packets. Infinite where nothing bounds it. */
  constant(host: number): Interval {
    return intervalOf(chained(this.all, this.hosts), host, this.hosts);
  }

  /** The same, for each span. */
  spans(host: number): { readonly at: number; readonly interval: Interval }[] {
    return this.samples.map(({ at, bounds }) => ({
      at,
      interval: intervalOf(chained(bounds, this.hosts), host, this.hosts),
    }));
  }

  private sampleAt(at: number): Sample | undefined {
    const last = this.samples.at(-1);
    if (last && at - last.at < this.gapNs) return Math.abs(at - last.at) < SPAN_NS ? last : undefined;
    if (this.samples.length === SAMPLES) {
      this.samples = this.samples.filter((_, i) => i % 2 === 0);
      this.gapNs *= 2;
    }
    const bounds = new Float64Array(this.hosts * this.hosts).fill(Number.POSITIVE_INFINITY);
    const sample = { at, bounds };
    this.samples.push(sample);
    return sample;
  }
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

interface Sample {
  readonly at: number;
  readonly bounds: Float64Array;
}

const SPAN_NS = 1e9;
const SAMPLES = 128;

/** Bounds through other hosts (Floyd and Warshall). */
function chained(bounds: Float64Array, hosts: number): Float64Array {
  const best = bounds.slice();
  for (let via = 0; via < hosts; via++) {
    for (let from = 0; from < hosts; from++) {
      for (let to = 0; to < hosts; to++) {
        const sum = best[from * hosts + via] + best[via * hosts + to];
        if (from !== to && sum < best[from * hosts + to]) best[from * hosts + to] = sum;
      }
    }
  }
  return best;
}

function intervalOf(best: Float64Array, host: number, hosts: number): Interval {
  return { low: -best[host * hosts], high: best[host] };
}
