import type { HostState } from './host-state.ts';

/** Whether any lookup of the host asks for a packet's mark. */
export function markMatters({ rules }: HostState): boolean {
  return rules.some((rule) => rule.mark !== null);
}
