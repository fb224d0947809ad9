import type { Family } from '../../addr/ip.ts';
import type { Gap, Route } from '../host-state.ts';
import { routeType } from './ip-route.ts';
import {
  takeDestination,
  takeDevice,
  takeFlag,
  takeGateway,
  takeNumber,
  takePreference,
  takePreferredSource,
  takeProtocol,
  takeScope,
  takeSourcePrefix,
  takeTos,
  takeWeight,
} from './ip-route-values.ts';
import {
  isDamaged,
  isObject,
  type JsonObject,
  type Located,
  objectsOf,
  textOf,
  textsOf,
} from './json-objects.ts';
import { RouteDraft } from './route-draft.ts';
import { familiesOf, familyOf, tableAsked, tablesOf } from './route-family.ts';
import { lineNotUnderstood, type Reading, spanIn, wordNotUnderstood } from './section.ts';
import type { Told } from './told.ts';

/** Reads a member; false when its value is not one. */
type Take = (draft: RouteDraft, value: unknown, reading: Reading) => boolean;

const MEMBERS = new Map<string, Take>([
  ['type', takeType],
  ['dst', (draft, value) => takeDestination(draft, textOf(value) ?? '')],
  ['from', (draft, value) => takeSourcePrefix(draft, textOf(value) ?? '')],
  ['gateway', (draft, value) => takeGateway(draft, textOf(value) ?? '')],
  ['via', takeForeignGateway],
  ['dev', (draft, value) => takeDevice(draft, textOf(value) ?? '')],
  ['table', takeTable],
  ['protocol', (draft, value) => takeProtocol(draft, textOf(value) ?? '')],
  ['scope', (draft, value) => takeScope(draft, textOf(value) ?? '')],
  ['prefsrc', (draft, value) => takePreferredSource(draft, textOf(value) ?? '')],
  ['metric', (draft, value) => takeNumber(draft, 'metric', textOf(value) ?? '')],
  ['tos', (draft, value) => takeTos(draft, textOf(value) ?? '')],
  ['pref', (draft, value) => takePreference(draft, textOf(value) ?? '')],
  ['nhid', (draft, value) => takeNumber(draft, 'nextHopId', textOf(value) ?? '')],
  ['weight', (draft, value) => takeWeight(draft, textOf(value) ?? '')],
  ['flags', takeFlags],
  ['expires', takeExpiry],
  ['nexthops', takeNextHops],
]);

/** Members that do not decide where a packet goes. */
const PASSED_OVER = new Set([
  'metrics',
  'nh_info',
  'cache',
  'error',
  'users',
  'used',
  'age',
  'flow',
  'flow_from',
  'flow_to',
  'realm',
  'realms',
  'mark',
  'iif',
  'uid',
  'ttl-propagate',
  'ttl-propogate',
]);

/** `ip -j route`, with or without `-d`, of one table or all (iproute2, ip/iproute.c print_route). */
export function readRoutesJson(reading: Reading): Told {
  const { section } = reading;
  const asked = tableAsked(reading);
  const draft = new RouteDraft();
  const routes: Route[] = [];
  const gaps: Gap[] = [];
  let family: Family | null = null;
  let all = asked.all;
  for (const object of objectsOf(reading)) {
    draft.clear(asked.table);
    all ||= object.value.table !== undefined;
    const understood = readMembers(reading, draft, plainOf(object));
    family = familyOf(draft, family, section, object.extent.end);
    if (understood) routes.push(draft.toRoute(family, object.span));
    else
      gaps.push(
        draft.toGap(family, draft.destination !== null || object.value.dst === 'default', object.span),
      );
  }
  all ||= asked.perhapsAll && routes.length === 0;
  const span = spanIn(section, section.start, section.end);
  if (isDamaged(reading)) gaps.push({ ...draft.toGap(4, false, span), family: null });
  const table = all ? 'all' : asked.table;
  const families = familiesOf(routes, reading, all);
  const listing = { families, table, routes, gaps, limited: section.hint.limited, span } as const;
  return { routes: tablesOf(listing, asked) };
}

/**
 * An encapsulated route without the members of its encapsulation, which `ip -j` prints among the route's own, `dst` even
 * under the same name: the route's is the first.
 */
function plainOf(object: Located): Located {
  if (object.value.encap === undefined) return object;
  const { source, start, end } = object.span;
  const first = /"dst"\s*:\s*"([^"]*)"/.exec(source.text.slice(start, end));
  const kept = Object.entries(object.value).filter(([key]) => key !== 'tos' && isKnown(key));
  return { ...object, value: { ...Object.fromEntries(kept), dst: first?.[1] } };
}

function isKnown(key: string): boolean {
  return MEMBERS.has(key) || PASSED_OVER.has(key) || key === 'encap';
}

function readMembers(reading: Reading, draft: RouteDraft, { value, span }: Located): boolean {
  if (value.dst === undefined) {
    lineNotUnderstood(reading, span, 'dst');
    return false;
  }
  for (const [key, member] of Object.entries(value)) {
    const take = MEMBERS.get(key);
    if (take && !take(draft, member, reading)) {
      lineNotUnderstood(reading, span, key);
      return false;
    }
    if (!take && !PASSED_OVER.has(key)) {
      draft.addUnmodelled(key);
      if (key !== 'encap') wordNotUnderstood(reading, span, key);
    }
  }
  return true;
}

function takeType(draft: RouteDraft, value: unknown): boolean {
  const type = routeType(textOf(value) ?? '');
  if (type) draft.type = type;
  return type !== undefined;
}

/** `"via": {"family": "inet6", "host": "fe80::1"}`: a gateway of the other family. */
function takeForeignGateway(draft: RouteDraft, value: unknown): boolean {
  if (!isObject(value)) return false;
  draft.family ??= value.family === 'inet6' ? 4 : 6;
  return takeGateway(draft, textOf(value.host) ?? '');
}

function takeTable(draft: RouteDraft, value: unknown, reading: Reading): boolean {
  const word = textOf(value);
  if (word !== null) draft.table = reading.tables.numberOf(word);
  return word !== null;
}

function takeFlags(draft: RouteDraft, value: unknown): boolean {
  for (const flag of textsOf(value)) takeFlag(draft, flag);
  return Array.isArray(value);
}

function takeExpiry(draft: RouteDraft): boolean {
  draft.expires = true;
  return true;
}

function takeNextHops(draft: RouteDraft, value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  return value.every((one: unknown) => isObject(one) && takeNextHop(draft, one));
}

function takeNextHop(draft: RouteDraft, hop: JsonObject): boolean {
  draft.startHop();
  return (
    (hop.gateway === undefined || takeGateway(draft, textOf(hop.gateway) ?? '')) &&
    (hop.via === undefined || takeForeignGateway(draft, hop.via)) &&
    (hop.dev === undefined || takeDevice(draft, textOf(hop.dev) ?? '')) &&
    (hop.weight === undefined || takeWeight(draft, textOf(hop.weight) ?? '')) &&
    (hop.flags === undefined || takeFlags(draft, hop.flags))
  );
}
