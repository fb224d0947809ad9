import type { InterfaceIdentity } from '../addr/identity.ts';

/** Of one ifindex that frames bore: interfaces of the host's state with the hardware address that such frames left with, by address. */
export interface IndexSenders {
  readonly index: number;
  readonly senders: readonly (readonly string[])[];
}

/** A capture with made-up indexes must not grow the process. */
const INDEXES_LIMIT = 4096;
const SENDERS_LIMIT = 8;

/** Gathers from LINUX_SLL2 frames with which hardware addresses they left, by index. */
export class IndexWitness {
  private readonly seen = new Map<number, Map<string, readonly string[]>>();

  /** @param senders interfaces that bear the source of a frame that left */
  note(index: number, senders: readonly InterfaceIdentity[]): void {
    const known = this.seen.get(index) ?? new Map<string, readonly string[]>();
    if (known.size === 0 && this.seen.size >= INDEXES_LIMIT) return;
    this.seen.set(index, known);
    if (senders.length === 0) return;
    const names = senders.map(({ name }) => name);
    if (known.size < SENDERS_LIMIT) known.set(names.join(), names);
  }

  list(): IndexSenders[] {
    return [...this.seen].map(([index, sets]) => ({ index, senders: [...sets.values()] }));
  }
}

/** Before `ip addr` tells a name, a frame has the index alone. */
export function nameOfIndex(interfaces: readonly InterfaceIdentity[], index: number): string {
  return interfaces.find((one) => one.index === index)?.name ?? `if${index}`;
}
