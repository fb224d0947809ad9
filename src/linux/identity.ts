import type { HostIdentity, InterfaceIdentity } from '../addr/identity.ts';
import type { HostState } from './host-state.ts';
import { networkDevice } from './network-device.ts';

/** What the host is known by on the wire; null where its files name no interface at all. */
export function identityOf(state: HostState): HostIdentity | null {
  const names = new Set([...state.links.map((one) => one.name), ...state.addresses.map((one) => one.device)]);
  if (names.size === 0) return null;
  return { host: state.name, interfaces: [...names].map((name) => interfaceOf(state, name)) };
}

function interfaceOf(state: HostState, name: string): InterfaceIdentity {
  const link = state.links.find((one) => one.name === name);
  const isLoopback = link?.flags.has('LOOPBACK') ?? name === 'lo';
  const master = networkDevice(state, name);
  return {
    name,
    ...(master !== name && { portOf: master }),
    index: link?.index ?? null,
    mac: isLoopback ? null : (link?.mac ?? null),
    addresses: state.addresses.filter((one) => one.device === name).map((one) => one.prefix),
    neighbours: state.neighbours.flatMap((one) => (one.device === name && one.mac ? [one.mac] : [])),
  };
}
