import { formatIp } from '../../addr/ip.ts';
import type { InterfaceAddress, Link, Neighbour, Rule } from '../host-state.ts';
import type { RuleListing, Told } from './told.ts';

/** One link a name: each fact from the richest form that tells it. */
export function mergeLinks(told: readonly Told[]): readonly Link[] {
  const byName = new Map<string, Link>();
  for (const { links } of told) {
    for (const link of links ?? []) {
      const known = byName.get(link.name);
      byName.set(link.name, known ? completed(known, link) : link);
    }
  }
  return [...byName.values()].sort(byIndex);
}

/** The kernel's order; a listing of one family leaves out links without an address of it, which others then add. */
function byIndex(a: Link, b: Link): number {
  return a.index === null || b.index === null ? 0 : a.index - b.index;
}

function completed(known: Link, more: Link): Link {
  const vrfTable = known.vrfTable ?? more.vrfTable;
  const tunnel = known.tunnel ?? more.tunnel;
  return {
    ...known,
    index: known.index ?? more.index,
    mac: known.mac ?? more.mac,
    flags: known.flags.size > 0 ? known.flags : more.flags,
    mtu: known.mtu ?? more.mtu,
    master: known.master ?? more.master,
    linkKind: known.linkKind ?? more.linkKind,
    group: known.group ?? more.group,
    ...(vrfTable === undefined ? {} : { vrfTable }),
    ...(tunnel && { tunnel }),
  };
}

/**
 * The addresses of a device and family come from one form, the richest that lists the device and any address of the
 * family: `ifconfig` shows only the first IPv4 address, and an `ip -4 addr` knows nothing of IPv6.
 */
export function mergeAddresses(told: readonly Told[]): readonly InterfaceAddress[] {
  const merged: InterfaceAddress[] = [];
  const settled = new Set<string>();
  for (const { links, addresses } of told.toSorted(wholeFirst)) {
    if (!addresses) continue;
    const families = new Set(addresses.map(({ prefix }) => prefix.address.family));
    const devices = new Set([
      ...(links ?? []).map(({ name }) => name),
      ...addresses.map(({ device }) => device),
    ]);
    const keys = [...devices].flatMap((device) => [...families].map((family) => `${device} ${family}`));
    const fresh = new Set(keys.filter((key) => !settled.has(key)));
    merged.push(...addresses.filter(({ device, prefix }) => fresh.has(`${device} ${prefix.address.family}`)));
    for (const key of keys) settled.add(key);
  }
  return merged;
}

/** A listing of which a part is missing counts only for what no other one tells. */
function wholeFirst(a: Told, b: Told): number {
  const whole = ({ given }: Told) => Number(given?.includes('addresses') ?? false);
  return whole(b) - whole(a);
}

function byCertainty(a: Told, b: Told): number {
  return Number(b.rules?.sure ?? false) - Number(a.rules?.sure ?? false);
}

/** Of two listings that look like IPv4, the one that nothing says is IPv4 is that of `ip -6 rule`. */
function otherFamily(listing: RuleListing): RuleListing | undefined {
  if (listing.sure) return undefined;
  const rules = listing.rules.map((rule) => ({ ...rule, family: 6 as const }));
  return { ...listing, family: 6, rules };
}

export function mergeRules(told: readonly Told[]): {
  rules: readonly Rule[];
  listings: readonly RuleListing[];
} {
  const listings: RuleListing[] = [];
  for (const { rules } of told.toSorted(byCertainty)) {
    const rival = listings.find(({ family }) => family === rules?.family);
    const listing = rules && rival?.sure ? otherFamily(rules) : rules;
    if (listing && !listings.some(({ family }) => family === listing.family)) listings.push(listing);
  }
  listings.sort((a, b) => a.family - b.family);
  return { rules: listings.flatMap(({ rules }) => rules), listings };
}

export function mergeNeighbours(told: readonly Told[]): readonly Neighbour[] {
  const byKey = new Map<string, Neighbour>();
  for (const neighbour of told.flatMap(({ neighbours }) => neighbours ?? [])) {
    const key = `${neighbour.device} ${formatIp(neighbour.address)}`;
    if (!byKey.has(key)) byKey.set(key, neighbour);
  }
  return [...byKey.values()];
}
