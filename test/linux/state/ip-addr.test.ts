import { describe, expect, it } from 'vitest';
import { formatIp } from '../../../src/addr/ip.ts';
import { formatPrefix } from '../../../src/addr/prefix.ts';
import { quoteOf } from '../../../src/addr/source.ts';
import type { HostState } from '../../../src/linux/host-state.ts';
import { stateOf } from './read-state.ts';

const TEXT = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
3: eth0@if4: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master blue state UP group 7 qlen 1000
    link/ether 02:42:0a:03:00:64 brd ff:ff:ff:ff:ff:ff link-netnsid 0
    altname enp0s99
    inet 10.3.0.100/24 metric 100 brd 10.3.0.255 scope global secondary dynamic eth0:1
       valid_lft 2999sec preferred_lft 999sec
    inet 10.9.0.1 peer 10.9.0.2/32 scope global eth0
       valid_lft forever preferred_lft forever
    inet6 fe80::42:aff:fe03:64/64 scope link tentative
       valid_lft forever preferred_lft forever
9: blue: <NOARP,MASTER,UP,LOWER_UP> mtu 65575 qdisc noqueue state UP group default qlen 1000
    link/ether 02:42:0a:03:00:65 brd ff:ff:ff:ff:ff:ff promiscuity 0 minmtu 1280 maxmtu 65575
    vrf table 100 addrgenmode eui64 numtxqueues 1
`;

function addresses(state: HostState): string[] {
  return state.addresses.map(({ device, prefix, peer, scope, flags }) => {
    const to = peer ? ` peer ${formatPrefix(peer)}` : '';
    return `${device} ${formatIp(prefix.address)}/${prefix.length}${to} ${scope} ${[...flags].join(',')}`.trim();
  });
}

describe('ip addr', () => {
  it('reads links', () => {
    const { links, problems, given } = stateOf(TEXT);
    expect(problems).toEqual([]);
    expect([...given]).toEqual(['links', 'addresses']);
    expect(links[1]).toMatchObject({
      name: 'eth0',
      index: 3,
      mac: '02:42:0a:03:00:64',
      mtu: 1500,
      master: 'blue',
      group: '7',
    });
    expect([...links[1].flags]).toEqual(['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP']);
    expect(links[2]).toMatchObject({ name: 'blue', linkKind: 'vrf', vrfTable: 100 });
  });

  it('reads addresses, each with its own line', () => {
    const state = stateOf(TEXT);
    expect(addresses(state)).toEqual([
      'lo 127.0.0.1/8 254',
      'eth0 10.3.0.100/24 0 secondary,dynamic',
      'eth0 10.9.0.1/32 peer 10.9.0.2 0',
      'eth0 fe80::42:aff:fe03:64/64 253 tentative',
    ]);
    expect(quoteOf(state.addresses[2].span)).toMatchObject({
      line: 10,
      column: 5,
      text: 'inet 10.9.0.1 peer 10.9.0.2/32 scope global eth0',
    });
  });

  it('reads one line an address (ip -o)', () => {
    const state = stateOf(
      '2: eth0    inet 10.3.0.100/24 brd 10.3.0.255 scope global eth0\\       valid_lft forever preferred_lft forever\n2: eth0    inet6 fd00::1/64 scope global nodad \\       valid_lft forever\n',
    );
    expect(addresses(state)).toEqual(['eth0 10.3.0.100/24 0', 'eth0 fd00::1/64 0 nodad']);
    expect(state.links).toHaveLength(1);
  });

  it('does not take ip link for a host without addresses', () => {
    const state = stateOf(
      '2: eth0: <BROADCAST,UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000\n    link/ether 02:42:0a:03:00:64 brd ff:ff:ff:ff:ff:ff\n',
    );
    expect([...state.given]).toEqual(['links']);
  });

  it('gives an address in JSON its own place', () => {
    const text =
      '[{},{"ifindex":2,"ifname":"eth0","flags":["UP"],"mtu":1500,\n "addr_info":[{"family":"inet","local":"10.3.0.100","prefixlen":24,"scope":"global","secondary":true},\n  {"family":"inet6","local":"fe80::1","prefixlen":64,"scope":"link"}]}]';
    const state = stateOf(text);
    expect(state.problems).toEqual([]);
    expect(addresses(state)).toEqual(['eth0 10.3.0.100/24 0 secondary', 'eth0 fe80::1/64 253']);
    expect(quoteOf(state.addresses[1].span)).toMatchObject({ line: 3, column: 3 });
  });

  it('completes one form by another', () => {
    const state = stateOf(`# ifconfig
eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500
        inet 10.3.0.100  netmask 255.255.255.0  broadcast 10.3.0.255
        ether 02:42:0a:03:00:64  txqueuelen 1000  (Ethernet)

# ip -4 addr
2: eth0: <UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    inet 10.3.0.100/24 scope global eth0
    inet 10.3.0.101/24 scope global secondary eth0
`);
    expect(addresses(state)).toEqual(['eth0 10.3.0.100/24 0', 'eth0 10.3.0.101/24 0 secondary']);
    expect(state.links).toMatchObject([{ index: 2, mac: '02:42:0a:03:00:64' }]);
  });
});

describe('ifconfig', () => {
  it('reads the older style', () => {
    const state = stateOf(`eth0      Link encap:Ethernet  HWaddr 02:42:0A:03:00:64
          inet addr:10.3.0.100  Bcast:10.3.0.255  Mask:255.255.255.0
          inet6 addr: fe80::42:aff:fe03:64/64 Scope:Link
          UP BROADCAST MULTICAST  MTU:1500  Metric:1
          RX packets:5 errors:0 dropped:0 overruns:0 frame:0
          collisions:0 txqueuelen:1000

eth0:1    Link encap:Ethernet  HWaddr 02:42:0A:03:00:64
          inet addr:10.3.0.101  Bcast:10.3.0.255  Mask:255.255.255.0
          UP BROADCAST MULTICAST  MTU:1500  Metric:1
`);
    expect(state.problems).toEqual([]);
    expect(state.links).toMatchObject([{ name: 'eth0', mac: '02:42:0a:03:00:64', mtu: 1500 }]);
    expect([...state.links[0].flags]).toContain('NO-CARRIER');
    expect(addresses(state)).toEqual([
      'eth0 10.3.0.100/24 0',
      'eth0 fe80::42:aff:fe03:64/64 253',
      'eth0 10.3.0.101/24 0',
    ]);
  });
});

describe('ip -br', () => {
  it('reads addresses and peers', () => {
    const state = stateOf(
      'lo               UNKNOWN        127.0.0.1/8 ::1/128 \neth0@p0          UP             10.1.0.100/24 10.9.0.1 peer 10.9.0.2/32 10.5.0.1/24 metric 300 fe80::1/64 \n',
    );
    expect(state.problems).toEqual([]);
    expect(addresses(state)).toEqual([
      'lo 127.0.0.1/8 254',
      'lo ::1/128 254',
      'eth0 10.1.0.100/24 0',
      'eth0 10.9.0.1/32 peer 10.9.0.2 0',
      'eth0 10.5.0.1/24 0',
      'eth0 fe80::1/64 253',
    ]);
  });
});
