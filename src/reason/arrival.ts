import type { HostState } from '../linux/host-state.ts';
import type { Packet } from '../linux/packet.ts';
import type { Connection } from '../linux/passage.ts';

/** A packet as it comes in, before the host's filters. */
export interface Arrival {
  readonly state: HostState;
  readonly device: string;
  readonly packet: Packet;
  /** What the host tracked of the exchange so far. */
  readonly connection: Connection | null;
  /** `the request` or `the reply`. */
  readonly what: string;
}
