import { describe, expect, it } from 'vitest';
import { formatIp } from '../../src/addr/ip.ts';
import { flowOf } from '../../src/linux/flow.ts';
import { indexOf } from '../../src/linux/host-index.ts';
import { lookupOutput } from '../../src/linux/lookup-output.ts';
import { selectAddress6 } from '../../src/linux/source6.ts';
import { candidates, get, host6With, hostOf, ip } from './support/host.ts';

const DEFAULT = 'default via fd00:3::1 dev eth0 metric 1024 pref medium';

describe('IPv6 lookups', () => {
  it('do not assume a destination on the link of a bound device', () => {
    expect(get(host6With(DEFAULT), '-6 2001:db8::1 oif eth1')).toBe('ENETUNREACH');
  });

  it('go through the default rules until one is added, even if one was deleted', () => {
    const deleted = { rules6: '0: from all lookup local' };
    expect(get(host6With(DEFAULT, '', deleted), '-6 2001:db8::1')).toContain('dev eth0');
    const added = { rules6: '0: from all lookup local\n9: from fd00:9::/64 lookup main' };
    expect(get(host6With(DEFAULT, '', added), '-6 2001:db8::1')).toBe('ENETUNREACH');
  });

  it('need a device that the host has', () => {
    expect(get(host6With(DEFAULT), '-6 2001:db8::1 oif eth7')).toBe('ENODEV');
  });

  it('keep an anycast route of a user on its device, the kernel its own on lo', () => {
    const own = 'anycast fd00:4:: dev eth1 table local proto kernel metric 0 pref medium';
    const added = 'anycast 2001:db8::/64 dev eth1 table local metric 1024 pref medium';
    const state = host6With(`${own}\n${added}`);
    expect(get(state, '-6 fd00:4::')).toContain('anycast dev lo');
    expect(get(state, '-6 2001:db8::5')).toContain('anycast dev eth1');
    expect(get(state, '-6 2001:db8::5 from fd00:9::1 iif eth0')).toContain('anycast dev eth1');
  });

  it('a device given with a source is only preferred, unless a socket is bound to it', () => {
    const state = host6With(DEFAULT);
    const flow = flowOf(ip('2001:db8::1'), { source: ip('fd00:4::100'), outputDevice: 'eth1' });
    expect(lookupOutput(state, flow)).toMatchObject({ kind: 'route', device: 'eth0' });
    expect(lookupOutput(state, { ...flow, socketBound: true })).toMatchObject({
      kind: 'no-route',
      error: 'ENETUNREACH',
    });
  });

  it('prefer the device among equal metrics', () => {
    const state = host6With(`${DEFAULT}\ndefault dev eth1 metric 1024 pref medium`);
    expect(get(state, '-6 2001:db8::1 from fd00:4::100')).toContain('dev eth0');
    expect(get(state, '-6 2001:db8::1 from fd00:4::100 oif eth1')).toContain('dev eth1');
  });

  it('do not check the source', () => {
    expect(get(host6With(DEFAULT), '-6 2001:db8::1 from 2001:db8::99')).toContain('via fd00:3::1 dev eth0');
  });

  const rejects = [
    ['blackhole', 'EINVAL'],
    ['unreachable', 'EHOSTUNREACH'],
    ['prohibit', 'EACCES'],
    ['throw', 'ENETUNREACH'],
  ];
  it.each(rejects)('%s', (type, error) => {
    const state = host6With(`${DEFAULT}\n${type} 2001:db8::/32 dev lo metric 1024 pref medium`);
    expect(get(state, '-6 2001:db8::1')).toBe(error);
  });

  it('take all next hops of a multipath route, whatever device is preferred', () => {
    const state = host6With(
      'default metric 1024 pref medium\nnexthop via fd00:3::1 dev eth0 weight 1\nnexthop via fd00:4::1 dev eth1 weight 1',
    );
    const flow = flowOf(ip('2001:db8::1'), { source: ip('fd00:4::100'), outputDevice: 'eth1' });
    expect(candidates(lookupOutput(state, flow)).sort()).toEqual(['eth0 fd00:3::1', 'eth1 fd00:4::1']);
    expect(candidates(lookupOutput(state, { ...flow, socketBound: true }))).toEqual(['eth1 fd00:4::1']);
  });

  it('a neighbour that failed on another link says nothing of the router', () => {
    const routes = `${DEFAULT}\ndefault via fd00:4::1 dev eth1 metric 1024 pref medium`;
    const at = (neigh: string) => get(host6With(routes, '', { neigh }), '-6 2001:db8::1');
    expect(at('fd00:3::1 dev eth1 FAILED')).toContain('dev eth0');
    expect(at('fd00:3::9 dev eth0 FAILED')).toContain('dev eth0');
    expect(at('fd00:3::1 dev eth0 STALE')).toContain('dev eth0');
    expect(at('fd00:3::1 dev eth0 FAILED')).toContain('dev eth1');
  });

  it('a next hop that is dead is passed over for a route of higher metric', () => {
    const routes = `${DEFAULT.replace('metric', 'dead linkdown metric')}\ndefault via fd00:4::1 dev eth1 metric 2048 pref medium`;
    expect(get(host6With(routes), '-6 2001:db8::1')).toContain('via fd00:4::1 dev eth1');
  });

  it('a host passes over a router whose neighbour entry has failed, if there is another', () => {
    const routes = `${DEFAULT}\ndefault via fd00:4::1 dev eth1 metric 2000 pref medium`;
    const neigh = 'fd00:3::1 dev eth0 FAILED';
    expect(get(host6With(routes, '', { neigh }), '-6 2001:db8::1')).toContain('dev eth1');
    expect(get(host6With(DEFAULT, '', { neigh }), '-6 2001:db8::1')).toContain('dev eth0');
  });

  it('a higher router preference wins', () => {
    const routes = `${DEFAULT}\ndefault via fd00:4::1 dev eth1 metric 1024 pref high`;
    expect(get(host6With(routes), '-6 2001:db8::1')).toContain('dev eth1');
  });

  it('source-specific routes are for their sources, and hide the plain routes of their prefix from others', () => {
    const specific = '2001:db8::/32 from fd00:4::/64 via fd00:4::1 dev eth1 metric 1024 pref medium';
    const plain = '2001:db8::/32 via fd00:3::9 dev eth0 metric 1024 pref medium';
    const state = host6With(`${DEFAULT}\n${specific}\n${plain}`);
    expect(get(state, '-6 2001:db8::1 from fd00:4::100')).toContain('via fd00:4::1');
    expect(get(state, '-6 2001:db8::1 from fd00:3::100')).toContain('via fd00:3::1 ');
  });

  it('local addresses are delivered by lo, link-local ones leave by the device named', () => {
    const state = host6With(DEFAULT);
    expect(get(state, '-6 fd00:4::100')).toBe('local dev lo src fd00:4::100 table local');
    expect(get(state, '-6 fe80::99 oif eth1')).toBe('dev eth1 src fe80::4');
    expect(get(state, '-6 ff02::1 oif eth1')).toBe('multicast dev eth1 src fe80::4 table local');
  });
});

describe('source choice (RFC 6724)', () => {
  function chosen(addresses: readonly string[], destination: string, device = 'eth0'): string {
    const lines = addresses.map((one) => `    inet6 ${one}`).join('\n');
    const addr = `2: eth0: <UP,LOWER_UP> mtu 1500\n${lines}\n3: eth1: <UP,LOWER_UP> mtu 1500\n    inet6 2001:db8:1::1/64 scope global`;
    const found = selectAddress6(indexOf(hostOf({ addr })), device, ip(destination));
    return found ? formatIp(found) : 'none';
  }

  const cases: [string, string[], string, string][] = [
    [
      'the destination itself',
      ['2001:db8::1/64 scope global', '2001:db8::2/64 scope global'],
      '2001:db8::2',
      '2001:db8::2',
    ],
    [
      'a scope that is enough',
      ['fe80::1/64 scope link', '2001:db8::1/64 scope global'],
      '2001:db8:9::1',
      '2001:db8::1',
    ],
    [
      'no deprecated one',
      ['2001:db8::1/64 scope global deprecated', '2600::1/64 scope global'],
      '2001:db8::9',
      '2600::1',
    ],
    ['the device of the route', ['2600::1/64 scope global'], '2001:db8:1::9', '2600::1'],
    ['the same label', ['2001:db8::1/64 scope global', 'fd00::1/64 scope global'], 'fd00:9::1', 'fd00::1'],
    [
      'the longest common prefix',
      ['2001:db8::1/64 scope global', '2001:db8:8::1/64 scope global'],
      '2001:db8:8:1::1',
      '2001:db8:8::1',
    ],
    [
      'no tentative one',
      ['2001:db8::1/64 scope global tentative', '2600::1/64 scope global'],
      '2001:db8::9',
      '2600::1',
    ],
    [
      'public before temporary',
      ['2001:db8::1/64 scope global temporary', '2001:db8::2/64 scope global'],
      '2001:db8::9',
      '2001:db8::2',
    ],
  ];
  it.each(cases)('%s', (_, addresses, destination, expected) => {
    expect(chosen(addresses, destination)).toBe(expected);
  });
});
