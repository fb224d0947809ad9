import { describe, expect, it } from 'vitest';
import { roundTrip } from '../../src/reason/trip/round-trip.ts';
import { ip } from '../report/fixture.ts';
import { A, B, causesOf, found, host, kinds } from './support/story.ts';

/** B passes a port on to a container behind it. */
const docker = {
  addr: `${B.addr}
4: docker0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet 172.17.0.1/16 scope global docker0`,
  routes: `${B.routes}
172.17.0.0/16 dev docker0 proto kernel scope link src 172.17.0.1
local 172.17.0.1 dev docker0 table local proto kernel scope host src 172.17.0.1`,
  sockets: 'State Recv-Q Send-Q Local Address:Port Peer Address:Port\nLISTEN 0 128 10.4.0.100:22 0.0.0.0:*',
  nft: `table ip nat {
	chain prerouting {
		type nat hook prerouting priority dstnat; policy accept;
		tcp dport 80 dnat to 172.17.0.2:8080
	}
}`,
  sysctl: `net.ipv4.ip_forward = 1
net.ipv4.conf.all.forwarding = 1
net.ipv4.conf.eth0.forwarding = 1
net.ipv4.conf.eth1.forwarding = 1
net.ipv4.conf.docker0.forwarding = 1
net.ipv4.conf.all.rp_filter = 0
net.ipv4.conf.eth0.rp_filter = 0
net.ipv4.conf.eth1.rp_filter = 0
net.ipv4.conf.docker0.rp_filter = 0`,
};
const way = {
  protocol: 'tcp',
  port: 80,
  requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
  requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
} as const;

describe('a published port of a container', () => {
  const crooked = found({ ...way, kind: 'asymmetric-reply', replyLeft: 'eth0 10.4.0.100 > 10.2.0.100' });

  it("is answered by the way that the tables give the container's address", () => {
    expect(kinds(causesOf(crooked, host('A', A), host('B', docker)))).toEqual([
      'default-route-only@B likely',
    ]);
  });

  it('is no port of the host that nobody listens on', () => {
    const silent = found({ ...way, kind: 'unanswered' });
    const [cause] = causesOf(silent, host('A', A), host('B', docker));
    expect(cause.kind).toBe('unexplained');
    expect(cause.sentence).toBe('B does not bear 172.17.0.2 and passes what is sent there on by docker0');
  });

  it('cannot be foretold without the state of the container', () => {
    const [a, b] = [host('A', A), host('B', docker)];
    const question = {
      from: a,
      device: 'eth1',
      address: null,
      to: ip('10.4.0.100'),
      protocol: 'tcp',
      tos: 0,
      strictNetwork: false,
      hosts: [a, b],
    } as const;
    const trip = roundTrip({ ...question, port: 80 });
    expect(trip.verdict).toBe('cannot-tell');
    expect(trip.open.map(({ missing }) => missing.what)).toEqual([
      'the state of who bears 172.17.0.2, to whom B passes it on',
    ]);
    expect(roundTrip({ ...question, port: 81 }).causes.map(({ kind }) => kind)).toContain('port-closed');
  });
});
