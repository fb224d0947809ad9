import type { Family } from '../addr/ip.ts';
import type { HostIndex } from './host-index.ts';
import type { NextHop, NextHopObject, Route } from './host-state.ts';
import { deviceSetting } from './sysctl.ts';

/** The next hops of a route, a nexthop object (`nhid`) resolved where the listing does not print them itself. */
export function nextHopsOf(index: HostIndex, route: Route): readonly NextHop[] {
  if (route.nextHops.length > 0 || route.nextHopId === null) return route.nextHops;
  return objectHops(index, index.objects.get(route.nextHopId));
}

function objectHops(index: HostIndex, object: NextHopObject | undefined): NextHop[] {
  if (!object) return [];
  if (object.nextHop) return [object.nextHop];
  const members = object.group.map((member) => ({ member, of: index.objects.get(member.id) }));
  return members.flatMap(({ member, of }) => (of?.nextHop ? [{ ...of.nextHop, weight: member.weight }] : []));
}

export function isBlackholeObject(index: HostIndex, route: Route): boolean {
  return route.nextHopId !== null && index.objects.get(route.nextHopId)?.blackhole === true;
}

/**
 * Not dead, and with carrier where the device is told to ignore routes without it (fib_lookup_good_nhc, find_match).
 * Where the sysctl is not known the listing tells: it prints `dead linkdown` when it is set.
 */
export function isAlive(index: HostIndex, family: Family, hop: NextHop): boolean {
  if (hop.dead) return false;
  if (!hop.linkdown || hop.device === null) return true;
  return deviceSetting(index.state, family, 'ignore_routes_with_linkdown', hop.device).value === 0;
}
