import { describe, expect, it } from 'vitest';
import { A, B, causesOf, found, host, kinds } from './support/story.ts';

describe('a reply by another interface than the one asked', () => {
  it('had a request with the source of another interface, which a route gives it', () => {
    const hinted = found({
      kind: 'asymmetric-reply',
      requestLeft: 'eth1 10.1.0.100 > 10.4.0.100',
      requestReached: 'eth1 10.1.0.100 > 10.4.0.100',
      replyLeft: 'eth0 10.4.0.100 > 10.1.0.100',
    });
    const a = host('A', { ...A, routes: `${A.routes}\n10.4.0.0/24 via 10.2.0.1 dev eth1 src 10.1.0.100` });
    const mended = `${B.routes}\n10.2.0.0/24 via 10.4.0.1 dev eth1`;
    expect(kinds(causesOf(hinted, a, host('B', { ...B, routes: mended })))).toEqual(['source-hint-wrong@A']);
    expect(kinds(causesOf(hinted, a, host('B', B)))).toEqual(['source-hint-wrong@A', 'default-route-only@B']);
  });

  it('is at fault by itself where it left by a third one, whoever answered ARP', () => {
    const addr = `${B.addr}
4: eth2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet 10.4.0.200/24 scope global eth2`;
    const routes = `${B.routes}
10.4.0.0/24 dev eth2 proto kernel scope link src 10.4.0.200 metric 9
local 10.4.0.200 dev eth2 table local proto kernel scope host src 10.4.0.200`;
    const sysctl = ['rp_filter', 'arp_ignore']
      .flatMap((name) => ['all', 'eth0', 'eth1', 'eth2'].map((place) => `net.ipv4.conf.${place}.${name} = 0`))
      .join('\n');
    const asked = (left: string) =>
      found({
        kind: 'asymmetric-reply',
        requestLeft: 'eth1 10.2.0.100 > 10.4.0.200',
        requestReached: 'eth1 10.2.0.100 > 10.4.0.200',
        replyLeft: `${left} 10.4.0.200 > 10.2.0.100`,
      });
    const b = host('B', { ...B, addr, routes, sysctl });
    expect(kinds(causesOf(asked('eth0'), host('A', A), b))).toEqual(['default-route-only@B']);
    expect(kinds(causesOf(asked('eth2'), host('A', A), b))).toEqual(['arp-flux@B']);
  });

  it('met a rule that leaves out the default route of its own table', () => {
    const astray = found({
      kind: 'asymmetric-reply',
      requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
      requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
      replyLeft: 'eth0 10.4.0.100 > 10.2.0.100',
    });
    const rules = (own: string) =>
      `0: from all lookup local\n${own}\n32766: from all lookup main\n32767: from all lookup default`;
    const routes = `${B.routes}\ndefault via 10.4.0.1 dev eth1 table 44`;
    const b = (own: string) => host('B', { ...B, routes, rules: rules(own) });
    const own = '100: from 10.4.0.100 lookup 44 suppress_prefixlength 0';
    expect(kinds(causesOf(astray, host('A', A), b(own)))).toEqual(['rule-table-no-default@B']);
    // As tunnels use it: the more specific routes of main first.
    const plain = '100: from all lookup main suppress_prefixlength 0';
    expect(kinds(causesOf(astray, host('A', A), b(plain)))).toEqual(['default-route-only@B']);
  });

  it('met a rule for all sources before the one that was made for its own', () => {
    const astray = found({
      kind: 'asymmetric-reply',
      requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
      requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
      replyLeft: 'eth0 10.4.0.100 > 10.2.0.100',
    });
    const routes = `${B.routes}\ndefault via 10.3.0.1 dev eth0 table 43\ndefault via 10.4.0.1 dev eth1 table 44`;
    const told = (first: string, second: string) => {
      const rules = `0: from all lookup local\n50: ${first}\n100: ${second}\n32766: from all lookup main`;
      return causesOf(astray, host('A', A), host('B', { ...B, routes, rules }));
    };
    const [late] = told('from all to 10.2.0.0/24 lookup 43', 'from 10.4.0.100 lookup 44');
    expect(kinds([late])).toEqual(['rule-after-main@B']);
    expect(late.sentence).toBe('rule 100 of B comes after rule 50, which already decides');
    expect(late.sources.map(({ label }) => label).slice(0, 2)).toEqual([
      'would match, but is never reached',
      'decides before it',
    ]);
    const [wrong] = told('from 10.4.0.100 lookup 43', 'from all lookup 44');
    expect(kinds([wrong])).toEqual(['rule-table-wrong-route@B']);
  });
});
