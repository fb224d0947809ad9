import { AckFilter } from './ack-filter.ts';
import { Connections } from './connections.ts';
import type { SharedMemory } from './shared-memory.ts';
import { HOST_END } from './shortcut/layout.ts';
import { Stalls } from './stalls.ts';

/** What the captures of one host remember together of what they saw: all of it bounded, none of it a report's. */
export class HostMemory {
  readonly shared: SharedMemory | null;
  readonly acks: AckFilter;
  readonly connections: Connections;
  readonly stalls: Stalls;

  /** @param shared null: no frame takes a shortcut */
  constructor(shared: SharedMemory | null) {
    const memory = shared?.buffer ?? new ArrayBuffer(HOST_END);
    this.shared = shared;
    this.acks = new AckFilter(memory);
    this.connections = new Connections(memory);
    this.stalls = new Stalls(memory);
  }
}
