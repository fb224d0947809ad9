import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/finding/finding.ts';
import { ip, sighting } from '../report/fixture.ts';
import { A, B, causesOf, type Files, found, host, kinds } from './support/story.ts';

/** The request for an address of B came to C. */
function strayed(kind: 'request-lost' | 'no-reply-seen', covered = true): Finding {
  const lost = found({ kind, requestLeft: 'eth1 10.2.0.100 > 10.4.0.100' });
  const [example] = lost.examples;
  const seen = sighting({ host: 'C', interface: 'eth1', macSource: '02:00:00:00:00:01' });
  const stray = { host: 'C', interface: 'eth1', src: ip('10.2.0.100'), covered };
  return { ...lost, stray, examples: [{ ...example, requests: [...example.requests, seen] }] };
}

const C: Files = {
  addr: `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536
    inet 127.0.0.1/8 scope host lo
3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet 10.4.0.99/24 scope global eth1`,
  routes: `default via 10.4.0.1 dev eth1
10.4.0.0/24 dev eth1 proto kernel scope link src 10.4.0.99
local 10.4.0.99 dev eth1 table local proto kernel scope host src 10.4.0.99`,
};

const forwarding = (on: 0 | 1) => `net.ipv4.ip_forward = ${on}
net.ipv4.conf.all.forwarding = ${on}
net.ipv4.conf.eth1.forwarding = ${on}
net.ipv4.conf.all.rp_filter = 0
net.ipv4.conf.eth1.rp_filter = 0`;

const told = (finding: Finding, c: Partial<Files> | null) =>
  causesOf(
    finding,
    host('A', A),
    host('B', B),
    ...(c === null ? [] : [host('C', { ...C, sysctl: forwarding(0), ...c })]),
  );

describe('a request that came to a host which is neither end', () => {
  it("is no loss of the network's where that host neither bears the address nor forwards", () => {
    for (const kind of ['request-lost', 'no-reply-seen'] as const) {
      const causes = told(strayed(kind), {});
      expect(kinds(causes)).toEqual(['unexplained@C possible']);
      expect(causes[0].sentence).toBe('C does not bear 10.4.0.100 and does not forward what is sent there');
      expect(causes[0].notes[1]).toMatch(/^B bears 10\.4\.0\.100: whoever sent this on to C \(02:/);
    }
  });

  it('was stopped by the firewall of a router on the way', () => {
    const nft = 'table inet f {\n chain c {\n type filter hook forward priority 0;\n drop\n }\n}';
    const sysctl = forwarding(1);
    expect(kinds(told(strayed('request-lost'), { sysctl, nft }))).toEqual(['firewall-drops@C']);
    expect(kinds(told(strayed('request-lost', false), { sysctl, nft }))).toEqual(['firewall-drops@C likely']);
  });

  it('did not go on from there, as far as its capture tells', () => {
    expect(kinds(told(strayed('request-lost'), null))).toEqual(['unexplained@C possible']);
    expect(kinds(told(strayed('request-lost'), { sysctl: forwarding(1) }))).toEqual([
      'unexplained@C possible',
    ]);
  });

  it('may have gone on unseen, and is likely lost behind it', () => {
    const [cause] = told(strayed('request-lost', false), null);
    expect(kinds([cause])).toEqual(['lost-in-network@null likely']);
    expect(cause.sentence).toContain('lost between C, which it came to on eth1, and the next place before B');
  });
});
