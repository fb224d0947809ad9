import type { Family } from '../../addr/ip.ts';
import { parsePrefix } from '../../addr/prefix.ts';
import type { Route } from '../host-state.ts';
import type { Lines } from './lines.ts';
import { dsField, routeProtocol, scopeNumber, wholeNumber } from './names.ts';
import type { RouteDraft } from './route-draft.ts';
import { type Hint, type Reading, type Section, wordNotUnderstood } from './section.ts';

/** Attributes with one value that do not decide where a packet goes: metrics, cache info, realms (ip/iproute.c). */
const WITH_VALUE: ReadonlySet<string> = new Set([
  'mtu',
  'advmss',
  'window',
  'rtt',
  'rttvar',
  'ssthresh',
  'cwnd',
  'reordering',
  'hoplimit',
  'initcwnd',
  'initrwnd',
  'features',
  'rto_min',
  'quickack',
  'congctl',
  'fastopen_no_cookie',
  'realm',
  'realms',
  'users',
  'used',
  'age',
  'error',
  'ttl-propagate',
  'ttl-propogate',
  'uid',
  'iif',
  'mark',
]);

/** Flags that tell nothing of the choice of the route. */
const BARE: ReadonlySet<string> = new Set([
  'offload',
  'offload_failed',
  'trap',
  'notify',
  'rt_offload',
  'rt_trap',
  'rt_offload_failed',
  'equalize',
  'pervasive',
  'unresolved',
  'cache',
  'ecn',
]);

const PREFERENCES = new Map([
  ['high', 1],
  ['medium', 0],
  ['low', -1],
]);

/** Reads a word and its value; false when the value is missing or wrong. */
type Take = (draft: RouteDraft, lines: Lines, reading: Reading) => boolean;

const WORDS = new Map<string, Take>([
  ['via', (draft, lines) => takeGateway(draft, lines.word(), lines)],
  ['dev', (draft, lines) => takeDevice(draft, lines.word())],
  ['src', (draft, lines) => takePreferredSource(draft, lines.word())],
  ['metric', (draft, lines) => takeNumber(draft, 'metric', lines.word())],
  ['proto', (draft, lines) => takeProtocol(draft, lines.word())],
  ['scope', (draft, lines) => takeScope(draft, lines.word())],
  ['from', (draft, lines) => takeSourcePrefix(draft, lines.word())],
  ['tos', (draft, lines) => takeTos(draft, lines.word())],
  ['dsfield', (draft, lines) => takeTos(draft, lines.word())],
  ['pref', (draft, lines) => takePreference(draft, lines.word())],
  ['nhid', (draft, lines) => takeNumber(draft, 'nextHopId', lines.word())],
  ['weight', (draft, lines) => takeWeight(draft, lines.word())],
  ['expires', (draft, lines) => takeExpiry(draft, lines.word())],
  ['encap', takeEncapsulation],
  ['as', takeNewDestination],
]);

export function readRouteWord(reading: Reading, draft: RouteDraft, lines: Lines, word: string): boolean {
  const take = WORDS.get(word);
  if (take) return take(draft, lines, reading);
  if (takeFlag(draft, word)) return true;
  if (WITH_VALUE.has(word)) {
    if (word === 'error') draft.family ??= 6;
    if (lines.word() === 'lock') lines.word();
  } else if (!BARE.has(word)) {
    draft.addUnmodelled(word);
    wordNotUnderstood(reading, lines.span, word);
  }
  return true;
}

/** `nexthop` on the same line (`ip -o`), and the flags of a next hop. */
export function takeFlag(draft: RouteDraft, word: string): boolean {
  if (word === 'nexthop') draft.startHop();
  else if (word === 'onlink' || word === 'dead' || word === 'linkdown') draft.ownHop()[word] = true;
  else return false;
  return true;
}

export function takeDestination(draft: RouteDraft, word: string): boolean {
  if (word === 'default') return true;
  const prefix = parsePrefix(word);
  if (!prefix) return false;
  draft.destination = prefix;
  draft.family = prefix.address.family;
  return true;
}

/** `via 10.0.0.1`, or `via inet6 fe80::1` for a gateway of the other family, which says nothing of the route's own. */
export function takeGateway(draft: RouteDraft, word: string, lines?: Lines): boolean {
  const foreign = word === 'inet6' || word === 'inet';
  const gateway = draft.shared.address(foreign && lines ? lines.word() : word);
  if (!gateway) return false;
  draft.ownHop().gateway = gateway;
  if (foreign) draft.family ??= word === 'inet6' ? 4 : 6;
  else draft.family ??= gateway.family;
  return true;
}

export function takeDevice(draft: RouteDraft, word: string): boolean {
  draft.ownHop().device = draft.shared.word(word);
  return word !== '';
}

export function takePreferredSource(draft: RouteDraft, word: string): boolean {
  const source = draft.shared.address(word);
  if (!source) return false;
  draft.preferredSource = source;
  draft.family ??= source.family;
  return true;
}

/** `from 2001:db8::/48`; IPv6 only (CONFIG_IPV6_SUBTREES). */
export function takeSourcePrefix(draft: RouteDraft, word: string): boolean {
  const prefix = parsePrefix(word, 6);
  if (!prefix) return false;
  draft.sourcePrefix = prefix.length === 0 ? null : prefix;
  draft.family ??= prefix.address.family;
  return true;
}

export function takeScope(draft: RouteDraft, word: string): boolean {
  const scope = scopeNumber(word);
  if (scope === undefined) return false;
  draft.scope = scope;
  return true;
}

export function takeTos(draft: RouteDraft, word: string): boolean {
  const tos = dsField(word);
  if (tos === undefined) return false;
  draft.tos = tos;
  return true;
}

/** Only IPv6 routes have a router preference (RFC 4191). */
export function takePreference(draft: RouteDraft, word: string): boolean {
  const preference = PREFERENCES.get(word);
  if (preference === undefined) return false;
  draft.routerPreference = preference;
  draft.family ??= 6;
  return true;
}

export function takeNumber(draft: RouteDraft, field: 'metric' | 'nextHopId', word: string): boolean {
  const value = wholeNumber(word);
  draft[field] = value ?? null;
  return value !== undefined;
}

export function takeWeight(draft: RouteDraft, word: string): boolean {
  const value = wholeNumber(word);
  draft.ownHop().weight = value ?? 1;
  return value !== undefined;
}

export function takeProtocol(draft: RouteDraft, word: string): boolean {
  draft.protocol = draft.shared.word(routeProtocol(word));
  return word !== '';
}

function takeExpiry(draft: RouteDraft, word: string): boolean {
  draft.expires = true;
  return word !== '';
}

/** `encap mpls 100 via ...`: its own words go on up to the gateway or device. */
function takeEncapsulation(draft: RouteDraft, lines: Lines): boolean {
  draft.addUnmodelled('encap');
  while (lines.peek() !== '' && lines.peek() !== 'via' && lines.peek() !== 'dev') lines.word();
  return true;
}

function takeNewDestination(draft: RouteDraft, lines: Lines): boolean {
  draft.addUnmodelled('as to');
  if (lines.word() === 'to') lines.word();
  return true;
}

/**
 * The families a listing covers. `ip route show table all` lists both (IPv6 is missing where IPv6 is off, or with -4);
 * an empty listing covers the family that its command or file name says, or IPv4, which `ip route` lists.
 */
export function familyOfRoutes(routes: readonly Route[], hint: Hint, all: boolean): ReadonlySet<Family> {
  const families = new Set<Family>();
  for (const route of routes) {
    families.add(route.destination.address.family);
    if (families.size === 2) break;
  }
  if (families.size === 0) {
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
