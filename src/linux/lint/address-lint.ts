import { compareIp, isLinkLocal, isLoopback, widthOf } from '../../addr/ip.ts';
import { contains, networkOf } from '../../addr/prefix.ts';
import type { HostState, InterfaceAddress } from '../host-state.ts';
import type { Lint } from './lint.ts';

/** One network on two interfaces, or one within another's. Single addresses (/32, /128) overlap on purpose. */
export function overlapLint(state: HostState): Lint[] {
  const out: Lint[] = [];
  const enclosing: InterfaceAddress[] = [];
  for (const narrow of inOrder(state.addresses.filter(isNetwork))) {
    while (enclosing.length > 0 && !contains(networkOf(last(enclosing).prefix), narrow.prefix.address))
      enclosing.pop();
    const wide = enclosing.find((one) => one.device !== narrow.device);
    if (wide) out.push({ kind: 'networks-overlap', wide, narrow });
    enclosing.push(narrow);
  }
  return out;
}

function last(list: readonly InterfaceAddress[]): InterfaceAddress {
  return list[list.length - 1];
}

function isNetwork({ prefix, device }: InterfaceAddress): boolean {
  const { address, length } = prefix;
  return !isLinkLocal(address) && !isLoopback(address) && device !== 'lo' && length < widthOf(address.family);
}

/** By network, the wider first: what encloses a network then stands before it. */
function inOrder(addresses: readonly InterfaceAddress[]): InterfaceAddress[] {
  return [...addresses].sort(
    (a, b) =>
      compareIp(networkOf(a.prefix).address, networkOf(b.prefix).address) ||
      a.prefix.length - b.prefix.length,
  );
}
