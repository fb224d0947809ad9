import { AckFilter } from './ack-filter.ts';
import { Connections } from './connections.ts';
import { Stalls } from './stalls.ts';

/** What the captures of one host remember together of what they saw: all of it bounded, none of it a report's. */
export class HostMemory {
  readonly acks = new AckFilter();
  readonly connections = new Connections();
  readonly stalls = new Stalls();
}
