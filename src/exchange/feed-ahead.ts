import { setImmediate } from 'node:timers/promises';
import type { SightingBatch } from './batch.ts';
import type { CaptureAccount, HostFeed, HostStep } from './host-feed.ts';
import { RECORDS_AHEAD, STEPS_AHEAD } from './host-messages.ts';

/** One host that this thread reads, some of it before the merge asks for it. */
export class FeedAhead implements HostFeed {
  private readonly feed: HostFeed;
  private readonly steps: (HostStep | null)[] = [];

  constructor(feed: HostFeed) {
    this.feed = feed;
  }

  get host(): string {
    return this.feed.host;
  }

  get files(): readonly string[] {
    return this.feed.files;
  }

  /** One step; false where there is no other, or enough is kept (`STEPS_AHEAD`, `RECORDS_AHEAD`). */
  async readOn(): Promise<boolean> {
    const { steps } = this;
    const records = steps.reduce((sum, step) => sum + (step?.batch.count ?? 0), 0);
    if (steps.at(-1) === null || steps.length >= STEPS_AHEAD || records >= RECORDS_AHEAD) return false;
    steps.push(await this.feed.next());
    return steps.at(-1) !== null;
  }

  async next(): Promise<HostStep | null> {
    const { steps } = this;
    return steps.length > 0 ? (steps.shift() ?? null) : this.feed.next();
  }

  release(batch: SightingBatch): void {
    this.feed.release(batch);
  }

  captures(): readonly CaptureAccount[] {
    return this.feed.captures();
  }
}

/** Reads the feeds by turns until the other is settled, or no more of them is to be kept. Messages come through meanwhile. */
export async function readMeanwhile(feeds: readonly FeedAhead[], other: Promise<unknown>): Promise<void> {
  let waits = true;
  const settled = () => {
    waits = false;
  };
  other.then(settled, settled);
  let open = feeds;
  while (waits && open.length > 0) {
    const more: FeedAhead[] = [];
    for (const feed of open) if (await feed.readOn()) more.push(feed);
    open = more;
    await setImmediate();
  }
}
