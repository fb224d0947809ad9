import { type Ip, isLimitedBroadcast, isMulticast } from '../../addr/ip.ts';
import { flowOf } from '../../linux/flow.ts';
import type { HostState } from '../../linux/host-state.ts';
import { lookupOutput } from '../../linux/lookup-output.ts';
import { deviceBearing } from './link.ts';

/** Kinds of addresses that no single host answers for: a reply comes from an address of the answerer's own, if at all. */
const CASTS = ['multicast', 'broadcast', 'anycast'] as const;
export type Cast = (typeof CASTS)[number];

/** Null: unicast, as far as is known. The asking host's tables come first; others count where nobody bears the address. */
export function castOf(to: Ip, from: HostState | null, hosts: readonly HostState[]): Cast | null {
  if (isMulticast(to)) return 'multicast';
  if (isLimitedBroadcast(to)) return 'broadcast';
  const asked = hosts.some((one) => deviceBearing(one, to) !== null) ? [] : hosts;
  for (const state of new Set(from ? [from, ...asked] : asked)) {
    const decision = lookupOutput(state, flowOf(to));
    const cast = decision.kind === 'route' && CASTS.find((one) => one === decision.type);
    if (cast) return cast;
  }
  return null;
}
