import type { NextHopObject } from '../host-state.ts';
import { takeDevice, takeFlag, takeGateway } from './ip-route-values.ts';
import { isObject, type Located, numberOf, objectsOf, textOf, textsOf } from './json-objects.ts';
import { Lines } from './lines.ts';
import { wholeNumber } from './names.ts';
import { RouteDraft } from './route-draft.ts';
import { lineNotUnderstood, type Reading, wordNotUnderstood } from './section.ts';
import type { Told } from './told.ts';

type Member = { readonly id: number; readonly weight: number };

const WITH_VALUE = new Set([
  'scope',
  'proto',
  'protocol',
  'type',
  'buckets',
  'idle_timer',
  'unbalanced_timer',
  'unbalanced_time',
]);
const BARE = new Set(['fdb', 'offload', 'trap', 'rt_offload', 'rt_trap', 'notify']);

/** `ip nexthop`: `id 1 via 10.0.0.1 dev eth0 scope link`, `id 10 group 1,2/2`, `id 3 blackhole` (ip/ipnexthop.c). */
export function readNextHopObjects(reading: Reading): Told {
  const nextHopObjects: NextHopObject[] = [];
  const lines = new Lines(reading.section);
  while (lines.next()) {
    const object = lines.word() === 'id' ? readLine(reading, lines) : undefined;
    if (object) nextHopObjects.push(object);
    else lineNotUnderstood(reading, lines.span, 'id NUMBER via GATEWAY dev DEVICE');
  }
  return { nextHopObjects };
}

function readLine(reading: Reading, lines: Lines): NextHopObject | undefined {
  const id = wholeNumber(lines.word());
  const draft = new RouteDraft();
  let group: readonly Member[] | undefined = [];
  let blackhole = false;
  let understood = true;
  for (let word = lines.word(); word !== ''; word = lines.word()) {
    if (word === 'via') understood &&= takeGateway(draft, lines.word(), lines);
    else if (word === 'dev') understood &&= takeDevice(draft, lines.word());
    else if (word === 'group') group = membersOf(lines.word());
    else if (word === 'blackhole') blackhole = true;
    else if (WITH_VALUE.has(word)) lines.word();
    else if (!takeFlag(draft, word) && !BARE.has(word)) wordNotUnderstood(reading, lines.span, word);
  }
  if (id === undefined || group === undefined || !understood) return undefined;
  return { id, nextHop: draft.hop?.toNextHop() ?? null, group, blackhole, span: lines.span };
}

/** `1,2/5`: object 1 with weight 2, object 5 with weight 1. */
function membersOf(text: string): readonly Member[] | undefined {
  const members: Member[] = [];
  for (const part of text.split('/')) {
    const [id, weight] = part.split(',').map((word) => wholeNumber(word));
    if (id === undefined) return undefined;
    members.push({ id, weight: weight ?? 1 });
  }
  return members;
}

/** `ip -j nexthop`. */
export function readNextHopObjectsJson(reading: Reading): Told {
  const nextHopObjects: NextHopObject[] = [];
  for (const located of objectsOf(reading)) {
    const object = objectOf(located);
    if (object) nextHopObjects.push(object);
    else lineNotUnderstood(reading, located.span, 'id, gateway, dev');
  }
  return { nextHopObjects };
}

function objectOf({ value, span }: Located): NextHopObject | undefined {
  const id = numberOf(value.id);
  const draft = new RouteDraft();
  const understood =
    (value.gateway === undefined || takeGateway(draft, textOf(value.gateway) ?? '')) &&
    (value.dev === undefined || takeDevice(draft, textOf(value.dev) ?? ''));
  if (id === null || !understood) return undefined;
  if (draft.hop) for (const flag of textsOf(value.flags)) takeFlag(draft, flag);
  const listed: readonly unknown[] = Array.isArray(value.group) ? value.group : [];
  const group = listed.flatMap((one) => {
    const member = isObject(one) ? numberOf(one.id) : null;
    return member === null ? [] : [{ id: member, weight: (isObject(one) && numberOf(one.weight)) || 1 }];
  });
  return { id, nextHop: draft.hop?.toNextHop() ?? null, group, blackhole: 'blackhole' in value, span };
}
