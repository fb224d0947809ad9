import type { Family } from '../../../src/addr/ip.ts';
import { bareOf, inside, network, networkText, type World } from './world.ts';

/** No to five addresses a device and a few of `lo`: secondary ones, peers, whole-host prefixes, deprecated ones. Shell lines. */
export function drawAddresses(world: World): string[] {
  const { dice, devices } = world;
  const own = devices.flatMap((device) => [
    ...(dice.chance(88) ? dice.some(1, 3, () => drawAddress(world, 4, device)) : []),
    ...(dice.chance(75) ? dice.some(1, 2, () => drawAddress(world, 6, device)) : []),
  ]);
  const loopback = [
    ...(dice.chance(35) ? [drawAddress(world, 4, 'lo')] : []),
    ...(dice.chance(20) ? [drawAddress(world, 6, 'lo')] : []),
  ];
  const ends = devices
    .filter(() => dice.chance(70))
    .map((device) => `ip -n $FAR addr add fe80::99/64 dev ${device} nodad`);
  return [...own, ...loopback, ...ends];
}

function drawAddress(world: World, family: Family, device: string): string {
  const text = addressText(world, family, device);
  world.addresses[family].push({ device, text: `${bareOf(text.split(' ')[0])}/${text.split('/').at(-1)}` });
  return `ip${family === 6 ? ' -6' : ''} addr add ${text} dev ${device}${more(world, family)}`;
}

function addressText(world: World, family: Family, device: string): string {
  const { dice } = world;
  const before = world.addresses[family].filter((one) => one.device === device);
  const [most, usual] =
    family === 4 ? [32, [8, 16, 22, 24, 25, 28, 30, 31, 32]] : [128, [48, 56, 64, 64, 96, 127, 128]];
  if (before.length > 0 && dice.chance(40)) return secondary(world, dice.pick(before).text);
  const length = device === 'lo' ? most : dice.pick(usual);
  const own = bareOf(inside(world, network(world, family)));
  if (dice.chance(7))
    return `${own} peer ${bareOf(inside(world, network(world, family)))}/${dice.pick([most, length])}`;
  return `${own}/${length}`;
}

/** Another address of the same network: the kernel makes an IPv4 one secondary. */
function secondary(world: World, text: string): string {
  return `${bareOf(inside(world, networkText(text)))}/${text.split('/')[1]}`;
}

function more({ dice }: World, family: Family): string {
  const flags =
    dice.maybe(8, () => 'noprefixroute') + dice.maybe(8, () => `metric ${dice.pick([50, 100, 512])}`);
  const deprecated = dice.maybe(10, () => 'valid_lft forever preferred_lft 0');
  if (family === 6) return `${deprecated} nodad${flags}`;
  return `${dice.maybe(12, () => `scope ${dice.pick(['link', 'host', 'site', 'global'])}`)}${deprecated}${flags}`;
}
