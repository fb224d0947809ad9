import { type Ip, sameIp } from '../addr/ip.ts';
import { contains } from '../addr/prefix.ts';
import type { RouteDecision } from '../linux/decision.ts';
import type { HostState, InterfaceAddress } from '../linux/host-state.ts';
import { networkDevice } from '../linux/network-device.ts';
import { outDevice } from './quote.ts';
import { isInner } from './trip/link.ts';

/** A packet that came in, and the way the host's tables lead back to who sent it. */
export interface Delivered {
  readonly state: HostState;
  readonly device: string;
  /** Whom it is for. */
  readonly address: Ip;
  /** Who sent it: one on a network of the card it came in by needs nobody to deliver it. */
  readonly peer: Ip;
  readonly back: RouteDecision | null;
}

const WHOLE = { 4: 32, 6: 128 } as const;

/**
 * The address as it sits on another card than the packet came in by, a card with a network of its own, by which the tables
 * answer from it: so they are right, and whoever delivered the packet to this card is the one to ask. Null where the address
 * may belong to the card of arrival: it sits there, too, on a device inside the host, on a card that is down, or has no network.
 */
export function misdelivered({ state, device, address, peer, back }: Delivered): InterfaceAddress | null {
  const out = back && outDevice(back);
  if (!out || out === device || isInner(state, out) || networkDevice(state, out) !== out) return null;
  if (state.addresses.some((one) => one.device === device && contains(one.prefix, peer))) return null;
  const bearing = state.addresses.filter((one) => sameIp(one.prefix.address, address));
  if (bearing.some((one) => one.device === device)) return null;
  const own = bearing.find((one) => one.device === out);
  if (!own || own.prefix.length === WHOLE[address.family] || isDown(state, out)) return null;
  return own;
}

function isDown({ links }: HostState, device: string): boolean {
  const flags = links.find((one) => one.name === device)?.flags;
  return flags !== undefined && flags.size > 0 && !(flags.has('UP') && flags.has('LOWER_UP'));
}
