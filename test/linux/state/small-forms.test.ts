import { describe, expect, it } from 'vitest';
import { formatIp } from '../../../src/addr/ip.ts';
import { stateOf } from './read-state.ts';

describe('sysctl', () => {
  it('reads keys and paths into keys', () => {
    const { sysctls, problems } = stateOf(`net.ipv4.ip_forward = 1
net.ipv4.conf.all.rp_filter=2
net.ipv4.conf.eth0/100.rp_filter = 1
/proc/sys/net/ipv4/conf/eth1.200/rp_filter = 0
/proc/sys/net/ipv4/conf/eth2/rp_filter:1
-net.ipv4.conf.eth3.rp_filter = 1
net.ipv4.ip_local_port_range = 32768\t60999
# comment
sysctl: permission denied on key 'kernel.spl'
`);
    expect(problems).toEqual([]);
    expect([...sysctls].map(([key, { value }]) => `${key}=${value}`)).toEqual([
      'net.ipv4.ip_forward=1',
      'net.ipv4.conf.all.rp_filter=2',
      'net.ipv4.conf.eth0/100.rp_filter=1',
      'net.ipv4.conf.eth1/200.rp_filter=0',
      'net.ipv4.conf.eth2.rp_filter=1',
      'net.ipv4.conf.eth3.rp_filter=1',
      'net.ipv4.ip_local_port_range=32768\t60999',
    ]);
  });
});

describe('ip netconf', () => {
  it('tells settings as sysctl does', () => {
    const { sysctls, problems } =
      stateOf(`inet eth1.200 forwarding on rp_filter strict mc_forwarding off proxy_neigh off ignore_routes_with_linkdown off
inet all forwarding off rp_filter loose mc_forwarding off proxy_neigh off ignore_routes_with_linkdown off
ipv6 dev lo forwarding on mc_forwarding off proxy_neigh off ignore_routes_with_linkdown off
`);
    expect(problems).toEqual([]);
    expect([...sysctls].map(([key, { value }]) => `${key}=${value}`)).toEqual([
      'net.ipv4.conf.eth1/200.forwarding=1',
      'net.ipv4.conf.eth1/200.rp_filter=1',
      'net.ipv4.conf.eth1/200.ignore_routes_with_linkdown=0',
      'net.ipv4.conf.all.forwarding=0',
      'net.ipv4.conf.all.rp_filter=2',
      'net.ipv4.conf.all.ignore_routes_with_linkdown=0',
      'net.ipv6.conf.lo.forwarding=1',
      'net.ipv6.conf.lo.ignore_routes_with_linkdown=0',
    ]);
  });
});

describe('ip route show cache', () => {
  it('is no table', () => {
    const cached = '10.9.0.1 via 10.3.0.7 dev eth0 \n    cache <redirected> expires 290sec mtu 1400\n';
    for (const text of [
      `default via 10.3.0.1 dev eth0\n${cached}`,
      `$ ip route show cache\n${cached}$ ip route\ndefault via 10.3.0.1 dev eth0\n`,
    ]) {
      const { routes, problems } = stateOf(text);
      expect(routes).toHaveLength(1);
      expect(problems).toEqual([]);
    }
  });
});

describe('ip neigh', () => {
  it('reads states, with statistics or without', () => {
    const { neighbours, problems } =
      stateOf(`10.1.0.1 dev eth0 lladdr 02:00:00:00:00:01 router extern_learn  used 1/1/1probes 0 PERMANENT
10.1.0.55 dev eth0  ref 1 used 1/61/1 probes 5 INCOMPLETE
fe80::1 dev eth1 lladdr 02:00:00:00:00:02 STALE
`);
    expect(problems).toEqual([]);
    expect(
      neighbours.map(({ address, device, mac, states }) => [formatIp(address), device, mac, ...states]),
    ).toEqual([
      ['10.1.0.1', 'eth0', '02:00:00:00:00:01', 'PERMANENT'],
      ['10.1.0.55', 'eth0', null, 'INCOMPLETE'],
      ['fe80::1', 'eth1', '02:00:00:00:00:02', 'STALE'],
    ]);
  });

  it('is completed by arp -n', () => {
    const { neighbours } =
      stateOf(`Address                  HWtype  HWaddress           Flags Mask            Iface
10.1.0.1                 ether   02:00:00:00:00:01   CM                    eth0
10.1.0.55                        (incomplete)                              eth0
`);
    expect(neighbours.map(({ mac, states }) => [mac, ...states])).toEqual([
      ['02:00:00:00:00:01', 'PERMANENT'],
      [null, 'INCOMPLETE'],
    ]);
  });
});

describe('ip nexthop', () => {
  it('reads objects, groups and blackholes', () => {
    const { nextHopObjects, problems } = stateOf(`id 1 via 10.1.0.1 dev eth0 scope link
id 2 via 10.1.0.2 dev eth0 scope link onlink linkdown
id 3 blackhole
id 10 group 1/2,5 type resilient buckets 8 idle_timer 120 unbalanced_timer 0 unbalanced_time 0
`);
    expect(problems).toEqual([]);
    expect(nextHopObjects).toMatchObject([
      { id: 1, nextHop: { device: 'eth0', onlink: false }, group: [], blackhole: false },
      { id: 2, nextHop: { device: 'eth0', onlink: true, linkdown: true } },
      { id: 3, nextHop: null, blackhole: true },
      {
        id: 10,
        nextHop: null,
        group: [
          { id: 1, weight: 1 },
          { id: 2, weight: 5 },
        ],
      },
    ]);
  });
});

describe('ss', () => {
  it('reads listening sockets', () => {
    const { listeners, problems, given } =
      stateOf(`Netid State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess
udp   UNCONN 0      0      127.0.0.53%lo:53        0.0.0.0:*
tcp   LISTEN 5      4            10.3.0.100:1521      0.0.0.0:*
tcp   LISTEN 0      128             [::]:22            [::]:*
tcp   LISTEN 0      128                *:80               *:*    users:(("nginx",pid=7,fd=6))
tcp   ESTAB  0      0         10.3.0.100:22      10.2.0.100:5555
`);
    expect(problems).toEqual([]);
    expect([...given]).toEqual(['sockets', 'tcp-sockets', 'udp-sockets']);
    expect(
      listeners.map((one) => [
        one.protocol,
        one.address && formatIp(one.address),
        one.families.join(),
        one.device,
        one.port,
        one.receiveQueue,
        one.sendQueue,
      ]),
    ).toEqual([
      ['udp', '127.0.0.53', '4', 'lo', 53, 0, 0],
      ['tcp', '10.3.0.100', '4', null, 1521, 5, 4],
      ['tcp', null, '6', null, 22, 0, 128],
      ['tcp', null, '4,6', null, 80, 0, 128],
    ]);
  });

  it('knows by its options whose sockets an empty listing lacks', () => {
    const header = 'State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n';
    expect([...stateOf(header, 'ss-ltn.txt').given]).toEqual(['sockets', 'tcp-sockets']);
    expect([...stateOf(`# ss -lnup\n${header}`).given]).toEqual(['sockets', 'udp-sockets']);
    expect([...stateOf(header).given]).toEqual(['sockets']);
    expect([...stateOf(`$ ss -tulpn\n${header}`).given]).toEqual(['sockets', 'tcp-sockets', 'udp-sockets']);
  });
});

describe('a listing in another language', () => {
  it.each([
    'Kernel-IP-Routentabelle\nZiel            Router          Genmask         Flags   MSS Fenster irtt Iface\n0.0.0.0         10.3.0.1        0.0.0.0         UG        0 0          0 eth0\n',
    'Table de routage IP du noyau\nDestination     Passerelle      Genmask         Indic Metric Ref    Use Iface\n10.3.0.0        0.0.0.0         255.255.255.0   U     100    0        0 eth0\n',
    'eth0      Lien encap:Ethernet  HWaddr 5A:4E:A4:DC:CE:71\n          inet adr:10.3.0.100  Masque:255.255.255.0\n',
  ])('is named as such: %j', (text) => {
    expect(stateOf(text, 'r').problems).toEqual([{ kind: 'other-language', path: 'r' }]);
  });

  it('is none where lines only begin with an address', () => {
    const text = '10.3.0.1 10.3.0.2 are gateways of eth0\n10.4.0.1 10.4.0.2 10.4.0.3 Upstream\n';
    expect(stateOf(text, 'r').problems.map(({ kind }) => kind)).toEqual(['file-not-recognised']);
  });
});

describe('an unknown file', () => {
  it('is named', () => {
    const state = stateOf('Dear all,\n', 'letter.txt');
    expect(state.problems).toEqual([{ kind: 'file-not-recognised', path: 'letter.txt' }]);
    expect(state.given.size).toBe(0);
    expect([...state.tableNames.keys()]).toEqual(expect.arrayContaining(['local', 'main', 'default']));
  });
});
