import type { Family, Ip } from '../addr/ip.ts';
import type { Route } from './host-state.ts';
import { PrefixHash } from './prefix-hash.ts';

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
  readonly byLength: readonly PrefixHash[];
  /** Large IPv4 tables: which lengths there are at all for addresses with these leading 16 bits; bit N - 1 is length N. */
  readonly lengths: Uint32Array | null;
}

/** Below that looking into every length costs less. */
const LARGE = 4096;

export function buildFibTable(id: number, family: Family, routes: readonly Route[]): FibTable {
  const counts = countsByLength(routes);
  const hashes = counts.map((count, length) => (count > 0 ? new PrefixHash(length, count) : null));
  for (const route of routes) hashes[route.destination.length]?.add(route);
  const byLength = hashes.filter((hash) => hash !== null).reverse();
  for (const hash of byLength) hash.sort(kernelOrder);
  const lengths = family === 4 && routes.length >= LARGE ? lengthsOf(routes) : null;
  return { id, family, size: routes.length, defaults: counts[0], byLength, lengths };
}

function countsByLength(routes: readonly Route[]): number[] {
  const counts = new Array<number>(129).fill(0);
  for (const route of routes) counts[route.destination.length]++;
  return counts;
}

function lengthsOf(routes: readonly Route[]): Uint32Array {
  const lengths = new Uint32Array(0x10000);
  for (const { destination } of routes) {
    const { address, length } = destination;
    const first = address.w0 >>> 16;
    const covered = length < 16 ? 1 << (16 - length) : 1;
    for (let at = first; length > 0 && at < first + covered; at++) lengths[at] |= 1 << (length - 1);
  }
  return lengths;
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
  const lengths = table.lengths ? table.lengths[ip.w0 >>> 16] : 0xffffffff;
  for (const hash of table.byLength) {
    // Shifts count modulo 32: lengths that have no bit are always looked up.
    if (hash.length > 0 && hash.length <= 32 && ((lengths >>> (hash.length - 1)) & 1) === 0) continue;
    const entry = hash.get(ip);
    if (entry === undefined) continue;
    if (isMany(entry)) for (const route of entry) out.push(route);
    else out.push(entry);
  }
  return out;
}

function isMany(entry: Route | readonly Route[]): entry is readonly Route[] {
  return Array.isArray(entry);
}
