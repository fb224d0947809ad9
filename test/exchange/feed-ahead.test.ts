import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SightingBatch } from '../../src/exchange/batch.ts';
import { FeedAhead, readMeanwhile } from '../../src/exchange/feed-ahead.ts';
import type { HostFeed, HostStep } from '../../src/exchange/host-feed.ts';
import { RECORDS_AHEAD, STEPS_AHEAD } from '../../src/exchange/host-messages.ts';

/** So many steps, with so many records each; `frames` numbers them. */
class Counted implements HostFeed {
  readonly host = 'A';
  readonly files = ['a'];
  read = 0;
  private readonly steps: number;
  private readonly records: number;

  constructor(steps: number, records = 0) {
    this.steps = steps;
    this.records = records;
  }

  async next(): Promise<HostStep | null> {
    if (this.read === this.steps) return null;
    this.read++;
    const batch = new SightingBatch();
    batch.count = this.records;
    return { batch, places: [], probed: false, frames: this.read, bytesRead: 0, ended: 0 };
  }

  release(): void {}

  captures(): readonly never[] {
    return [];
  }
}

async function framesOf(feed: HostFeed): Promise<number[]> {
  const frames: number[] = [];
  for (let step = await feed.next(); step; step = await feed.next()) frames.push(step.frames);
  return frames;
}

const never = new Promise(() => undefined);

describe('a host read before the merge asks for it', () => {
  it('gives the same steps in the same order', async () => {
    const ahead = new FeedAhead(new Counted(5));
    await ahead.readOn();
    await ahead.readOn();
    expect(await framesOf(ahead)).toEqual([1, 2, 3, 4, 5]);
    expect(await ahead.next()).toBeNull();
  });

  it('is read no further than its end', async () => {
    const counted = new Counted(2);
    const ahead = new FeedAhead(counted);
    await readMeanwhile([ahead], never);
    expect(await ahead.readOn()).toBe(false);
    expect(await framesOf(ahead)).toEqual([1, 2]);
    expect(await ahead.next()).toBeNull();
  });

  it('is read no further than what may be kept, in steps and in records', async () => {
    const steps = new Counted(1000);
    await readMeanwhile([new FeedAhead(steps)], never);
    expect(steps.read).toBe(STEPS_AHEAD);
    const records = new Counted(1000, RECORDS_AHEAD / 4);
    await readMeanwhile([new FeedAhead(records)], never);
    expect(records.read).toBe(4);
  });

  it('takes turns with others, until what is waited for is there or has failed', async () => {
    const [one, other] = [new Counted(1000), new Counted(1)];
    await readMeanwhile([new FeedAhead(one), new FeedAhead(other)], Promise.reject(new Error('torn')));
    expect([one.read, other.read]).toEqual([1, 1]);
    const waiting = setTimeout(0);
    await readMeanwhile([new FeedAhead(new Counted(3))], waiting);
    await readMeanwhile([], never);
  });
});
