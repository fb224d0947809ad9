import { describe, expect, it } from 'vitest';
import { formatPrefix } from '../../../src/addr/prefix.ts';
import { stateOf } from './read-state.ts';

const told = (text: string, path: string) => stateOf(text, path).problems.map(({ kind }) => kind);
const tables = (text: string, path?: string) =>
  stateOf(text, path).routes.map((route) => `${route.table} ${formatPrefix(route.destination)}`);

/** Forms in which distributions keep what they set up at the next start. */
const FORMS: readonly (readonly [path: string, text: string])[] = [
  ['route-eth1', 'default via 10.4.0.1 dev eth1 table 200\n'],
  ['B/route-eth1', '10.9.0.0/16 via 10.4.0.1 dev eth1\n'],
  ['route6-bond0.7', 'fd00:9::/32 via fd00:4::1 dev bond0.7\n'],
  ['ifroute-eth0', '10.9.0.0/16 10.4.0.1 - eth0\n'],
  ['anything', 'ADDRESS0=10.9.0.0\nNETMASK0=255.255.0.0\nGATEWAY0=10.4.0.1\n'],
  ['anything', 'DEVICE=eth1\nBOOTPROTO=none\nIPADDR=10.4.0.100\n'],
  ['anything', 'from 10.4.0.100 table 200\n'],
  ['anything', 'priority 100 from 10.4.0.100 to 10.9.0.0/16 lookup eth1\n'],
  [
    'anything',
    '# mine\nnetwork:\n  version: 2\n  ethernets:\n    eth1:\n      routes:\n        - to: default\n',
  ],
  [
    'anything',
    'auto eth1\niface eth1 inet static\n  address 10.4.0.100/24\n  up ip route add default via 10.4.0.1 table 200\n',
  ],
  ['anything', '[Match]\nName=eth1\n\n[Network]\nAddress=10.4.0.100/24\n'],
  ['anything', '[connection]\nid=eth1\n\n[ipv4]\nroute1=10.9.0.0/16,10.4.0.1\n'],
  ['/etc/sysconfig/network/routes', 'default 10.3.0.1 - eth0\n'],
  ['etc/sysconfig/network-scripts/route-lan', 'default via 10.4.0.1 dev lan\n'],
];

describe('configuration of the next start', () => {
  it.each(FORMS)('is passed over and named as such: %s %j', (path, text) => {
    expect(told(text, path)).toEqual(['configuration']);
    const { given, routes, rules } = stateOf(text, path);
    expect([given.has('routes4'), given.has('rules4'), routes]).toEqual([false, false, []]);
    expect(rules).toEqual(stateOf('', 'nothing').rules);
  });

  it('is no listing that somebody saved under such a name', () => {
    const listing =
      'default via 10.4.0.1 dev eth1\n10.4.0.0/24 dev eth1 proto kernel scope link src 10.4.0.100\n';
    expect(told(listing, 'route-eth1')).toEqual([]);
    expect(told('default via 10.4.0.1 dev eth1\n', 'route-eth1.txt')).toEqual([]);
    expect(told('default via 10.4.0.1 dev eth1\n', 'route-serverB')).toEqual([]);
    expect(told('0:\tfrom all lookup local\n32766:\tfrom all lookup main\n', 'rule-eth1')).toEqual([]);
  });

  it('is no listing in whatever form, under such a name or beside such a folder', () => {
    const boot = 'default via 10.4.0.1 dev eth1 \n10.4.0.0/24 dev eth1 scope link src 10.4.0.100 \n';
    expect(tables(boot, 'route-eth1')).toHaveLength(2);
    expect(tables('10.9.0.0/16 via 10.4.0.1 dev eth1 proto bird metric 32\n', 'route-eth1')).toHaveLength(1);
    const json = '[{"dst":"default","gateway":"10.4.0.1","dev":"eth1","flags":[]}]';
    expect(tables(json, 'route-eth1')).toHaveLength(1);
    const numeric =
      'Kernel IP routing table\nDestination Gateway Genmask Flags Metric Ref Use Iface\n0.0.0.0 10.4.0.1 0.0.0.0 UG 0 0 0 eth1\n';
    expect(tables(numeric, 'route-eth1')).toHaveLength(1);
    expect(told('default via 10.4.0.1 dev eth1\n', 'netplan/serverB/ip-route.txt')).toEqual([]);
    expect(told('net.ipv4.ip_forward = 1\n', 'netplan/sysctl.txt')).toEqual([]);
  });

  it('stands beside listings in what somebody pasted', () => {
    const pasted = `# cat /etc/network/interfaces
iface eth1 inet static
# ip route
default via 10.3.0.1 dev eth0
`;
    expect(told(pasted, 'pasted')).toEqual([]);
    expect(stateOf(pasted).given.has('routes4')).toBe(true);
  });

  it('is no letter', () => {
    expect(told('from here on the table is set\n', 'anything')).toEqual(['file-not-recognised']);
  });
});

describe('routes that all name a table other than those every host has', () => {
  const ONE = 'default via 10.4.0.1 dev eth1 table 200\n';

  it('are all that is known of these tables, and of no other', () => {
    const { given } = stateOf(ONE);
    expect(tables(ONE)).toEqual(['200 default']);
    expect([given.has('routes4'), given.has('all-tables4')]).toEqual([false, false]);
    expect(tables(`${ONE}default via 10.3.0.1 dev eth0 table 100\n`)).toEqual(['200 default', '100 default']);
    const json = '[{"dst":"default","gateway":"10.4.0.1","dev":"eth1","table":"200"}]';
    expect(stateOf(json).given.has('routes4')).toBe(false);
  });

  it('are of a listing of all tables where others stand among them, or its name says so', () => {
    const main = '10.4.0.0/24 dev eth1 proto kernel scope link src 10.4.0.100\n';
    const own = 'local 10.4.0.100 dev eth1 table local proto kernel scope host src 10.4.0.100\n';
    for (const more of [main, own]) expect(stateOf(ONE + more).given.has('all-tables4')).toBe(true);
    expect(stateOf(ONE, 'ip-route-all.txt').given.has('all-tables4')).toBe(true);
    expect(stateOf(`# ip route show table all\n${ONE}`).given.has('all-tables4')).toBe(true);
  });
});
