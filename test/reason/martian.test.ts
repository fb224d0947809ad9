import { describe, expect, it } from 'vitest';
import { A, B, causesOf, found, host, kinds } from './support/story.ts';

const asked = found({
  kind: 'unanswered',
  protocol: 'tcp',
  port: 80,
  requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
  requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
});

const TO_LOOPBACK = `table ip n {
	chain pre {
		type nat hook prerouting priority dstnat; policy accept;
		tcp dport 80 dnat to 127.0.0.1:8080
	}
}`;

const localnet = (all: number, eth1: number | null) => `net.ipv4.ip_forward = 0
net.ipv4.conf.all.rp_filter = 0
net.ipv4.conf.eth1.rp_filter = 0
net.ipv4.conf.all.route_localnet = ${all}${eth1 === null ? '' : `\nnet.ipv4.conf.eth1.route_localnet = ${eth1}`}`;

function causes(sysctl: string) {
  return causesOf(asked, host('A', A), host('B', { ...B, nft: TO_LOOPBACK, sysctl }));
}

describe('a request that a rule of the host translates to a loopback address', () => {
  it('is dropped at the door, and no missing route for its answer is told', () => {
    const told = causes(localnet(0, 0));
    expect(kinds(told)).toEqual(['martian-source@B']);
    expect(told[0].sentence).toBe(
      'B drops the request, whose destination its own rule changes to 127.0.0.1, at eth1: a loopback address must not come in by eth1 while route_localnet is 0 (martian destination)',
    );
    expect(told[0].sources.map(({ span }) => span.source.text.slice(span.start, span.end).trim())).toEqual([
      'tcp dport 80 dnat to 127.0.0.1:8080',
      'net.ipv4.conf.all.route_localnet = 0',
      'net.ipv4.conf.eth1.route_localnet = 0',
    ]);
  });

  it('likely is, where the setting of the interface is not told', () => {
    const [cause] = causes(localnet(0, null));
    expect([cause.kind, cause.confidence]).toEqual(['martian-source', 'likely']);
    expect(cause.missing).toEqual([{ kind: 'sysctl', what: 'net.ipv4.conf.eth1.route_localnet' }]);
  });

  it('is let in by either setting', () => {
    for (const sysctl of [localnet(1, 0), localnet(0, 1)])
      expect(kinds(causes(sysctl)).join()).not.toContain('martian');
  });
});
