import { KEY_COUNTS, KEY_SLOTS } from './shortcut/layout.ts';

/** So many may be there; how many is then no longer known. */
const MANY = 255;

/** How many entries of the open table have keys with the same low bits: the code of the shortcut mostly needs to know no more. */
export class KeyCounts {
  private readonly counts: Uint8Array;

  /** @param memory laid out as `shortcut/layout.ts` says, all zero */
  constructor(memory: ArrayBuffer) {
    this.counts = new Uint8Array(memory, KEY_COUNTS, KEY_SLOTS);
  }

  add(key: number): void {
    const slot = key & (KEY_SLOTS - 1);
    if (this.counts[slot] < MANY) this.counts[slot]++;
  }

  remove(key: number): void {
    const slot = key & (KEY_SLOTS - 1);
    if (this.counts[slot] < MANY) this.counts[slot]--;
  }

  clear(): void {
    this.counts.fill(0);
  }
}
