import { isLinkLocal, sameIp } from '../../addr/ip.ts';
import { contains, type Prefix } from '../../addr/prefix.ts';
import type { HostState, InterfaceAddress } from '../../linux/host-state.ts';

/** Two interfaces are on one link when each has an address in a network of the other, or is the other's peer. */
export function shareLink(a: HostState, deviceA: string, b: HostState, deviceB: string): boolean {
  return addressesOn(a, deviceA).some((one) =>
    addressesOn(b, deviceB).some((two) => inEachOther(one.prefix, two.prefix) || arePeers(one, two)),
  );
}

/** Every interface has a link-local network; that says nothing of who shares it. */
function inEachOther(a: Prefix, b: Prefix): boolean {
  if (isLinkLocal(a.address) || isLinkLocal(b.address)) return false;
  return contains(a, b.address) && contains(b, a.address);
}

function arePeers(a: InterfaceAddress, b: InterfaceAddress): boolean {
  return sameIp(a.peer?.address, b.prefix.address) && sameIp(b.peer?.address, a.prefix.address);
}

export function addressesOn(state: HostState, device: string): readonly InterfaceAddress[] {
  return state.addresses.filter((one) => one.device === device);
}

/** Is the source in one of the networks of the device it leaves by? What a filtering router asks. */
export function belongsOn(state: HostState, device: string, source: Parameters<typeof contains>[1]): boolean {
  return addressesOn(state, device).some((one) => contains(one.prefix, source));
}

export function deviceBearing(state: HostState, ip: Parameters<typeof contains>[1]): string | null {
  return state.addresses.find((one) => sameIp(one.prefix.address, ip))?.device ?? null;
}

export function isLoopbackDevice(state: HostState, device: string): boolean {
  const link = state.links.find((one) => one.name === device);
  return link && link.flags.size > 0 ? link.flags.has('LOOPBACK') : device === 'lo';
}

/** Addresses on a loopback or dummy device are reached by whatever interface the network chooses. */
export function isInner(state: HostState, device: string): boolean {
  if (isLoopbackDevice(state, device)) return true;
  const kind = state.links.find((one) => one.name === device)?.linkKind ?? null;
  // Only `ip -d` tells the kind; the name is what the kernel gives.
  return kind === null ? /^dummy\d*$/.test(device) : kind === 'dummy';
}
