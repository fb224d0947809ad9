import type { Ip } from './ip.ts';
import { sameIp } from './ip.ts';
import type { Mac } from './mac.ts';
import type { Prefix } from './prefix.ts';

/**
 * What a host is known by on the wire: names, indexes, hardware and IP addresses of its interfaces. Filled from host
 * states and handed to the stages that read captures, so that those need to know nothing of routing.
 */
export interface HostIdentity {
  readonly host: string;
  readonly interfaces: readonly InterfaceIdentity[];
}

export interface InterfaceIdentity {
  readonly name: string;
  /** The bridge or bond whose port it is: routing knows only that. */
  readonly portOf?: string;
  /** The kernel's ifindex, as LINUX_SLL2 frames carry it; null where no state tells. */
  readonly index: number | null;
  readonly mac: Mac | null;
  /** Addresses with the prefix length of their interface. */
  readonly addresses: readonly Prefix[];
  /** Hardware addresses of its neighbours, as `ip neigh` lists them: an incoming frame's sender tells the interface. */
  readonly neighbours: readonly Mac[];
}

export function interfaceBearing(identity: HostIdentity, ip: Ip): InterfaceIdentity | undefined {
  return identity.interfaces.find((one) => one.addresses.some((prefix) => sameIp(prefix.address, ip)));
}

export function interfaceByIndex(identity: HostIdentity, index: number): InterfaceIdentity | undefined {
  return identity.interfaces.find((one) => one.index === index);
}

export function interfaceByMac(identity: HostIdentity, mac: Mac): InterfaceIdentity | undefined {
  return identity.interfaces.find((one) => one.mac === mac);
}

/** The interface as routing knows it: of a bridge's port, the bridge. */
export function routedName(identity: HostIdentity | undefined, name: string): string {
  return identity?.interfaces.find((one) => one.name === name)?.portOf ?? name;
}

export function hostsBearing(identities: readonly HostIdentity[], ip: Ip): HostIdentity[] {
  return identities.filter((identity) => interfaceBearing(identity, ip));
}

/** The host that bears the address, if exactly one of those given does. */
export function hostBearing(identities: readonly HostIdentity[], ip: Ip): HostIdentity | undefined {
  const owners = hostsBearing(identities, ip);
  return owners.length === 1 ? owners[0] : undefined;
}
