import { describe, expect, it } from 'vitest';
import { A, B, causesOf, found, host, kinds } from './support/story.ts';

const refused = found({
  kind: 'refused',
  protocol: 'tcp',
  port: 1521,
  requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
  requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
  replyLeft: 'eth1 10.4.0.100 > 10.2.0.100',
});
const listing = (...locals: string[]) =>
  ['State  Recv-Q Send-Q Local Address:Port Peer Address:Port']
    .concat(locals.map((local) => `LISTEN 0      128    ${local}    0.0.0.0:*`))
    .join('\n');
const told = (sockets: string) => causesOf(refused, host('A', A), host('B', { ...B, sockets }));

describe('a connection refused by the host itself', () => {
  it('meets no listener on its port', () => {
    expect(kinds(told(listing('0.0.0.0:22')))).toEqual(['port-closed@B']);
  });

  it('meets one that is bound to another address', () => {
    expect(kinds(told(listing('10.3.0.100:1521')))).toEqual(['listener-on-other-address@B']);
  });

  it('meets one that is bound to another interface', () => {
    const [cause] = told(listing('0.0.0.0%eth0:1521'));
    expect(kinds([cause])).toEqual(['listener-on-other-address@B']);
    expect(cause.sentence).toBe('B listens on port 1521 only on eth0, not on eth1');
  });

  it('cannot be explained where a listener would take it', () => {
    expect(kinds(told(listing('0.0.0.0%eth1:1521')))).toEqual(['unexplained@B possible']);
  });

  it('was refused by a rule that resets', () => {
    const nft = `table inet filter {
	chain input {
		type filter hook input priority filter; policy accept;
		tcp dport 1521 reject with tcp reset
	}
}`;
    const b = host('B', { ...B, nft, sockets: listing('0.0.0.0:1521') });
    expect(kinds(causesOf(refused, host('A', A), b))).toEqual(['firewall-rejects@B']);
  });
});

describe('a request to a socket that is bound to an interface by which no route leads to who asks', () => {
  const way = 'eth1 10.2.0.100 > 10.4.0.100';
  const asked = (protocol: 'tcp' | 'udp') =>
    found({ kind: 'unanswered', protocol, port: 1521, requestLeft: way, requestReached: way });
  const sockets = listing('0.0.0.0%eth1:1521');
  const udpSockets = sockets.replace('LISTEN', 'UNCONN');

  it('makes the kernel ask for him on the link', () => {
    for (const [protocol, files] of [
      ['tcp', { sockets }],
      ['udp', { udpSockets }],
    ] as const) {
      const [cause] = causesOf(asked(protocol), host('A', A), host('B', { ...B, ...files }));
      expect(kinds([cause])).toEqual(['no-route-on-bound-interface@B']);
      expect(cause.sources[0].label).toBe('bound to eth1');
      expect(cause.notes.join()).not.toContain('a rule on the source');
    }
  });

  it('is answered where its source, or the interface, has a route', () => {
    const routes = `${B.routes}\ndefault via 10.4.0.1 dev eth1 table 7`;
    for (const selector of ['from 10.4.0.100', 'from all oif eth1']) {
      const rules = `0: from all lookup local\n7: ${selector} lookup 7\n32766: from all lookup main`;
      const b = host('B', { ...B, routes, rules, sockets });
      expect(kinds(causesOf(asked('tcp'), host('A', A), b))).toEqual(['unexplained@B possible']);
    }
  });

  it('is one of the device rather than one of none', () => {
    const both = listing('0.0.0.0:1521', '0.0.0.0%eth1:1521');
    const b = host('B', { ...B, sockets: both });
    expect(kinds(causesOf(asked('tcp'), host('A', A), b))).toEqual(['no-route-on-bound-interface@B']);
  });

  it('has no route at all in IPv6', () => {
    const way6 = 'eth1 fd00:2::100 > fd00:4::100';
    const one = found({
      kind: 'unanswered',
      protocol: 'tcp',
      port: 1521,
      requestLeft: way6,
      requestReached: way6,
    });
    const addr = `${B.addr}\n    inet6 fd00:4::100/64 scope global`;
    const routes = `${B.routes}
local fd00:4::100 dev eth1 table local proto kernel metric 0 pref medium
fd00:4::/64 dev eth1 proto kernel metric 256 pref medium
default via fd00:3::1 dev eth0 metric 1024 pref medium`;
    const b = host('B', { ...B, addr, routes, sockets: listing('*%eth1:1521') });
    const [cause] = causesOf(one, host('A', A), b);
    expect(kinds([cause])).toEqual(['no-route@B likely']);
    expect(cause.sources[0].label).toBe('bound to eth1');
  });
});
