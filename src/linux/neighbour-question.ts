import type { HostState } from './host-state.ts';

/** Flags of devices on which a packet needs no link-layer address: tunnels, ppp, loopback, dummies, `arp off`. */
const SILENT = ['NOARP', 'LOOPBACK', 'POINTOPOINT'];

/**
 * Does the host ask for the link-layer address of a neighbour on this device (arp_constructor, ndisc_constructor)? Null:
 * no listing shows its flags; a brief one makes up a few, but BROADCAST, without which nobody asks, is never among them.
 */
export function asksNeighbours({ links }: HostState, device: string): boolean | null {
  const flags = links.find((one) => one.name === device)?.flags;
  if (device === 'lo' || SILENT.some((one) => flags?.has(one))) return false;
  return flags?.has('BROADCAST') ? true : null;
}
