import { describe, expect, it } from 'vitest';
import { hintOfCommand, hintOfPath } from '../../../src/linux/state/hint.ts';

/** What a command line, or the name of a file, tells of the listing below it. */
type Told = Partial<ReturnType<typeof hintOfCommand>>;

describe('a command line names its command and family', () => {
  it.each<[string, Told]>([
    ['ip route', { command: 'ip route', family: 4, table: null }],
    ['ip ro', { command: 'ip route', family: 4 }],
    ['ip r', { command: 'ip route', family: 4 }],
    ['sudo -n /sbin/ip r', { command: 'ip route', family: 4 }],
    ['ip -6 r', { command: 'ip route', family: 6 }],
    ['ip -4 -d route show table all', { command: 'ip route', family: 4, table: 'all' }],
    ['ip route show table all', { command: 'ip route', family: null, table: 'all' }],
    ['ip route show table 0', { command: 'ip route', family: null, table: 'all' }],
    ['ip route list table unspec', { command: 'ip route', family: null, table: 'all' }],
    ['ip route show table 100', { command: 'ip route', family: 4, table: '100' }],
    ['ip rule', { command: 'ip rule', family: 4 }],
    ['ip -6 ru', { command: 'ip rule', family: 6 }],
    ['ip a', { command: 'ip addr', family: null }],
    ['ip ad', { command: 'ip addr' }],
    ['ip -br addr', { command: 'ip addr' }],
    ['ip l', { command: 'ip link' }],
    ['ip -d link', { command: 'ip link' }],
    ['ip n', { command: 'ip neigh' }],
    ['ip neighbor show', { command: 'ip neigh' }],
    ['ip nexthop', { command: 'ip nexthop' }],
    ['route -n', { command: 'route', family: null }],
    ['route -n -A inet6', { command: 'route', family: 6 }],
    ['route --inet6', { command: 'route', family: 6 }],
    ['netstat -rn', { command: 'netstat', family: null }],
    ['arp -an', { command: 'arp' }],
    ['nft list ruleset', { command: 'nft' }],
    ['iptables-save', { command: 'iptables-save' }],
    ['iptables -t nat -S', { command: 'iptables-save' }],
    ['ip6tables-save', { command: 'ip6tables-save' }],
    ['ss -tan', { command: 'ss' }],
    ['uname -a', { command: 'uname' }],
    ['conntrack -L', { command: 'conntrack' }],
    ['cat /etc/iproute2/rt_tables', { command: 'rt_tables' }],
    ['dmesg', { command: null, family: null, table: null }],
    ['ping 10.2.0.100', { command: null }],
  ])('%s', (line, expected) => {
    expect(hintOfCommand(line)).toMatchObject({ sure: true, moment: null, configured: false, ...expected });
  });
});

describe('a command line that limits its listing', () => {
  it.each([
    'ip route show dev eth1',
    'ip route show via 10.4.0.1',
    'ip route get to 10.2.0.100 from 10.4.0.100',
    'ip route | grep eth1',
    'ip -6 route show proto static table all',
    'ip rule | head',
    'ip addr show eth1',
    'ip a s eth1',
    'ip link show dev eth1',
    'ifconfig eth1',
  ])('%s', (line) => {
    expect(hintOfCommand(line).limited).toBe(true);
  });

  it.each([
    'ip route show table all',
    'ip addr',
    'ip a s',
    'ip -4 addr show up',
    'ip addr show > eth1.txt',
    'ip addr show 2>&1 eth1.txt',
    'ip -br link list',
    'ifconfig',
    'ifconfig -a',
    'ifconfig > eth1.txt',
    // What others are limited to is not known.
    'sysctl -a | grep rp_filter',
  ])('is none: %s', (line) => {
    expect(hintOfCommand(line).limited).toBe(false);
  });
});

describe('settings', () => {
  it.each<[string, string[]]>([
    ['sysctl -a', []],
    ['sysctl net.ipv4.ip_forward', []],
    ['sysctl -n net.ipv4.ip_forward', ['net.ipv4.ip_forward']],
    ['sysctl --values net.ipv4.ip_forward', ['net.ipv4.ip_forward']],
    [
      'sysctl -en net.ipv4.ip_forward net.ipv6.conf.all.forwarding',
      ['net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding'],
    ],
    ['cat /proc/sys/net/ipv4/ip_forward', ['net.ipv4.ip_forward']],
    ['cat /proc/sys/net/ipv4/conf/eth0/rp_filter', ['net.ipv4.conf.eth0.rp_filter']],
  ])('whose values alone follow: %s', (line, keys) => {
    expect(hintOfCommand(line).keys).toEqual(keys);
  });

  it('that are set at the next boot', () => {
    for (const path of [
      '/etc/sysctl.conf',
      '/etc/sysctl.d/99-routing.conf',
      '/usr/lib/sysctl.d/50-default.conf',
    ]) {
      expect(hintOfCommand(`cat ${path}`).configured, path).toBe(true);
      expect(hintOfPath(path).configured, path).toBe(true);
    }
    expect(hintOfPath('sysctl.txt')).toMatchObject({ command: 'sysctl', configured: false });
  });
});

describe('the name of a file', () => {
  it.each<[string, Told]>([
    ['ip-route.txt', { command: 'ip route', family: null, table: null }],
    ['ip6-route-all.txt', { command: 'ip route', family: 6, table: 'perhaps all' }],
    ['ip_-6_route_show_table_all', { command: 'ip route', family: 6, table: 'all' }],
    ['ServerB/ip-4-rule.LOG', { command: 'ip rule', family: 4 }],
    ['C:\\case\\ip-addr.json', { command: 'ip addr' }],
    ['ip route show table 100.out', { command: 'ip route', table: '100' }],
    ['routes.txt', { command: 'ip route' }],
    ['rules6.txt', { family: 6 }],
    ['neigh.md', { command: 'ip neigh' }],
    ['etc/iproute2/rt_tables.d/mine.conf', { command: 'rt_tables' }],
    ['iptables-save', { command: 'iptables-save' }],
    ['nstat-before.txt', { command: 'nstat', moment: 'before' }],
    ['2-nstat-AFTER.txt', { command: 'nstat', moment: 'after' }],
    ['pre-nstat.txt', { moment: 'before' }],
    ['nstat_post.txt', { moment: 'after' }],
    ['notes.txt', { command: null, family: null, table: null, moment: null }],
    // A single letter is an object behind `ip` only.
    ['a-n-r.txt', { command: null }],
  ])('%s', (path, expected) => {
    expect(hintOfPath(path)).toMatchObject({
      sure: false,
      limited: false,
      keys: [],
      configured: false,
      ...expected,
    });
  });

  it('that is a setting’s own', () => {
    expect(hintOfPath('proc/sys/net/ipv4/ip_forward')).toMatchObject({
      keys: ['net.ipv4.ip_forward'],
      command: null,
    });
  });
});
