import type { Family } from '../../../src/addr/ip.ts';
import { inside, network, ownAddress, TABLES, type World, within } from './world.ts';

/** Rules of both families with every selector and action that this iproute2 can add. Shell lines. */
export function drawRules(world: World): string[] {
  const { dice } = world;
  const lines = [...ofFamily(world, 4), ...ofFamily(world, 6)];
  if (dice.chance(4)) lines.push('ip rule add pref 500 lookup local', 'ip rule del pref 0');
  if (dice.chance(3)) lines.push('ip rule del pref 32766');
  if (dice.chance(3)) lines.push('ip -6 rule del pref 32766');
  return lines;
}

function ofFamily(world: World, family: Family): string[] {
  const { dice } = world;
  return dice.chance(25) ? [] : dice.some(1, 6, () => drawRule(world, family));
}

function drawRule(world: World, family: Family): string {
  const { dice } = world;
  const preference = dice.pick([dice.between(1, 32765), dice.between(100, 104), dice.between(32760, 32780)]);
  const not = dice.maybe(6, () => 'not');
  return `ip${family === 6 ? ' -6' : ''} rule add pref ${preference}${not}${selectors(world, family)} ${action(world, preference)}`;
}

function selectors(world: World, family: Family): string {
  const { dice, devices } = world;
  return [
    dice.maybe(45, () => `from ${source(world, family)}`),
    dice.maybe(25, () => `to ${within(world, network(world, family))}`),
    dice.maybe(12, () => `iif ${dice.pick([...devices, 'lo', 'gone0'])}`),
    dice.maybe(10, () => `oif ${dice.pick([...devices, 'lo'])}`),
    dice.maybe(15, () => `fwmark ${dice.pick(['0x1', '0x2/0x3', '100', '0xff00/0xff00', '0/0x1'])}`),
    dice.maybe(
      10,
      () =>
        `tos ${dice.pick(family === 4 ? ['0x04', '0x08', '0x10', '0x1c'] : ['0x04', '0x08', '0x10', '0xb8', '0xfc'])}`,
    ),
    ports(world),
    dice.maybe(7, () => `uidrange ${dice.pick(['0-0', '1000-2000', '0-4294967294'])}`),
  ].join('');
}

function source(world: World, family: Family): string {
  const own = world.dice.chance(60) ? ownAddress(world, family) : undefined;
  return own ?? within(world, network(world, family));
}

function ports({ dice }: World): string {
  if (!dice.chance(20)) return '';
  const protocol = dice.pick(['tcp', 'udp', 'icmp', 'ipv6-icmp']);
  const range = () => dice.pick(['22', '443', '1521', '1000-2000', '33000-33100']);
  return ` ipproto ${protocol}${dice.maybe(35, () => `sport ${range()}`)}${dice.maybe(50, () => `dport ${range()}`)}`;
}

function action(world: World, preference: number): string {
  const { dice } = world;
  const kind = dice.below(100);
  if (kind < 7) return `goto ${dice.pick([preference + dice.between(1, 300), 32766, 32767, 99999])}`;
  if (kind < 10) return 'nop';
  if (kind < 13) return 'l3mdev';
  if (kind < 20) return dice.pick(['blackhole', 'unreachable', 'prohibit']);
  const suppressed = dice.maybe(10, () => `suppress_prefixlength ${dice.pick([0, 0, 8, 16, 24, 64])}`);
  const group = dice.maybe(6, () => `suppress_ifgroup ${dice.pick(['default', '1', '7'])}`);
  return `lookup ${dice.pick(TABLES)}${suppressed}${group}`;
}

/** A source that is somebody else's. */
export function foreign(world: World, family: Family): string {
  return inside(world, network(world, family)).split('/')[0];
}
