import type { Family } from '../../../src/addr/ip.ts';
import { bareOf, inside, network, networkText, ownAddress, TABLES, type World, within } from './world.ts';

const METRICS = [0, 50, 100, 100, 200, 1024] as const;
const TOS = ['0x04', '0x08', '0x10', '0x1c', '0x20', '0xb8'] as const;
const REJECTS = ['blackhole', 'unreachable', 'prohibit', 'throw'] as const;

/** Neighbours, nexthop objects and routes of both families; several of one prefix, so that metric, tos and order decide. Shell lines. */
export function drawRoutes(world: World): string[] {
  const { dice } = world;
  return [
    ...(dice.chance(45) ? dice.some(1, 4, () => drawObject(world, 4)) : []),
    ...(dice.chance(35) ? dice.some(1, 4, () => drawObject(world, 6)) : []),
    ...dice.some(3, 22, () => drawRoute(world, 4)),
    ...dice.some(2, 14, () => drawRoute(world, 6)),
    ...(dice.chance(30) ? dice.some(1, 3, () => drawNeighbour(world)) : []),
  ];
}

function ip(family: Family): string {
  return family === 6 ? 'ip -6' : 'ip';
}

/** A single hop, a group of those made before, or a blackhole. */
function drawObject(world: World, family: Family): string {
  const { dice, objects } = world;
  const id = objects[4].length + objects[6].length + 1;
  const members = objects[family].slice(0, 3);
  const add = `${ip(family)} nexthop add id ${id}`;
  objects[family].push(id);
  if (members.length > 0 && dice.chance(40)) {
    const weighed = members.map((one) => `${one}${dice.chance(40) ? `,${dice.between(1, 5)}` : ''}`);
    return `${add} group ${weighed.join('/')}`;
  }
  if (dice.chance(6)) return `${add} blackhole`;
  return `${add} ${hop(world, family, 80)}`;
}

/** `via G dev D [onlink]` or `dev D`. */
function hop(world: World, family: Family, gatewayPercent: number): string {
  const { dice, addresses, devices } = world;
  const own = addresses[family];
  if (!dice.chance(gatewayPercent)) return `dev ${device(world)}`;
  if (family === 6 && dice.chance(25)) return `via fe80::${dice.between(1, 9)} dev ${dice.pick(devices)}`;
  if (family === 4 && dice.chance(7))
    return `via inet6 fe80::${dice.between(1, 9)} dev ${dice.pick(devices)}`;
  if (own.length === 0 || dice.chance(10))
    return `via ${bareOf(inside(world, network(world, family)))} dev ${dice.pick(devices)} onlink`;
  const one = dice.pick(own);
  return `via ${gateway(world, one.text)} dev ${one.device === 'lo' ? dice.pick(devices) : one.device}`;
}

function gateway(world: World, text: string): string {
  return bareOf(inside(world, networkText(text)));
}

function device({ dice, devices }: World): string {
  return dice.chance(4) ? 'lo' : dice.pick(devices);
}

function drawRoute(world: World, family: Family): string {
  const { dice } = world;
  const how = dice.pick(['add', 'add', 'add', 'append', 'append', 'replace', 'prepend']);
  const destination = dice.chance(25) ? 'default' : drawDestination(world, family);
  return `${ip(family)} route ${how} ${typed(world, family, destination)}`;
}

function drawDestination(world: World, family: Family): string {
  const { dice, prefixes } = world;
  const special =
    family === 4
      ? ['127.0.0.0/8', '0.0.0.0/1', '224.0.0.0/4', '128.0.0.0/1']
      : ['2000::/3', 'ff00::/8', '::/1'];
  const prefix = dice.chance(6)
    ? dice.pick(special)
    : dice.chance(45)
      ? network(world, family)
      : within(world, network(world, family));
  prefixes[family].push(prefix);
  return prefix;
}

function typed(world: World, family: Family, destination: string): string {
  const { dice, objects } = world;
  const kind = dice.below(100);
  const tail = commonWords(world, family);
  if (kind < 10) return `${dice.pick(REJECTS)} ${destination}${tail}`;
  if (kind < 15) return `${localType(world, family)} ${destination} dev ${device(world)}${tail}`;
  const from = family === 6 ? dice.maybe(8, () => `from ${network(world, 6)}`) : '';
  const src = dice.maybe(20, () => `src ${ownAddress(world, family) ?? '127.0.0.1'}`);
  if (kind < 25 && objects[family].length > 0)
    return `${destination}${from} nhid ${dice.pick(objects[family])}${tail}${src}`;
  if (kind < 40) return `${destination}${from}${tail}${src} ${multipath(world, family)}`;
  const scope =
    family === 4 ? dice.maybe(15, () => `scope ${dice.pick(['link', 'host', 'global', 'site'])}`) : '';
  return `${destination}${from} ${hop(world, family, 60)}${scope}${tail}${src}`;
}

function localType({ dice }: World, family: Family): string {
  return dice.pick(
    family === 4
      ? ['local', 'local', 'broadcast', 'multicast', 'nat']
      : ['local', 'local', 'anycast', 'multicast'],
  );
}

function multipath(world: World, family: Family): string {
  const { dice } = world;
  return dice
    .some(
      2,
      3,
      () =>
        `nexthop ${hop(world, family, 75).replace(/ onlink$/, '')}${dice.maybe(40, () => `weight ${dice.between(1, 5)}`)}${dice.maybe(8, () => 'onlink')}`,
    )
    .join(' ');
}

function commonWords({ dice }: World, family: Family): string {
  return [
    dice.maybe(40, () => `metric ${dice.pick(METRICS)}`),
    family === 4
      ? dice.maybe(12, () => `tos ${dice.pick(TOS)}`)
      : dice.maybe(12, () => `pref ${dice.pick(['high', 'low', 'medium'])}`),
    dice.maybe(40, () => `table ${dice.pick(TABLES)}`),
    dice.maybe(8, () => `proto ${dice.pick(['static', 'dhcp', 'ra', 'bird', '99', 'kernel'])}`),
    dice.maybe(6, () => 'mtu 1400'),
  ].join('');
}

function drawNeighbour(world: World): string {
  const { dice, devices } = world;
  const family = dice.pick([4, 6, 6] as const);
  const at =
    family === 6 && dice.chance(50)
      ? `fe80::${dice.between(1, 9)}`
      : bareOf(inside(world, network(world, family)));
  const state = dice.pick([
    'nud failed',
    'lladdr 02:00:00:00:00:01 nud permanent',
    'lladdr 02:00:00:00:00:02 nud stale',
  ]);
  return `ip neigh replace ${at} dev ${dice.pick(devices)} ${state}`;
}
