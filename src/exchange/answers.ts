import { formatIp, type Ip } from '../addr/ip.ts';
import { type Mac, macFromWords } from '../addr/mac.ts';
import type { SightingBatch } from './batch.ts';
import type { NeighbourAnswer } from './correlation.ts';
import { R_DST, R_KIND_PLACE, R_WIDE, WIDE_STRIDE, X_DST, X_HARDWARE } from './layout.ts';
import { addressAt, type Names, sightingAt } from './materialise.ts';
import type { Timeline } from './timeline.ts';

/** Answers that differ; a host that answers for a whole network must not grow the process. */
const ANSWERS_LIMIT = 4096;

/** ARP replies and neighbour advertisements, as they came in and went out: which hardware address stands for which. */
export class Answers {
  private readonly names: Names;
  private readonly timeline: Timeline;
  private readonly seen = new Map<string, Seen>();

  constructor(names: Names, timeline: Timeline) {
    this.names = names;
    this.timeline = timeline;
  }

  add(target: Ip, batch: SightingBatch, at: number, time: number): void {
    const mac = hardwareAt(batch, at);
    if (!mac) return;
    const number = batch.words[at + R_KIND_PLACE] >>> 8;
    const key = `${this.names.places.spots[number]} ${formatIp(target)} ${mac}`;
    const known = this.seen.get(key);
    if (known) {
      known.count++;
      known.first = Math.min(known.first, time);
      known.last = Math.max(known.last, time);
    } else if (this.seen.size < ANSWERS_LIMIT) {
      const example = sightingAt(batch, at, this.names);
      const tell = addressAt(batch, at, R_DST, X_DST);
      this.seen.set(key, { target, mac, tell, count: 1, first: time, last: time, example });
    }
  }

  /** By time. */
  list(): NeighbourAnswer[] {
    return [...this.seen.values()]
      .sort((a, b) => a.first - b.first)
      .map(({ target, mac, tell, count, first, last, example }) => ({
        host: example.host,
        interface: example.interface,
        direction: example.direction,
        target,
        mac,
        tell,
        count,
        first: this.timeline.timeOf(first),
        last: this.timeline.timeOf(last),
        example,
      }));
  }
}

interface Seen extends Pick<NeighbourAnswer, 'target' | 'mac' | 'tell' | 'example'> {
  count: number;
  first: number;
  last: number;
}

/** An advertisement may come without the address (RFC 4861 section 4.4). */
function hardwareAt({ words, wide }: SightingBatch, at: number): Mac | null {
  const row = (words[at + R_WIDE] - 1) * WIDE_STRIDE;
  const [high, low] = [wide[row + X_HARDWARE], wide[row + X_HARDWARE + 1]];
  return high === 0 && low === 0 ? null : macFromWords(high, low);
}
