import { LEAP_NS } from './host-stream.ts';
import type { Interval } from './offset-bounds.ts';
import type { SightingDirection } from './places.ts';

/** The offset is taken from this many: a drift would set later ones at odds with them. */
export const FIRST_MATCHES = 64;

interface Seen {
  readonly direction: SightingDirection;
}

/** How far apart two hosts' clocks put one packet, and whether it came to the host in question or left it. */
export interface Match {
  readonly apart: number;
  readonly reaches: 'here' | 'there' | 'unknown';
}

export function way(there: Seen, here: Seen): Match['reaches'] {
  if (there.direction === here.direction) return 'unknown';
  if (there.direction === 'out' || here.direction === 'in') return 'here';
  return there.direction === 'in' || here.direction === 'out' ? 'there' : 'unknown';
}

/** Packets wait no longer on their way, where a neighbour must be asked for its address first, or a queue is long. */
const PATIENCE_NS = 5e9;

/** Whether the packet cannot merely have been late, were the offset less by so much: it would have come before it was sent. */
export function contradicts({ reaches }: Match, byNs: number): boolean {
  const size = Math.abs(byNs);
  return size > PATIENCE_NS || (size > LEAP_NS && reaches === (byNs > 0 ? 'there' : 'here'));
}

/** What the directions of the packets in the cluster say of the offset. */
export function boundsOf(matches: readonly Match[], cluster: readonly number[]): Interval {
  const near = matches
    .filter(({ apart }) => apart >= cluster[0] && apart <= cluster[cluster.length - 1])
    .slice(0, FIRST_MATCHES);
  const bounds = (reaches: Match['reaches']) =>
    near.filter((one) => one.reaches === reaches).map((one) => one.apart);
  return {
    low: bounds('there').reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
    high: bounds('here').reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
  };
}

/** The offset that matches of one cluster tell. */
export function offsetOf({ low, high }: Interval, cluster: readonly number[]): number {
  const both = Number.isFinite(low) && Number.isFinite(high);
  return both ? (low + high) / 2 : Math.min(Math.max(middle(cluster), low), high);
}

/** The most values that lie close together; of equally many those nearest to no offset at all. */
export function densest(values: readonly number[], within: number): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  let best: number[] = [];
  for (let from = 0, to = 0; from < sorted.length; from++) {
    while (to < sorted.length && sorted[to] - sorted[from] <= within) to++;
    const size = to - from;
    const nearer = size === best.length && Math.abs(sorted[from]) < Math.abs(best[0]);
    if (size > best.length || nearer) best = sorted.slice(from, to);
  }
  return best;
}

export function middle(sorted: readonly number[]): number {
  return sorted[sorted.length >> 1];
}
