import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Ip, ipv4, ipv6 } from '../../src/addr/ip.ts';
import { contains, networkOf, type Prefix } from '../../src/addr/prefix.ts';
import { buildFibTable, routesContaining } from '../../src/linux/fib-table.ts';
import type { Route } from '../../src/linux/host-state.ts';
import { Random } from '../bench/random.ts';
import { hostWith } from './support/host.ts';

const template = hostWith('default via 10.3.0.1 dev eth0').routes[0];

function routeTo(destination: Prefix, metric: number): Route {
  return { ...template, destination: networkOf(destination), metric, tos: 0, sourcePrefix: null };
}

/** Words with few distinct values, so that prefixes nest. */
const word = fc.constantFrom(0, 0x80000000, 0xffffffff, 0x0a000000, 0x0a0000ff, 0x20010db8);
const address4: fc.Arbitrary<Ip> = word.map(ipv4);
const address6: fc.Arbitrary<Ip> = fc.tuple(word, word, word, word).map((all) => ipv6(...all));

function scan(routes: readonly Route[], ip: Ip): Route[] {
  return routes
    .filter((one) => contains(one.destination, ip))
    .sort((a, b) => b.destination.length - a.destination.length || a.metric - b.metric);
}

/** A few of these, the default route among them, and many of those. */
const SHORT = [0, 1, 8, 12, 15];
const LONG = [16, 17, 20, 22, 23, 24, 24, 24, 25, 31, 32];

function agreesWithScan(address: fc.Arbitrary<Ip>, width: number): void {
  const prefix = fc.record({ address, length: fc.nat(width) });
  fc.assert(
    fc.property(fc.array(fc.tuple(prefix, fc.nat(3))), address, (list, ip) => {
      const routes = list.map(([one, metric]) => routeTo(one, metric));
      expect(routesContaining(buildFibTable(254, ip.family, routes), ip)).toEqual(scan(routes, ip));
    }),
  );
}

describe('routes that contain an address', () => {
  it('are those that a scan of the list finds, longest first, then by metric, then as listed (IPv4)', () =>
    agreesWithScan(address4, 32));
  it('(IPv6)', () => agreesWithScan(address6, 128));

  it('are found in a large table without a scan, as a scan finds them', () => {
    const random = new Random(1);
    const routes = Array.from({ length: 200_000 }, (_, i) => {
      const length = i < 40 ? SHORT[i % SHORT.length] : LONG[random.below(LONG.length)];
      return routeTo({ address: ipv4(random.word()), length }, random.below(3));
    });
    const table = buildFibTable(254, 4, routes);
    const asked = Array.from({ length: 100_000 }, () => ipv4(random.word()));
    const start = performance.now();
    for (const ip of asked) routesContaining(table, ip);
    expect(performance.now() - start).toBeLessThan(2_000);
    for (const ip of asked.slice(0, 40)) expect(routesContaining(table, ip)).toEqual(scan(routes, ip));
  });
});
