import type { Family, Ip } from '../addr/ip.ts';
import type { Route } from './host-state.ts';

/**
 * One route table, prepared for lookups: a hash per prefix length, longest first. It answers one question, which routes
 * contain an address; which of them the kernel takes differs by family (`select-route4.ts`, `select-route6.ts`).
 */
export interface FibTable {
  readonly id: number;
  readonly family: Family;
  readonly size: number;
  /** `tb_num_default`: routes of length 0. */
  readonly defaults: number;
  readonly byLength: readonly LengthBucket[];
}

interface LengthBucket {
  readonly length: number;
  /** A single route stands alone: a full Internet table has a million of them. */
  readonly routes: Map<number | string, Route | Route[]>;
}

export function buildFibTable(id: number, family: Family, routes: readonly Route[]): FibTable {
  const lengths = new Map<number, LengthBucket>();
  for (const route of routes) addRoute(lengths, route);
  const byLength = [...lengths.values()].sort((a, b) => b.length - a.length);
  for (const bucket of byLength) sortBucket(bucket);
  const defaults = routes.reduce((count, route) => count + (route.destination.length === 0 ? 1 : 0), 0);
  return { id, family, size: routes.length, defaults, byLength };
}

function addRoute(lengths: Map<number, LengthBucket>, route: Route): void {
  const { length } = route.destination;
  let bucket = lengths.get(length);
  if (!bucket) {
    bucket = { length, routes: new Map() };
    lengths.set(length, bucket);
  }
  const key = keyOf(route.destination.address, length);
  const there = bucket.routes.get(key);
  if (!there) bucket.routes.set(key, route);
  else if (Array.isArray(there)) there.push(route);
  else bucket.routes.set(key, [there, route]);
}

function sortBucket(bucket: LengthBucket): void {
  for (const entry of bucket.routes.values()) if (Array.isArray(entry)) entry.sort(kernelOrder);
}

/**
 * fib_insert_alias: higher tos first, then lower metric, then as listed. IPv6 has no tos; within a destination
 * (FIB6_SUBTREE) a longer source prefix goes first, then the metric (fib6_add_rt2node).
 */
function kernelOrder(a: Route, b: Route): number {
  return (
    (b.sourcePrefix?.length ?? 0) - (a.sourcePrefix?.length ?? 0) || b.tos - a.tos || a.metric - b.metric
  );
}

/** Every route whose prefix contains the address, in the order in which the kernel would try them. */
export function routesContaining(table: FibTable, ip: Ip): Route[] {
  const out: Route[] = [];
  for (const bucket of table.byLength) {
    const entry = bucket.routes.get(keyOf(ip, bucket.length));
    if (!entry) continue;
    if (Array.isArray(entry)) out.push(...entry);
    else out.push(entry);
  }
  return out;
}

/**
 * The leading bits as a hash key. Up to 53 bits they fit a double exactly, and V8 hashes all of its bits; longer IPv6
 * prefixes are written out.
 */
function keyOf(ip: Ip, length: number): number | string {
  if (length <= 32) return leading(ip.w0, length);
  if (length <= 53) return ip.w0 * 0x200000 + (leading(ip.w1, length - 32) >>> 11);
  return `${ip.w0}.${leading(ip.w1, length - 32)}.${leading(ip.w2, length - 64)}.${leading(ip.w3, length - 96)}`;
}

function leading(word: number, bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? word : (word & (-1 << (32 - bits))) >>> 0;
}
