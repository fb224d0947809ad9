import { describe, expect, it } from 'vitest';
import { formatIp } from '../../src/addr/ip.ts';
import { A, B, causesOf, found, host, kinds } from './support/story.ts';

const lost = found({
  kind: 'reply-lost',
  requestLeft: 'tun 172.16.0.1 > 172.16.0.2',
  requestReached: 'tun 172.16.0.1 > 172.16.0.2',
  replyLeft: 'tun 172.16.0.2 > 172.16.0.1',
});
const link = (kind: string) => `
4: tun: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450
    link/ether 02:00:00:00:00:07 brd ff:ff:ff:ff:ff:ff promiscuity 0
    ${kind}
    inet 172.16.0.2/30 scope global tun`;
const through = (kind: string, routes = B.routes) =>
  host('B', { ...B, addr: B.addr + link(kind), routes: `${routes}\n172.16.0.0/30 dev tun scope link` });
const VXLAN = 'vxlan id 5 remote 10.2.0.100 local 10.4.0.100 srcport 0 0 dstport 4789 ttl auto';

describe('a packet that left by a tunnel and was lost', () => {
  it('went inside another, which the tables send by the wrong interface', () => {
    const [cause] = causesOf(lost, host('A', A), through(VXLAN));
    expect(kinds([cause])).toEqual(['default-route-only@B likely']);
    expect(cause.notes[0]).toContain('from 10.4.0.100 to 10.2.0.100; those leave by eth0');
  });

  it('was less surely lost by the network where the tables send the other right', () => {
    const routes = `${B.routes}\n10.2.0.0/24 via 10.4.0.1 dev eth1`;
    for (const kind of [VXLAN, 'gre remote 10.2.0.100 local any ttl inherit', 'wireguard addrgenmode none']) {
      expect(kinds(causesOf(lost, host('A', A), through(kind, routes)))).toEqual([
        'lost-in-network@null likely',
      ]);
    }
  });

  it('is known by its ends as `ip -d` and `ip -j -d` print them', () => {
    const json = JSON.stringify([
      {
        ifname: 'tun',
        linkinfo: { info_kind: 'vxlan', info_data: { remote: '10.2.0.100', local: '10.4.0.100' } },
        addr_info: [],
      },
    ]);
    for (const addr of [B.addr + link(VXLAN), json]) {
      const { local, remote } =
        host('B', { ...B, addr }).links.find((one) => one.name === 'tun')?.tunnel ?? {};
      expect([local && formatIp(local), remote && formatIp(remote)]).toEqual(['10.4.0.100', '10.2.0.100']);
    }
  });
});
