import { ipv4, ipv6 } from '../addr/ip.ts';
import { hostPrefix, networkOf, type Prefix } from '../addr/prefix.ts';
import {
  type HostState,
  type InterfaceAddress,
  type Route,
  type RouteType,
  TABLE_LOCAL,
} from './host-state.ts';
import { SCOPE_HOST, SCOPE_LINK } from './scope.ts';

/**
 * The local table as the kernel fills it from the addresses (fib_add_ifaddr; for IPv6 addrconf), for hosts whose
 * listing holds the main table only. The routes keep the span of their address, which is the line to quote.
 */
export function localRoutesOf(state: HostState): Route[] {
  return state.addresses.filter((one) => isUp(state, one.device)).flatMap((one) => routesOf(state, one));
}

/** A device that is down has lost its routes, the local ones too (fib_disable_ip). Unknown devices count as up. */
function isUp(state: HostState, device: string): boolean {
  const link = state.links.find((one) => one.name === device);
  return !link || link.flags.size === 0 || link.flags.has('UP');
}

function routesOf(state: HostState, address: InterfaceAddress): Route[] {
  const own = derived(address, 'local', hostPrefix(address.prefix.address), SCOPE_HOST);
  if (address.prefix.address.family === 6) return [own, multicast6(address)];
  return [own, ...subnetRoutes(state, address)];
}

/** fib_add_ifaddr: a whole network is local on a loopback device; the last address of a network is its broadcast. */
function subnetRoutes(state: HostState, address: InterfaceAddress): Route[] {
  const { length } = address.prefix;
  if (address.flags.has('secondary') || address.peer) return [];
  const network = networkOf(address.prefix);
  const out: Route[] = [];
  if (isLoopbackDevice(state, address.device)) out.push(derived(address, 'local', network, SCOPE_HOST));
  if (length < 31) {
    const last = ipv4((network.address.w0 | (0xffffffff >>> length)) >>> 0);
    out.push(derived(address, 'broadcast', hostPrefix(last), SCOPE_LINK));
  }
  return out;
}

function isLoopbackDevice(state: HostState, device: string): boolean {
  const link = state.links.find((one) => one.name === device);
  return link && link.flags.size > 0 ? link.flags.has('LOOPBACK') : device === 'lo';
}

function multicast6(address: InterfaceAddress): Route {
  const prefix: Prefix = { address: ipv6(0xff000000, 0, 0, 0), length: 8 };
  return { ...derived(address, 'multicast', prefix, 0), metric: 256 };
}

function derived(address: InterfaceAddress, type: RouteType, destination: Prefix, scope: number): Route {
  return {
    type,
    table: TABLE_LOCAL,
    destination,
    sourcePrefix: null,
    tos: 0,
    metric: 0,
    protocol: 'kernel',
    scope: destination.address.family === 4 ? scope : 0,
    preferredSource: destination.address.family === 4 ? address.prefix.address : null,
    nextHops: [
      { device: address.device, gateway: null, weight: 1, onlink: false, dead: false, linkdown: false },
    ],
    nextHopId: null,
    routerPreference: 0,
    expires: false,
    unmodelled: [],
    span: address.span,
  };
}
