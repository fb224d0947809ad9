import { parsePrefix } from '../../addr/prefix.ts';
import { dsField, routeProtocol, scopeNumber, wholeNumber } from './names.ts';
import type { RouteDraft } from './route-draft.ts';

const PREFERENCES = new Map([
  ['high', 1],
  ['medium', 0],
  ['low', -1],
]);

/** The value of a word or member goes into the draft; false when it is missing or wrong. */

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
export function takeGateway(draft: RouteDraft, word: string, words?: { word(): string }): boolean {
  const foreign = word === 'inet6' || word === 'inet';
  const gateway = draft.shared.address(foreign && words ? words.word() : word);
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
  // IPv6 routes have no scope (rt6_fill_node says RT_SCOPE_UNIVERSE of all), and 0 is what `-d` prints for them.
  if (scope !== 0) draft.family ??= 4;
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
