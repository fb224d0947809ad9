import { type Ip, ipv4 } from '../addr/ip.ts';
import { contains } from '../addr/prefix.ts';
import { gatewaysOf } from './gateway.ts';
import type { HostIndex } from './host-index.ts';
import type { InterfaceAddress, NextHop, Route } from './host-state.ts';
import { SCOPE_HOST, SCOPE_LINK } from './scope.ts';
import { deviceSetting } from './sysctl.ts';

export interface ChosenSource {
  readonly source: Ip;
  readonly from: 'route' | 'device' | 'other-device';
}

/** fib_result_prefsrc: the route's own `src`, else an address of the device that suits gateway and scope. */
export function sourceByRoute4(index: HostIndex, route: Route, hop: NextHop): ChosenSource | null {
  if (route.preferredSource) return { source: route.preferredSource, from: 'route' };
  return selectAddress4(index, hop.device, gatewayWord(hop), scopeFor(index, route, hop));
}

/**
 * A nexthop object chose its address when it was made, with a scope one wider than its own (nh_create_ipv4), which is that
 * of the route to its gateway: host where the gateway is an address of the host itself.
 */
function scopeFor(index: HostIndex, route: Route, hop: NextHop): number {
  if (route.nextHopId === null) return route.scope;
  const usesGateway = hop.gateway !== null && gatewaysOf(index, route, hop)[0] !== null;
  return (usesGateway ? SCOPE_LINK : SCOPE_HOST) - 1;
}

/**
 * fib_info_update_nhc_saddr passes fib_nh_gw4, which shares its memory with an IPv6 gateway: its first word is then
 * compared, and fits no subnet.
 */
function gatewayWord(hop: NextHop): Ip | null {
  return hop.gateway && ipv4(hop.gateway.w0);
}

/**
 * inet_select_addr: the first primary address of the device whose scope allows it, one whose subnet holds the gateway
 * before others; else the first such address of any device, in the kernel's order (`lo` first).
 */
export function selectAddress4(
  index: HostIndex,
  device: string | null,
  gateway: Ip | null,
  scope: number,
): ChosenSource | null {
  const fitting = addressesOf(index, device).filter(
    (one) => Math.min(one.scope, localnetScope(index, device)) <= scope,
  );
  const best = fitting.find((one) => gateway !== null && matchesSubnet(one, gateway)) ?? fitting[0];
  if (hidesAddress(index, device)) return null;
  if (best) return { source: best.prefix.address, from: 'device' };
  if (!index.state.given.has('addresses')) return null;
  const other = index.devices
    .flatMap((name) => addressesOf(index, name))
    .find((one) => one.scope !== SCOPE_LINK && one.scope <= scope);
  return other ? { source: other.prefix.address, from: 'other-device' } : null;
}

/** A line about the device was not understood: its address might be the one that is chosen. */
function hidesAddress({ state }: HostIndex, device: string | null): boolean {
  return state.gaps.some((gap) => gap.kind === 'address' && gap.device === device);
}

function addressesOf(index: HostIndex, device: string | null): InterfaceAddress[] {
  const all = device === null ? [] : (index.addresses.get(device) ?? []);
  return all.filter((one) => one.prefix.address.family === 4 && !one.flags.has('secondary'));
}

/** With route_localnet loopback addresses may leave the host: their scope counts as link. */
function localnetScope(index: HostIndex, device: string | null): number {
  if (device === null) return SCOPE_HOST;
  return deviceSetting(index.state, 4, 'route_localnet', device).value ? SCOPE_LINK : SCOPE_HOST;
}

/** inet_ifa_match: the subnet of the address, or of the peer on a point-to-point link (ifa_address). */
function matchesSubnet(address: InterfaceAddress, gateway: Ip): boolean {
  return contains(address.peer ?? address.prefix, gateway);
}
