import { describe, expect, it } from 'vitest';
import { ADDR, get, host6With, hostWith } from './support/host.ts';

const ROUTES = 'default via 10.3.0.1 dev eth0';

function sysctl(rpFilter: number, forwarding = 0, more = ''): { sysctl: string } {
  return {
    sysctl: `
      net.ipv4.conf.all.rp_filter = 0
      net.ipv4.conf.eth0.rp_filter = ${rpFilter}
      net.ipv4.conf.eth1.rp_filter = ${rpFilter}
      net.ipv4.conf.eth0.forwarding = ${forwarding}
      net.ipv4.conf.eth1.forwarding = ${forwarding}
      ${more}`,
  };
}

describe('a packet that came in', () => {
  const open = hostWith(ROUTES, '', sysctl(0));
  const strict = hostWith(ROUTES, '', sysctl(1));
  const router = hostWith(ROUTES, '', sysctl(0, 1));
  const strictRouter = hostWith(ROUTES, '', sysctl(1, 1));

  it.each([
    ['for the host', open, '10.4.0.100 from 10.2.0.100 iif eth1', 'local dev lo'],
    [
      'for an address of another card (weak host model)',
      open,
      '10.4.0.100 from 10.2.0.100 iif eth0',
      'local dev lo',
    ],
    ['strict and asymmetric', strict, '10.4.0.100 from 10.2.0.100 iif eth1', 'EINVAL'],
    ['strict and symmetric', strict, '10.4.0.100 from 10.2.0.100 iif eth0', 'local dev lo'],
    ['for another host, not forwarding', open, '8.8.8.8 from 10.4.0.9 iif eth1', 'EHOSTUNREACH'],
    ['for another host, forwarding', router, '8.8.8.8 from 10.4.0.9 iif eth1', 'via 10.3.0.1 dev eth0'],
    ['forwarding, from the wrong side', strictRouter, '8.8.8.8 from 10.2.0.9 iif eth1', 'EINVAL'],
    ['with an own address as source', open, '10.4.0.100 from 10.3.0.100 iif eth1', 'EINVAL'],
    ['from the limited broadcast address', open, '10.4.0.100 from 255.255.255.255 iif eth1', 'EINVAL'],
    ['from a group', open, '10.4.0.100 from 224.0.0.9 iif eth1', 'EINVAL'],
    ['from loopback', open, '10.4.0.100 from 127.0.0.2 iif eth1', 'EINVAL'],
    ['to loopback', open, '127.0.0.1 from 10.4.0.9 iif eth1', 'EINVAL'],
    ['from nobody', open, '10.4.0.100 from 0.0.0.0 iif eth1', 'EINVAL'],
    ['a broadcast', open, '10.4.0.255 from 10.4.0.9 iif eth1', 'broadcast dev lo'],
    ['the limited broadcast', open, '255.255.255.255 from 0.0.0.0 iif eth1', 'broadcast dev lo'],
    ['by a device that is not there', open, '10.4.0.100 from 10.2.0.100 iif eth9', 'ENODEV'],
  ])('%s', (_, state, query, expected) => {
    expect(get(state, query).replace(' table local', '')).toBe(expected);
  });

  it('a reject route is an error of its own on a router, and "no route to host" elsewhere', () => {
    const routes = `${ROUTES}\nprohibit 8.8.8.0/24`;
    expect(get(hostWith(routes, '', sysctl(0, 1)), '8.8.8.8 from 10.4.0.9 iif eth1')).toBe('EACCES');
    expect(get(hostWith(routes, '', sysctl(0)), '8.8.8.8 from 10.4.0.9 iif eth1')).toBe('EHOSTUNREACH');
  });

  it('224.0.0.1 is heard by every device that is up', () => {
    const down = ADDR.replace('3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP>', '3: eth1: <BROADCAST,MULTICAST>');
    expect(get(open, '224.0.0.1 from 10.4.0.9 iif eth1')).toBe('multicast dev lo');
    expect(get(hostWith(ROUTES, '', { ...sysctl(0), addr: down }), '224.0.0.1 from 10.4.0.9 iif eth1')).toBe(
      'EINVAL',
    );
  });

  it('route_localnet lets loopback addresses in', () => {
    const state = hostWith(ROUTES, '', sysctl(0, 0, 'net.ipv4.conf.eth1.route_localnet = 1'));
    expect(get(state, '127.0.0.1 from 10.4.0.9 iif eth1')).toContain('local dev lo');
  });

  it('an iif rule matches it, and not the way back of a packet for the host', () => {
    const routes = `${ROUTES}\ndefault via 10.4.0.1 dev eth1 table 100`;
    const state = hostWith(routes, '900: from all iif eth0 lookup 100', sysctl(0, 1));
    expect(get(state, '8.8.8.8 from 10.3.0.9 iif eth0')).toBe('via 10.4.0.1 dev eth1 table 100');
  });

  it('forwarding unknown, for another host: cannot tell', () => {
    expect(get(hostWith(ROUTES), '8.8.8.8 from 10.4.0.9 iif eth1')).toBe(
      'cannot tell: sysctl: net.ipv4.conf.eth1.forwarding',
    );
  });
});

describe('an IPv6 packet that came in', () => {
  const state = host6With('default via fd00:3::1 dev eth0 metric 1024 pref medium');

  it.each([
    ['for the host', '-6 fd00:4::100 from 2001:db8::1 iif eth0', 'local dev lo table local'],
    ['for another', '-6 2001:db8::9 from fd00:4::9 iif eth1', 'via fd00:3::1 dev eth0'],
    ['for a neighbour on the link it came by', '-6 fe80::99 from fe80::98 iif eth1', 'dev eth1'],
  ])('%s', (_, query, expected) => expect(get(state, query)).toBe(expected));

  it.each([
    ['by a device that is not there', state, '-6 fd00:4::100 from 2001:db8::1 iif eth9', 'ENODEV'],
    ['for nobody', host6With(''), '-6 2001:db8::9 from fd00:4::9 iif eth1', 'ENETUNREACH'],
    [
      'that a route refuses',
      host6With('prohibit default dev lo metric 1024 error -13 pref medium'),
      '-6 2001:db8::9 from fd00:4::9 iif eth1',
      'EACCES',
    ],
    [
      'that a rule refuses',
      host6With('', '900: from all iif eth1 prohibit'),
      '-6 2001:db8::9 from fd00:4::9 iif eth1',
      'EACCES',
    ],
    ['for a neighbour on the other link', state, '-6 fe80::99 from fe80::98 iif eth0', 'dev eth0'],
    ['for many', state, '-6 ff02::1 from fe80::98 iif eth1', 'multicast dev eth1 table local'],
  ])('%s', (_, host, query, expected) => expect(get(host, query)).toBe(expected));

  it('and rules that are not understood: cannot tell', () => {
    const host = host6With('default via fd00:3::1 dev eth0 metric 1024', '900: from all lookup 100');
    const rules = host.rules.map((one) =>
      one.preference === 900 ? { ...one, unmodelled: ['tun_id 7'] } : one,
    );
    expect(get({ ...host, rules }, '-6 2001:db8::9 from fd00:4::9 iif eth1')).toBe(
      'cannot tell: unmodelled: tun_id 7',
    );
  });
});
