import type { Ip } from '../addr/ip.ts';
import { contains } from '../addr/prefix.ts';
import type { HostState } from '../linux/host-state.ts';

/** Whether the host's files speak of this interface; a capture may know only its number (`if3`). */
export function knowsInterface(state: HostState, name: string): boolean {
  return (
    state.links.some((one) => one.name === name) ||
    state.addresses.some((one) => one.device === name) ||
    (state.links.length === 0 &&
      state.addresses.length === 0 &&
      state.routes.some((route) => route.nextHops.some((hop) => hop.device === name)))
  );
}

/** Where no file gives addresses: the device of the host's own network that holds the address, by the longest prefix. */
export function bearerByRoute(state: HostState, address: Ip): string | null {
  const own = state.routes.filter(
    (route) =>
      route.type === 'unicast' && route.destination.length > 0 && contains(route.destination, address),
  );
  own.sort((a, b) => b.destination.length - a.destination.length);
  return own[0]?.nextHops[0]?.device ?? null;
}
