import type { Ip } from '../addr/ip.ts';
import { routesContaining } from './fib-table.ts';
import { type HostIndex, ownerOf } from './host-index.ts';
import { TABLE_LOCAL } from './host-state.ts';

/**
 * __ip_dev_find: one of the host's addresses (a device that is down keeps them), or whatever else the local table calls
 * local. Null where neither addresses nor a local table were given.
 */
export function isLocalAddress(index: HostIndex, ip: Ip): boolean | null {
  if (ownerOf(index, ip)) return true;
  const table = index.families[ip.family].tables.get(TABLE_LOCAL);
  if (table && routesContaining(table, ip)[0]?.type === 'local') return true;
  return table || index.state.given.has('addresses') ? false : null;
}
