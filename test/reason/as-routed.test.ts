import { describe, expect, it } from 'vitest';
import { A, B, causesOf, found, host, kinds } from './support/story.ts';

/** The second card of each is the port of a bridge, as on a host of virtual machines. */
const bridged = ({ addr, routes }: typeof B) => ({
  addr: `${addr.replace(/3: eth1: (<\S+>) mtu 1500/, '3: eth1: $1 mtu 1500 qdisc mq master br0 state UP group default\n4: br0: $1 mtu 1500').replace('global eth1', 'global br0')}`,
  routes: routes.replaceAll('dev eth1', 'dev br0'),
});
const sysctl = (mode: number) => `net.ipv4.conf.all.rp_filter = 0
net.ipv4.conf.eth0.rp_filter = 0
net.ipv4.conf.eth1.rp_filter = 0
net.ipv4.conf.br0.rp_filter = ${mode}`;

const [a, b] = [bridged(A), bridged(B)];
const way = {
  requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
  requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
} as const;

describe('packets that were captured at the port of a bridge', () => {
  it('are looked up as those of the bridge: the reply takes the default route', () => {
    const crooked = found({ ...way, kind: 'asymmetric-reply', replyLeft: 'eth0 10.4.0.100 > 10.2.0.100' });
    const states = [host('A', { ...a, sysctl: sysctl(0) }), host('B', { ...b, sysctl: sysctl(0) })];
    const causes = causesOf(crooked, ...states);
    expect(kinds(causes)).toEqual(['default-route-only@B']);
    expect(causes[0].sentence).toContain('it leaves by eth0, not by br0');
  });

  it('are dropped by the filter of the bridge', () => {
    const silent = found({ ...way, kind: 'unanswered' });
    const told = (mode: number) =>
      kinds(
        causesOf(silent, host('A', { ...a, sysctl: sysctl(0) }), host('B', { ...b, sysctl: sysctl(mode) })),
      );
    expect(told(1)).toEqual(['rp-filter-strict@B']);
    expect(told(0)).not.toContain('rp-filter-strict@B');
  });

  it('come home by the bridge: the originator drops what its filter there does not like', () => {
    const lost = found({
      ...way,
      kind: 'reply-not-accepted',
      replyLeft: 'eth1 10.4.0.100 > 10.2.0.100',
      replyReached: 'eth1 10.4.0.100 > 10.2.0.100',
    });
    const states = [host('A', { ...a, sysctl: sysctl(1) }), host('B', { ...b, sysctl: sysctl(0) })];
    expect(kinds(causesOf(lost, ...states))).toEqual(['rp-filter-strict@A']);
  });
});
