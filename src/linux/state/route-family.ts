import type { Family } from '../../addr/ip.ts';
import type { Route } from '../host-state.ts';
import type { Reading, Section } from './section.ts';

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
 * For a `default dev ppp0` or `blackhole default` before any route that tells its family: that of the first that does,
 * as a listing has one family, or IPv4 before IPv6; else by the name of command or file; else IPv4.
 */
export function firstFamily(section: Section, from: number): Family {
  const ahead = section.source.text.slice(from, Math.min(section.end, from + 65536));
  const told = /(?:^|[\s"])(?:(\d+(?:\.\d+){3})|(?:[0-9a-f]+:|::)[0-9a-f:.]*|pref)(?=[\s"/]|$)/.exec(ahead);
  if (told) return told[1] ? 4 : 6;
  return section.hint.family ?? 4;
}
