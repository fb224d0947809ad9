import { PROFILES } from './shortcut/layout.ts';

/** What frames of one kind at one place have in common: four words each. */
const PROFILE = 4;

/**
 * The combinations of kind, place, ICMP code, hardware address and flags that occurred among plain frames, so that a plain
 * exchange carries them in half a word. They are few: a capture knows the hosts of its networks. `shortcut/profiles.ts`
 * numbers them.
 */
export class Profiles {
  private readonly words: Int32Array;

  /** @param memory laid out as `shortcut/layout.ts` says */
  constructor(memory: ArrayBuffer) {
    this.words = new Int32Array(memory, PROFILES);
  }

  /** As `R_KIND_PLACE`. */
  kindPlace(number: number): number {
    return this.words[number * PROFILE];
  }

  /** ICMP type and code in the upper 16 bits; the hardware address's upper 16 bits below. */
  type(number: number): number {
    return this.words[number * PROFILE + 1];
  }

  /** The hardware address's lower 32 bits. */
  low(number: number): number {
    return this.words[number * PROFILE + 2];
  }

  /** As `R_FLAGS`. */
  flags(number: number): number {
    return this.words[number * PROFILE + 3];
  }
}
