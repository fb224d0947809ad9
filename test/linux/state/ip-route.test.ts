import { describe, expect, it } from 'vitest';
import { formatIp } from '../../../src/addr/ip.ts';
import { formatPrefix } from '../../../src/addr/prefix.ts';
import { quoteOf } from '../../../src/addr/source.ts';
import type { Route } from '../../../src/linux/host-state.ts';
import { stateOf } from './read-state.ts';

function only(text: string): Route {
  const { routes, problems } = stateOf(text);
  expect(problems).toEqual([]);
  expect(routes).toHaveLength(1);
  return routes[0];
}

function hops(route: Route): string[] {
  return route.nextHops.map(({ gateway, device, weight, onlink, dead, linkdown }) => {
    const flags = [onlink && 'onlink', dead && 'dead', linkdown && 'linkdown'].filter(Boolean).join(',');
    return `${gateway ? formatIp(gateway) : '-'} ${device} ${weight} ${flags}`.trim();
  });
}

describe('ip route', () => {
  it('reads a default route as the defaults of print_route complete it', () => {
    const route = only('default via 10.3.0.1 dev eth0 \n');
    expect(route).toMatchObject({
      type: 'unicast',
      table: 254,
      metric: 0,
      protocol: 'boot',
      scope: 0,
      tos: 0,
    });
    expect(formatPrefix(route.destination)).toBe('default');
    expect(route.destination.address.family).toBe(4);
    expect(hops(route)).toEqual(['10.3.0.1 eth0 1']);
  });

  it('reads a connected route', () => {
    const route = only('10.3.0.0/24 dev eth0 proto kernel scope link src 10.3.0.100 metric 100 linkdown ');
    expect(route).toMatchObject({ protocol: 'kernel', scope: 253, metric: 100 });
    expect(formatIp(route.preferredSource!)).toBe('10.3.0.100');
    expect(hops(route)).toEqual(['- eth0 1 linkdown']);
  });

  it.each([
    ['blackhole 203.0.113.0/24', 'blackhole'],
    ['unreachable 203.0.113.0/24 metric 5', 'unreachable'],
    ['prohibit 203.0.113.0/24', 'prohibit'],
    ['throw 203.0.113.0/24 table 77', 'throw'],
    ['6 203.0.113.0/24', 'blackhole'],
  ])('reads %s', (line, type) => {
    expect(only(line)).toMatchObject({ type, nextHops: [] });
  });

  it('joins next hops on lines of their own to their route', () => {
    const text =
      '10.0.0.0/8 table 101 linkdown \n\tnexthop via 10.1.0.1 dev eth0 weight 5 linkdown \n\tnexthop dev eth1 weight 1 onlink \n';
    const route = only(text);
    expect(hops(route)).toEqual(['10.1.0.1 eth0 5 linkdown', '- eth1 1 onlink']);
    expect(quoteOf(route.span).text).toBe(
      '10.0.0.0/8 table 101 linkdown nexthop via 10.1.0.1 dev eth0 weight 5 linkdown nexthop dev eth1 weight 1 onlink',
    );
  });

  it('takes metrics and cache info as what they are', () => {
    const route = only(
      'default via 10.1.0.1 dev eth0 proto static metric 100 mtu lock 1400 advmss 1300 features ecn rto_min lock 40ms quickack 1 congctl cubic',
    );
    expect(route).toMatchObject({ protocol: 'static', metric: 100, unmodelled: [] });
  });

  it('reads IPv6: metric, preference, expiry, source prefix', () => {
    const route = only(
      'default from 2001:db8:1::/48 via fe80::1 dev eth0 proto ra metric 512 expires 98sec pref high',
    );
    expect(route).toMatchObject({ metric: 512, routerPreference: 1, expires: true, protocol: 'ra' });
    expect(formatPrefix(route.sourcePrefix!)).toBe('2001:db8:1::/48');
    expect(route.destination.address.family).toBe(6);
  });

  it('knows the IPv6 metrics that old releases did not print', () => {
    expect(only('2001:db8::/32 via fe80::1 dev eth0').metric).toBe(1024);
    expect(only('2001:db8::/32 dev eth0 proto kernel').metric).toBe(256);
  });

  it('reads a gateway of the other family', () => {
    const route = only('192.168.5.0/24 via inet6 fd00:1::5 dev eth0');
    expect(hops(route)).toEqual(['fd00:1::5 eth0 1']);
    expect(route.destination.address.family).toBe(4);
  });

  it('reads named tos, nexthop object and encapsulation', () => {
    expect(only('192.168.10.0/24 tos CS6 via 10.1.0.1 dev eth0').tos).toBe(0xc0);
    expect(only('172.17.0.0/16 nhid 7 via 10.1.0.1 dev eth0').nextHopId).toBe(7);
    const route = only(
      '192.168.6.0/24  encap ip id 5 src 0.0.0.0 dst 10.1.0.7 ttl 0 tos 0 via 10.1.0.1 dev eth0',
    );
    expect(route).toMatchObject({ unmodelled: ['encap'], preferredSource: null });
    expect(hops(route)).toEqual(['10.1.0.1 eth0 1']);
  });

  it('tells the family of a line without addresses by those around it, then by name', () => {
    const families = (text: string, path?: string) =>
      stateOf(text, path).routes.map(({ destination }) => destination.address.family);
    expect(families('default dev ppp0 scope link')).toEqual([4]);
    expect(families('blackhole default dev lo metric 1024\n2001:db8::/32 dev eth0 pref medium')).toEqual([
      6, 6,
    ]);
    expect(families('10.0.0.0/8 dev eth0\nblackhole default')).toEqual([4, 4]);
    expect(families('blackhole default nhid 2 dev lo')).toEqual([4]);
    expect(families('blackhole default nhid 3 dev lo metric 1024 pref medium')).toEqual([6]);
    expect(families('default dev tun0', 'ip-6-route.txt')).toEqual([6]);
    expect(families('2001:db8::/32 dev eth0\ndefault dev tun0 table 7 scope link')).toEqual([4, 6]);
    expect(families('default dev tun0 table 7\n2001:db8::/32 dev eth0')).toEqual([6, 6]);
    expect(
      families('$ ip route show table 7\ndefault dev tun0\n$ ip -6 route show table 7\ndefault dev tun0'),
    ).toEqual([4, 6]);
    expect(families('unreachable default dev lo metric 4294967295 error -101')).toEqual([6]);
  });

  it('tells a listing of all tables from one of the main table', () => {
    const all = stateOf('default via 10.3.0.1 dev eth0\nlocal 10.3.0.100 dev eth0 table local');
    expect([...all.given].sort()).toEqual(['all-tables4', 'routes4']);
    expect(all.routes.map(({ table }) => table)).toEqual([254, 255]);
    expect([...stateOf('default via 10.3.0.1 dev eth0').given]).toEqual(['routes4']);
  });

  it('takes the table of a listing that does not print it from the command', () => {
    const { routes, given } = stateOf('# ip route show table 77\ndefault via 10.4.0.1 dev eth1\n');
    expect(routes[0].table).toBe(77);
    expect([...given]).toEqual([]);
  });

  it('counts an empty listing as given when its name says what it is', () => {
    expect([...stateOf('', 'ip-route.txt').given]).toEqual(['routes4']);
    expect([...stateOf('[ ]\n', 'ip6-route.json').given]).toEqual(['routes6']);
    expect([...stateOf('', 'empty.txt').given]).toEqual([]);
  });

  it('does not take a listing of which it understood nothing for an empty table', () => {
    expect([...stateOf('default via 10.3.0. dev eth0\n', 'ip-route.txt').given]).toEqual([]);
    expect([...stateOf('[{"dst":"default",', 'ip-route.json').given]).toEqual([]);
  });

  it('warns of a line that it does not understand and keeps the others', () => {
    const { routes, problems } = stateOf(
      'default via 10.3.0.1 dev eth0\n10.4.0.0/24 via 10.4.0. dev eth1\n10.5.0.0/33 dev x\n',
    );
    expect(routes).toHaveLength(1);
    expect(
      problems.map((one) => (one.kind === 'line-not-understood' ? quoteOf(one.span).line : one.kind)),
    ).toEqual([2, 3]);
  });

  it('keeps a route with an unknown word, and says so', () => {
    const { routes, problems } = stateOf('default via 10.3.0.1 dev eth0 sparkling');
    expect(routes[0].unmodelled).toEqual(['sparkling']);
    expect(problems).toMatchObject([{ kind: 'word-not-understood', word: 'sparkling' }]);
  });

  it('passes over the next hops of a route that it did not understand', () => {
    const { routes, problems } = stateOf(
      'default via 10.0.0.1 dev a\n10.0.0.0/99 metric 5\n\tnexthop via 10.1.0.1 dev eth0 weight 1\n',
    );
    expect(routes).toHaveLength(1);
    expect(problems).toHaveLength(1);
  });
});
