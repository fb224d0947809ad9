import { type Family, formatIp, type Ip } from '../addr/ip.ts';
import type { Missing } from './decision.ts';
import { defaultRules, isDefaultRules, rulesInForce } from './default-rules.ts';
import { buildFibTable, type FibTable } from './fib-table.ts';
import { missingOf } from './gap.ts';
import {
  type HostState,
  type InterfaceAddress,
  type Link,
  type Neighbour,
  type NextHopObject,
  type Rule,
  TABLE_LOCAL,
} from './host-state.ts';
import { localRoutesOf } from './local-table.ts';

/** A host state prepared for lookups. Made once per state and kept as long as the state lives. */
export interface HostIndex {
  readonly state: HostState;
  readonly families: Readonly<Record<Family, FamilyIndex>>;
  readonly links: ReadonlyMap<string, Link>;
  /** Device names in the kernel's order: as `ip link` or `ip addr` lists them. */
  readonly devices: readonly string[];
  readonly addresses: ReadonlyMap<string, readonly InterfaceAddress[]>;
  /** Every address of the host and the device it is on (inet_lookup_ifaddr_rcu). */
  readonly owners: ReadonlyMap<string, string>;
  readonly objects: ReadonlyMap<number, NextHopObject>;
  readonly loopback: string;
  /** Those that were asked for in vain (NUD_FAILED). */
  readonly failedNeighbours: readonly Neighbour[];
}

export interface FamilyIndex {
  readonly rules: readonly Rule[];
  /** The default rules taken for granted, where no file listed any. */
  readonly assumed: readonly Missing[];
  /** No rule but those every Linux has: IPv4 then keeps local and main in one trie (fib_new_table, alias). */
  readonly onlyDefaultRules: boolean;
  readonly tables: ReadonlyMap<number, FibTable>;
  /** No listing holds the local table: it is made from the addresses. */
  readonly localDerived: boolean;
  /** A user's own local route makes the reverse-path filter look closer (fib_has_custom_local_routes). */
  readonly customLocalRoutes: boolean;
}

const cache = new WeakMap<HostState, HostIndex>();

export function indexOf(state: HostState): HostIndex {
  let index = cache.get(state);
  if (!index) {
    index = buildIndex(state);
    cache.set(state, index);
  }
  return index;
}

function buildIndex(state: HostState): HostIndex {
  const addresses = groupBy(state.addresses, (one) => one.device);
  const links = new Map(state.links.map((link) => [link.name, link]));
  const loopback = state.links.find((link) => link.flags.has('LOOPBACK'))?.name ?? 'lo';
  return {
    state,
    families: { 4: familyIndex(state, 4), 6: familyIndex(state, 6) },
    links,
    devices: [...new Set([...links.keys(), ...addresses.keys()])],
    addresses,
    owners: ownersOf(state),
    objects: new Map(state.nextHopObjects.map((object) => [object.id, object])),
    loopback,
    failedNeighbours: state.neighbours.filter((one) => one.states.has('FAILED')),
  };
}

function familyIndex(state: HostState, family: Family): FamilyIndex {
  const given = state.given.has(`rules${family}`);
  const listed = state.rules.filter((rule) => rule.family === family);
  const rules = given || listed.length > 0 ? rulesInForce(listed, family) : defaultRules(family);
  const routes = state.routes.filter((route) => route.destination.address.family === family);
  const localDerived = !routes.some((route) => route.table === TABLE_LOCAL);
  if (localDerived) {
    for (const route of localRoutesOf(state))
      if (route.destination.address.family === family) routes.push(route);
  }
  const tables = new Map<number, FibTable>();
  for (const [id, own] of groupBy(routes, (route) => route.table))
    tables.set(id, buildFibTable(id, family, own));
  return {
    rules,
    assumed: [...(given ? [] : [rulesMissing(family)]), ...rulesLost(state, family)],
    onlyDefaultRules: isDefaultRules(rules, family),
    tables,
    localDerived,
    customLocalRoutes: routes.some((route) => route.type === 'local' && route.protocol !== 'kernel'),
  };
}

function rulesMissing(family: Family): Missing {
  return { kind: 'rules', what: family === 4 ? 'ip rule' : 'ip -6 rule' };
}

/** Lines among the rules of which not even the preference was understood. */
function rulesLost(state: HostState, family: Family): Missing[] {
  return state.gaps.filter((gap) => gap.kind === 'rule' && gap.family === family).map(missingOf);
}

/**
 * Addresses by text. Of an address on two devices the one added last is found (inet_hash_insert), which as a rule is the
 * one listed last; `src` of a route must be local too, so that routes alone tell some addresses.
 */
function ownersOf(state: HostState): Map<string, string> {
  const owners = new Map<string, string>();
  for (const { prefix, device } of state.addresses) owners.set(formatIp(prefix.address), device);
  for (const route of state.given.has('addresses') ? [] : state.routes) {
    if (route.preferredSource && route.nextHops[0]?.device)
      owners.set(formatIp(route.preferredSource), route.nextHops[0].device);
  }
  return owners;
}

export function ownerOf(index: HostIndex, ip: Ip): string | undefined {
  return index.owners.get(formatIp(ip));
}

export function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
