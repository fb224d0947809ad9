import type { Firewall } from './firewall.ts';

/** One rule set from all dumps; null where there was none. */
export function mergeFirewalls(dumps: readonly Firewall[]): Firewall | null {
  if (dumps.length === 0) return null;
  return { chains: dumps.flatMap((one) => one.chains), sets: dumps.flatMap((one) => one.sets) };
}
