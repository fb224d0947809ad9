import { describe, expect, it } from 'vitest';
import { identityOf } from '../../src/linux/identity.ts';
import { networkDevice } from '../../src/linux/network-device.ts';
import { receive } from '../../src/linux/receive.ts';
import { host } from '../reason/support/story.ts';
import { ip } from '../report/fixture.ts';

/** eth0 is a member of a bond, which is a port of a bridge; the others hang on masters of other kinds. */
const state = host('A', {
  addr: `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536
    inet 127.0.0.1/8 scope host lo
2: eth0: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 1500 qdisc mq master bond0 state UP group default
3: bond0: <BROADCAST,MULTICAST,MASTER,UP,LOWER_UP> mtu 1500 qdisc noqueue master br0 state UP group default
4: br0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet 172.17.0.1/16 scope global br0
5: red: <NOARP,MASTER,UP,LOWER_UP> mtu 65536
6: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq master red state UP group default
    inet 10.2.0.100/24 scope global eth1
7: ovs-system: <BROADCAST,MULTICAST> mtu 1500
8: eth2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq master ovs-system state UP group default
9: eth3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet 10.1.0.100/24 scope global eth3`,
  routes: `default via 10.1.0.1 dev eth3
172.17.0.0/16 dev br0 proto kernel scope link src 172.17.0.1`,
  nft: `table ip filter {
	chain forward {
		type filter hook forward priority filter; policy drop;
		iifname "br0" oifname != "br0" accept
	}
}`,
  sysctl: `net.ipv4.ip_forward = 1
net.ipv4.conf.all.rp_filter = 0
net.ipv4.conf.br0.rp_filter = 1
net.ipv4.conf.eth0.rp_filter = 0
net.ipv4.conf.eth3.rp_filter = 0
net.ipv4.conf.bond0.rp_filter = 0`,
});

describe('the device that routing sees a packet come in by', () => {
  it.each([
    ['lo', 'lo'],
    ['eth0', 'br0'],
    ['bond0', 'br0'],
    ['br0', 'br0'],
    ['eth1', 'eth1'],
    ['eth2', 'eth2'],
    ['eth9', 'eth9'],
  ])('of %s is %s', (seen, routed) => {
    expect(networkDevice(state, seen)).toBe(routed);
  });

  it('is what the firewall asks for, wherever on the way up the packet was seen', () => {
    const packet = {
      source: ip('172.17.0.2'),
      destination: ip('10.4.0.100'),
      protocol: 6,
      sourcePort: 40000,
      destinationPort: 80,
      icmp: null,
      tcpFlags: 2,
      tos: 0,
      ttl: 64,
      lengthBytes: 60,
    };
    const fate = (device: string) => receive({ state, device, packet, connection: null }).outcome.kind;
    expect(['eth0', 'bond0', 'br0', 'eth3'].map(fate)).toEqual([
      'forwards',
      'forwards',
      'forwards',
      'dropped',
    ]);
  });

  it('is told with the interface', () => {
    const told = identityOf(state)?.interfaces.map(({ name, portOf }) => `${name}:${portOf ?? ''}`);
    expect(told?.slice(1, 4)).toEqual(['eth0:br0', 'bond0:br0', 'br0:']);
  });
});
