import type { Family } from '../../../src/addr/ip.ts';
import { foreign } from './draw-rules.ts';
import { inside, network, ownAddress, type World } from './world.ts';

const SPECIAL: Record<Family, readonly string[]> = {
  4: [
    '127.0.0.1',
    '127.3.2.1',
    '224.0.0.1',
    '239.1.2.3',
    '255.255.255.255',
    '1.1.1.1',
    '0.1.2.3',
    '240.0.0.1',
    '169.254.7.7',
  ],
  6: ['::1', 'fe80::5', 'ff02::1', 'ff05::2', '2606:4700::1', '::ffff:1.2.3.4', '2002:c000:204::1'],
};
const TOS = ['0x04', '0x08', '0x10', '0x1c', '0x20', '0xb8', '0x02'] as const;
const MARKS = ['0x1', '0x2', '0x3', '100', '0xff00', '0xffffffff'] as const;

/** Questions in the words of `ip route get`, near the edges of what was drawn. */
export function drawQueries(world: World, count: number): string[] {
  return Array.from({ length: count }, () => drawQuery(world));
}

function drawQuery(world: World): string {
  const { dice } = world;
  const family: Family = dice.chance(62) ? 4 : 6;
  return [target(world, family), ends(world, family), words(world, family)].join('');
}

function target(world: World, family: Family): string {
  const { dice } = world;
  if (dice.chance(7)) return dice.pick(SPECIAL[family]);
  const own = dice.chance(10) ? ownAddress(world, family) : undefined;
  return own ?? inside(world, network(world, family));
}

/** A packet that comes in has a sender, most of the time somebody else. */
function ends(world: World, family: Family): string {
  const { dice, devices } = world;
  const own = (percent: number) =>
    (dice.chance(percent) ? ownAddress(world, family) : undefined) ?? foreign(world, family);
  if (dice.chance(28)) {
    const from = dice.chance(95) ? ` from ${dice.chance(4) ? dice.pick(SPECIAL[family]) : own(15)}` : '';
    return `${from} iif ${dice.chance(2) ? 'lo' : dice.pick(devices)}`;
  }
  const from = dice.maybe(50, () => `from ${own(92)}`);
  return from + dice.maybe(25, () => `oif ${dice.chance(4) ? 'lo' : dice.pick(devices)}`);
}

/** The kernel takes no other protocols here (rtm_getroute_parse_ip_proto). */
function words({ dice }: World, family: Family): string {
  const protocol = dice.chance(20) ? dice.pick(['tcp', 'udp', family === 4 ? 'icmp' : 'ipv6-icmp']) : null;
  const ports = protocol === 'tcp' || protocol === 'udp';
  return [
    dice.maybe(18, () => `mark ${dice.pick(MARKS)}`),
    dice.maybe(15, () => `tos ${dice.pick(TOS)}`),
    protocol ? ` ipproto ${protocol}` : '',
    ports ? dice.maybe(50, () => `sport ${dice.pick([1521, 33000, 22])}`) : '',
    ports ? dice.maybe(60, () => `dport ${dice.pick([22, 443, 1521])}`) : '',
    dice.maybe(6, () => `uid ${dice.pick([0, 1000, 1500, 65534])}`),
  ].join('');
}
