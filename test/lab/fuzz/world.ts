import { type Family, formatIp, ipv4, ipv6 } from '../../../src/addr/ip.ts';
import { networkOf, parsePrefix } from '../../../src/addr/prefix.ts';
import type { Dice } from './dice.ts';

/** What has been drawn of a host so far, so that routes, rules and questions speak of the same things. */
export interface World {
  readonly dice: Dice;
  readonly devices: string[];
  /** `10.1.2.3/24` as configured; IPv4 and IPv6 apart. */
  readonly addresses: Record<Family, { readonly device: string; readonly text: string }[]>;
  /** Prefixes that some route or rule names. */
  readonly prefixes: Record<Family, string[]>;
  /** Ids of nexthop objects. */
  readonly objects: Record<Family, number[]>;
}

/** Words in a table's place: numbers, and one that has a name. */
export const TABLES = ['main', '100', '200', 'mgmt', '254', 'default', 'local'] as const;
export const TABLE_NAMES = new Map([[300, 'mgmt']]);

/** Networks few enough that routes, rules and addresses meet. */
const NETWORKS: Record<Family, readonly string[]> = {
  4: [
    '10.0.0.0/8',
    '10.40.0.0/16',
    '10.40.3.0/24',
    '10.41.0.0/22',
    '172.16.5.0/24',
    '192.168.1.0/24',
    '192.168.1.128/25',
    '203.0.113.0/24',
    '100.64.0.0/10',
    '8.8.8.0/24',
  ],
  6: [
    '2001:db8:1::/48',
    '2001:db8:1:2::/64',
    '2001:db8:2::/56',
    'fd00:10:1::/64',
    'fd00:10::/32',
    '64:ff9b::/96',
    '2002:c000:201::/48',
    'fec0:1::/64',
    '3fff:1::/32',
  ],
};

export function bareOf(text: string): string {
  return text.split('/')[0];
}

/** One of the drawn or the standing networks. */
export function network(world: World, family: Family): string {
  const { dice, addresses, prefixes } = world;
  const own = addresses[family];
  const choice = dice.below(10);
  if (choice < 3 && own.length > 0) return networkText(dice.pick(own).text);
  if (choice < 5 && prefixes[family].length > 0) return dice.pick(prefixes[family]);
  return dice.pick(NETWORKS[family]);
}

/** An address inside a prefix; its first and last ones more often than chance has it. */
export function inside(world: World, prefix: string): string {
  const { dice } = world;
  const { address, length } = parsePrefix(prefix) ?? { address: ipv4(0), length: 0 };
  const where = dice.below(10);
  const host = (): number =>
    where === 0 ? 0 : where === 1 ? 0xffffffff : where < 6 ? dice.between(1, 9) : dice.below(0x100000000);
  if (address.family === 4) return formatIp(ipv4(mixed(address.w0, host(), length)));
  const high = where < 6 ? address.w2 : mixed(address.w2, dice.below(0x100000000), length - 64);
  const words: [number, number, number, number] = [
    mixed(address.w0, 0, length),
    mixed(address.w1, where < 8 ? address.w1 : host(), length - 32),
    high,
    mixed(address.w3, host(), length - 96),
  ];
  return formatIp(ipv6(...words));
}

/** The leading bits of one word, the rest of another. */
function mixed(word: number, rest: number, bits: number): number {
  if (bits >= 32) return word;
  const mask = bits <= 0 ? 0 : (-1 << (32 - bits)) >>> 0;
  return ((word & mask) | (rest & ~mask)) >>> 0;
}

/** A prefix cut out of another: `10.40.3.0/24` from `10.40.0.0/16`. */
export function within(world: World, prefix: string): string {
  const { dice } = world;
  const parsed = parsePrefix(prefix);
  const most = parsed?.address.family === 6 ? 128 : 32;
  const base = parsed?.length ?? 0;
  const length = dice.chance(30)
    ? base
    : dice.chance(30)
      ? most
      : dice.between(Math.max(1, base - 3), Math.min(most, base + 9));
  return networkText(`${inside(world, prefix)}/${length}`);
}

export function networkText(text: string): string {
  const parsed = parsePrefix(text);
  if (!parsed) throw new Error(`not a prefix: ${text}`);
  return `${formatIp(networkOf(parsed).address)}/${parsed.length}`;
}

export function ownAddress(world: World, family: Family): string | undefined {
  const own = world.addresses[family];
  return own.length > 0 ? bareOf(world.dice.pick(own).text) : undefined;
}
