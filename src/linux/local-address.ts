import type { Ip } from '../addr/ip.ts';
import { lookupRule } from './default-rules.ts';
import { type Flow, flowOf } from './flow.ts';
import { type HostIndex, ownerOf } from './host-index.ts';
import { type Rule, TABLE_LOCAL, TABLE_MAIN } from './host-state.ts';
import { lookupMerged, lookupTable } from './table-lookup.ts';
import { startWalk, type Walk } from './walk.ts';

/**
 * __ip_dev_find: the device of one of the host's IPv4 addresses (one that is down keeps them), or of whatever else the
 * local table calls local. Undefined where neither addresses nor a local table were given.
 */
export function localDevice(index: HostIndex, ip: Ip): string | null | undefined {
  const owner = ownerOf(index, ip);
  if (owner) return owner;
  const { tables, onlyDefaultRules } = index.families[4];
  const unknown = index.state.given.has('addresses') ? null : undefined;
  if (!tables.has(TABLE_LOCAL)) return unknown;
  const rule = lookupRule(4, 0, TABLE_LOCAL);
  const walk = startWalk(index.state, 4);
  const found = onlyDefaultRules
    ? lookupBoth(walk, rule, flowOf(ip))
    : lookupTable(walk, rule, TABLE_LOCAL, flowOf(ip));
  if (found.kind === 'found' && found.route.type === 'local') return found.hop.device;
  return index.families[4].localDerived ? unknown : null;
}

/** The local table is main's alias then, so that a local route in main counts as well. */
function lookupBoth(walk: Walk, rule: Rule, flow: Flow) {
  const found = lookupMerged(walk, rule, flow);
  return found.kind === 'next' ? lookupTable(walk, rule, TABLE_MAIN, flow) : found;
}
