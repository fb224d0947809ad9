import type { Family } from '../../addr/ip.ts';
import { type Route, TABLE_LOCAL, TABLE_MAIN } from '../host-state.ts';
import type { RouteDraft } from './route-draft.ts';
import type { Reading, Section } from './section.ts';
import type { RouteListing } from './told.ts';

/**
 * The families a listing covers. `ip route show table all` lists both (IPv6 is missing where IPv6 is off, or with -4);
 * an empty listing covers the family that its command or file name says, or IPv4, which `ip route` lists; one of which
 * nothing was understood covers none.
 */
export function familiesOf(routes: readonly Route[], reading: Reading, all: boolean): ReadonlySet<Family> {
  const families = new Set<Family>();
  for (const route of routes) {
    families.add(route.destination.address.family);
    if (families.size === 2) break;
  }
  if (routes.length === 0 && reading.problems.length === 0) {
    const { hint } = reading.section;
    families.add(hint.family ?? 4);
    if (all && hint.family === null) families.add(6);
  }
  return families;
}

/**
 * The family of a `default dev ppp0` or `blackhole default`, whose own words name no address. A refusal of IPv6 is on
 * `lo`, one of IPv4 on no device unless it is a nexthop object's (there IPv6 is told by its preference). Else the command line knows; else the line before, as a listing has one family, or IPv4
 * before IPv6; else the first line that tells, the file's name, and IPv4.
 */
export function familyOf(draft: RouteDraft, before: Family | null, section: Section, end: number): Family {
  if (draft.family) return draft.family;
  const { hint } = section;
  if (hint.sure && hint.family) return hint.family;
  if (draft.refuses()) return draft.hop?.device && draft.nextHopId === null ? 6 : 4;
  return before ?? familyAhead(section, end) ?? hint.family ?? 4;
}

function familyAhead(section: Section, from: number): Family | undefined {
  const ahead = section.source.text.slice(from, Math.min(section.end, from + 65536));
  const told = /(?:^|[\s"])(?:(\d+(?:\.\d+){3})|(?:[0-9a-f]+:|::)[0-9a-f:.]*|pref)(?=[\s"/]|$)/.exec(ahead);
  if (!told) return undefined;
  return told[1] ? 4 : 6;
}

export interface TableAsked {
  /** Of routes that name none. */
  readonly table: number;
  /** Whether the listing is of all tables, as far as its command or name tells; routes that name theirs tell as well. */
  readonly all: boolean;
  /** The same by a name that may mean something else: only if nothing is listed. */
  readonly perhapsAll: boolean;
}

/** A file's name tells a table only by number or by a name that is known: `ip-route-table-serverB` is no table. */
export function tableAsked({ section, tables }: Reading): TableAsked {
  const { table, sure } = section.hint;
  const perhapsAll = table === 'perhaps all';
  if (table === null || perhapsAll || table === 'all')
    return { table: TABLE_MAIN, all: table === 'all', perhapsAll };
  const known = sure || /^\d+$/.test(table) || tables.isKnown(table);
  return { table: known ? tables.numberOf(table) : TABLE_MAIN, all: false, perhapsAll };
}

/**
 * Whether routes that name their tables are all there are: every host has routes of its own in `local`, and a network in `main`.
 * Where there are none, somebody picked lines, or wrote them, and no more is known than these tables.
 */
export function tablesOf(listing: RouteListing, asked: TableAsked): RouteListing | readonly RouteListing[] {
  const { table, routes } = listing;
  const tables = [...new Set(routes.map((one) => one.table))];
  if (table !== 'all' || asked.all || asked.perhapsAll || tables.length === 0) return listing;
  if (tables.includes(TABLE_MAIN) || tables.includes(TABLE_LOCAL)) return listing;
  return tables.map((one, i) => ({
    ...listing,
    table: one,
    routes: routes.filter((route) => route.table === one),
    gaps: i === 0 ? listing.gaps : [],
  }));
}
