import type { Family } from '../../src/addr/ip.ts';
import { formatIp, ipv4, ipv6 } from '../../src/addr/ip.ts';
import { networkOf } from '../../src/addr/prefix.ts';
import { Random } from './random.ts';

/** Prefix lengths and how often they occur, roughly as in the public tables. */
const LENGTHS: Record<Family, readonly (readonly [length: number, weight: number])[]> = {
  4: [
    [24, 600],
    [23, 100],
    [22, 110],
    [21, 50],
    [20, 45],
    [19, 25],
    [18, 14],
    [17, 8],
    [16, 14],
    [25, 10],
    [28, 10],
    [32, 10],
    [13, 2],
  ],
  6: [
    [48, 500],
    [32, 150],
    [44, 100],
    [40, 80],
    [36, 50],
    [64, 30],
    [29, 20],
    [128, 10],
  ],
};

/** So many routes, each network once, as `ip route show table all` prints them. */
export function routeText(family: Family, count: number, seed: number): string {
  const random = new Random(seed);
  const lengths = LENGTHS[family].flatMap(([length, weight]) => new Array<number>(weight).fill(length));
  const seen = new Set<string>();
  const lines = [
    family === 4 ? 'default via 10.0.0.1 dev eth0 ' : 'default via fe80::1 dev eth0 metric 1024 pref medium',
  ];
  while (seen.size < count) {
    const length = lengths[random.below(lengths.length)];
    const network = networkOf({ address: globalAddress(family, random), length });
    const text = `${formatIp(network.address)}/${length}`;
    if (seen.has(text)) continue;
    seen.add(text);
    lines.push(lineOf(family, text.replace(family === 4 ? /\/32$/ : /\/128$/, ''), random.below(40) + 1));
  }
  return `${lines.join('\n')}\n`;
}

function lineOf(family: Family, network: string, gateway: number): string {
  return family === 4
    ? `${network} via 10.0.0.${gateway} dev eth0 proto bird metric 32 `
    : `${network} via fe80::${gateway.toString(16)} dev eth0 proto bird metric 32 pref medium`;
}

/** A global unicast address. */
export function globalAddress(family: Family, random: Random) {
  if (family === 6)
    return ipv6(0x20000000 | (random.word() >>> 3), random.word(), random.word(), random.word());
  const first = 11 + random.below(212);
  return ipv4((first === 127 ? 128 : first) * 0x1000000 + random.below(0x1000000));
}
