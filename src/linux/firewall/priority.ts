import type { TableFamily } from './firewall.ts';

/** Names of priorities (nft(8), netfilter_ipv4.h); a bridge has its own. */
const PRIORITIES: Record<string, number> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
};
const BRIDGE_PRIORITIES: Record<string, number> = { dstnat: -300, filter: -200, out: 100, srcnat: 300 };

/** `filter`, `-150`, `mangle - 5` given as words; undefined if it is none of them. */
export function priorityOf(family: TableFamily, words: readonly string[]): number | undefined {
  const names = family === 'bridge' ? BRIDGE_PRIORITIES : PRIORITIES;
  const [first = '', sign, offset] = words;
  const base = Object.hasOwn(names, first) ? names[first] : Number(first === '' ? Number.NaN : first);
  const more = offset === undefined ? 0 : Number(offset) * (sign === '-' ? -1 : 1);
  return Number.isInteger(base + more) ? base + more : undefined;
}
