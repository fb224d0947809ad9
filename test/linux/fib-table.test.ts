import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Ip, ipv4, ipv6 } from '../../src/addr/ip.ts';
import { contains, networkOf, type Prefix } from '../../src/addr/prefix.ts';
import { buildFibTable, routesContaining } from '../../src/linux/fib-table.ts';
import type { Route } from '../../src/linux/host-state.ts';
import { hostWith } from './support/host.ts';

const template = hostWith('default via 10.3.0.1 dev eth0').routes[0];

function routeTo(destination: Prefix, metric: number): Route {
  return { ...template, destination: networkOf(destination), metric, tos: 0, sourcePrefix: null };
}

/** Words with few distinct values, so that prefixes nest. */
const word = fc.constantFrom(0, 0x80000000, 0xffffffff, 0x0a000000, 0x0a0000ff, 0x20010db8);
const address4: fc.Arbitrary<Ip> = word.map(ipv4);
const address6: fc.Arbitrary<Ip> = fc.tuple(word, word, word, word).map((all) => ipv6(...all));

function agreesWithScan(address: fc.Arbitrary<Ip>, width: number): void {
  const prefix = fc.record({ address, length: fc.nat(width) });
  fc.assert(
    fc.property(fc.array(fc.tuple(prefix, fc.nat(3))), address, (list, ip) => {
      const routes = list.map(([one, metric]) => routeTo(one, metric));
      const expected = routes
        .filter((one) => contains(one.destination, ip))
        .sort((a, b) => b.destination.length - a.destination.length || a.metric - b.metric);
      expect(routesContaining(buildFibTable(254, ip.family, routes), ip)).toEqual(expected);
    }),
  );
}

describe('routes that contain an address', () => {
  it('are those that a scan of the list finds, longest first, then by metric, then as listed (IPv4)', () =>
    agreesWithScan(address4, 32));
  it('(IPv6)', () => agreesWithScan(address6, 128));

  it('are found in a large table without a scan', () => {
    const routes = Array.from({ length: 200_000 }, (_, i) =>
      routeTo({ address: ipv4(i * 256), length: 24 }, 0),
    );
    const table = buildFibTable(254, 4, routes);
    const start = performance.now();
    for (let i = 0; i < 100_000; i++) routesContaining(table, ipv4(i * 256 + 7));
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
