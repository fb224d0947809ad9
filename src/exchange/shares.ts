import type { HostOrder } from './host-messages.ts';

/** Hosts shared out among so many readers: the largest first, each to the one that has least to read. None is left without. */
export function sharesOf(orders: readonly HostOrder[], readers: number): HostOrder[][] {
  const shares = Array.from({ length: Math.min(readers, orders.length) }, () => [] as HostOrder[]);
  for (const order of [...orders].sort((a, b) => b.bytes - a.bytes)) {
    shares.reduce((least, one) => (shareBytes(one) < shareBytes(least) ? one : least)).push(order);
  }
  return shares.filter((share) => share.length > 0);
}

export function shareBytes(share: readonly HostOrder[]): number {
  return share.reduce((sum, order) => sum + order.bytes, 0);
}
