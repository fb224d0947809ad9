import { describe, expect, it } from 'vitest';
import { A, causesOf, found, host, kinds } from './support/story.ts';

const addr = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536
    inet6 ::1/128 scope host
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet6 fd00:3::100/64 scope global
3: eth1: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500
    inet6 fd00:4::100/64 scope global`;
const routes = `fd00:2::/64 via fd00:4::1 dev eth1 metric 1024 pref medium
fd00:3::/64 dev eth0 proto kernel metric 256 pref medium
fd00:4::/64 dev eth1 proto kernel metric 256 pref medium
default via fd00:3::1 dev eth0 metric 1024 pref medium
local fd00:3::100 dev eth0 table local proto kernel metric 0 pref medium
local fd00:4::100 dev eth1 table local proto kernel metric 0 pref medium`;
const unanswered = found({
  kind: 'unanswered',
  protocol: 'icmp6',
  requestLeft: 'eth1 fd00:2::100 > fd00:3::100',
  requestReached: 'eth0 fd00:2::100 > fd00:3::100',
});

describe('a neighbour table saved after the packets', () => {
  const told = (neigh: string) =>
    kinds(causesOf(unanswered, host('A', A), host('B', { addr, routes, neigh })));

  it('knows of a silent gateway, which IPv6 then passes over: the way before it did is judged', () => {
    expect(told('fd00:4::1 dev eth1 FAILED')).toEqual(['interface-linkdown@B likely']);
  });

  it('is the one to go by where it knows of no silence', () => {
    expect(told('fd00:4::1 dev eth1 lladdr 02:00:00:00:00:01 STALE')).toEqual([
      'interface-linkdown@B likely',
    ]);
  });
});
