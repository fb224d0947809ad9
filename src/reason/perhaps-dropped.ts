import type { HostState } from '../linux/host-state.ts';
import type { Packet } from '../linux/packet.ts';
import type { Passage } from '../linux/passage.ts';
import type { Cause } from './cause.ts';
import { atMost } from './draft.ts';
import { firewallCause } from './firewall-cause.ts';
import { unlessTracked } from './tracked.ts';

/** A packet's way through a host, as far as it is known. */
export interface Way {
  readonly packet: Packet;
  readonly passage: Passage;
  /** `the request` or `the reply`. */
  readonly what: string;
}

const DOUBT =
  'whether it comes to that hangs on a rule whose match no file tells; had the packet lived, there would be an answer';

/**
 * The silence of a host decides what its files leave open (`-m recent`, a rate, a counter of the kernel): of the ways
 * through its rules only those that end in a drop fit the capture. Null where no way does.
 */
export function perhapsDropped(state: HostState, ways: readonly Way[]): Cause | null {
  for (const { packet, passage, what } of ways) {
    const { outcome, missing } = passage;
    if (outcome.kind !== 'cannot-tell' || outcome.perhaps?.kind !== 'dropped') continue;
    const cause = atMost(
      unlessTracked(firewallCause(state.name, outcome.perhaps, what), state, packet),
      'likely',
    );
    return { ...cause, missing: [...cause.missing, ...missing], notes: [...cause.notes, DOUBT] };
  }
  return null;
}
