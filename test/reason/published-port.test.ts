import { describe, expect, it } from 'vitest';
import type { Sighting } from '../../src/exchange/sighting.ts';
import { roundTrip } from '../../src/reason/trip/round-trip.ts';
import { at, ip, sighting } from '../report/fixture.ts';
import { A, B, causesBeside, causesOf, type Files, found, host, kinds } from './support/story.ts';

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

  describe('that is refused', () => {
    const covered = { originatorCovered: true, responderCovered: true, missing: [] };
    const refused = found({ ...way, kind: 'refused', more: { witness: covered } });
    const [example] = refused.examples;
    const [left, reached] = example.requests;
    const passed = {
      ...reached,
      interface: 'docker0',
      direction: 'out',
      dst: ip('172.17.0.2'),
      destinationPort: 8080,
      ttl: 62,
    } as const;
    const reset = (host: string, device: string, direction: 'in' | 'out', ttl: number): Sighting => ({
      ...reached,
      kind: 'rst',
      ...{ host, interface: device, direction, ttl },
      ...{ src: left.dst, dst: left.src, sourcePort: left.destinationPort, destinationPort: left.sourcePort },
    });
    const path = { ...refused.path, replyReached: { host: 'A', interface: 'eth1', src: left.dst } };
    const told = (requests: readonly Sighting[], ...resets: Sighting[]) => {
      const examples = [{ ...example, requests: [{ ...left, ttl: 64 }, ...requests], resets }];
      return causesOf({ ...refused, path, examples }, host('A', A), host('B', docker));
    };

    it('is refused behind the host, whose capture need not show the RST', () => {
      const [cause] = told([reached, passed], reset('A', 'eth1', 'in', 62));
      expect(kinds([cause])).toEqual(['port-closed@B likely']);
      expect(cause.sentence).toBe(
        'B passes what is sent to 10.4.0.100 port 80 on to 172.17.0.2 port 8080, where nobody listens',
      );
      const [{ span }] = cause.sources;
      expect(span.source.text.slice(span.start, span.end)).toContain('dnat to 172.17.0.2:8080');
      expect(cause.notes[0]).toContain('does not show the RST');
    });

    it('is refused between, where the RST comes a shorter way, or the SYN did not go on', () => {
      expect(kinds(told([reached, passed], reset('A', 'eth1', 'in', 64)))).toEqual([
        'rejected-by-network@null',
      ]);
      expect(kinds(told([reached], reset('A', 'eth1', 'in', 62)))).toEqual(['rejected-by-network@null']);
    });

    it('is no port of the host, where the RST is seen leaving it', () => {
      const replyLeft = { host: 'B', interface: 'eth1', src: left.dst };
      const resets = [reset('B', 'docker0', 'in', 64), reset('B', 'eth1', 'out', 63)];
      const seen = { ...refused, path: { ...path, replyLeft }, examples: [{ ...example, resets }] };
      const [cause] = causesOf(seen, host('A', A), host('B', docker));
      expect(kinds([cause])).toEqual(['port-closed@B likely']);
      expect(cause.notes[0]).toBe('the RST came to B on docker0 (B/any.pcap, frame 41)');
    });
  });
});

describe('what comes of a published port', () => {
  const sysctl = `${docker.sysctl}
net.ipv4.conf.all.accept_local = 0
net.ipv4.conf.docker0.accept_local = 0`;
  const silent = found({ ...way, kind: 'unanswered' });
  const causes = (one: typeof silent, files: Partial<Files> = {}) =>
    causesOf(one, host('A', A), host('B', { ...docker, sysctl, ...files }));
  const question = {
    host: 'B',
    interface: 'docker0',
    target: ip('172.17.0.2'),
    tell: ip('172.17.0.1'),
    count: 3,
    first: at(118204),
    last: at(2118204),
    examples: [],
    failures: [],
  };
  const inVain = (one: typeof silent) =>
    kinds(causesBeside(one, { questions: [question] }, host('A', A), host('B', docker)));

  it('is silence where the container does not answer for its link-layer address', () => {
    expect(inVain(silent)).toEqual(['next-hop-unresolved@B']);
  });

  it('is the error host unreachable, for the same cause', () => {
    const error = sighting({
      kind: 'icmp-error',
      host: 'B',
      interface: 'eth1',
      direction: 'out',
      icmpType: 3,
      icmpCode: 1,
      src: ip('10.4.0.100'),
      dst: ip('10.2.0.100'),
      target: ip('10.4.0.100'),
    });
    const rejected = found({ ...way, kind: 'rejected' });
    expect(inVain({ ...rejected, evidence: [...rejected.evidence, error] })).toEqual([
      'next-hop-unresolved@B',
    ]);
  });

  it('is silence where the host does not forward, by the lines that say so', () => {
    const [cause, ...more] = causes(silent, {
      sysctl: sysctl.replaceAll(/(forward\w*) = 1/g, '$1 = 0'),
    });
    expect(more).toEqual([]);
    expect(`${cause.kind} ${cause.confidence}`).toBe('no-route certain');
    expect(cause.sources.map(({ span }) => span.source.text.slice(span.start, span.end))).toEqual([
      'net.ipv4.conf.eth1.forwarding = 0',
      'net.ipv4.ip_forward = 0',
    ]);
  });

  describe('with a rule on the address asked', () => {
    const ruled = {
      rules: '0: from all lookup local\n100: from 10.4.0.100 lookup 100\n32766: from all lookup main',
      routes: `${docker.routes}\ndefault via 10.4.0.1 dev eth1 table 100`,
    };
    const note =
      'the request was translated from 10.4.0.100 to 172.17.0.2; its replies are looked up with that source, and get 10.4.0.100 back only afterwards';

    it('is a reply by the other interface, which the rule does not select', () => {
      const crooked = found({
        ...way,
        kind: 'asymmetric-reply',
        replyLeft: 'eth0 10.4.0.100 > 10.2.0.100',
      });
      const [cause] = causes(crooked, ruled);
      expect(cause.kind).toBe('rule-wrong-selector');
      expect(cause.notes).toContain(note);
    });

    it('is a request that the strict filter drops, because the rule does not select its replies', () => {
      const strict = sysctl.replace('eth1.rp_filter = 0', 'eth1.rp_filter = 1');
      const told = causes(silent, { ...ruled, sysctl: strict });
      expect(kinds(told)).toEqual(['rule-wrong-selector@B', 'rp-filter-strict@B']);
      expect(told[1].notes[0]).toBe(
        '10.4.0.100 was translated to 172.17.0.2 before: the way back is looked up from 172.17.0.2',
      );
    });

    it('is no rule that names an incoming interface: what is forwarded comes in by one', () => {
      const rules = ruled.rules.replace('from 10.4.0.100', 'from all iif eth0');
      const crooked = found({
        ...way,
        kind: 'asymmetric-reply',
        replyLeft: 'eth0 10.4.0.100 > 10.2.0.100',
      });
      expect(kinds(causes(crooked, { ...ruled, rules }))).toEqual(['rule-wrong-selector@B']);
    });
  });

  describe('where the container is seen to answer', () => {
    const answer = sighting({
      kind: 'syn-ack',
      host: 'B',
      interface: 'docker0',
      direction: 'in',
      src: ip('172.17.0.2'),
      dst: ip('10.2.0.100'),
      sourcePort: 8080,
      destinationPort: 40000,
    });
    const [example] = silent.examples;
    const passedBack = { ...silent, examples: [{ ...example, replies: [answer], replyCount: 1 }] };

    it('is a reply whose next hop is silent, behind the fault that sent it there', () => {
      const neigh = '10.3.0.1 dev eth0 FAILED';
      expect(kinds(causes(passedBack, { neigh }))).toEqual([
        'default-route-only@B',
        'next-hop-unresolved@B likely',
      ]);
    });

    it('is a reply that the firewall of the host drops', () => {
      const nft = `${docker.nft}
table ip filter {
	chain forward {
		type filter hook forward priority filter; policy drop;
		tcp dport 8080 accept
	}
}`;
      expect(kinds(causes(passedBack, { nft }))).toEqual(['firewall-drops@B']);
    });

    it('is left open where the state lets it out', () => {
      const [cause] = causes(passedBack);
      expect(cause.kind).toBe('unexplained');
    });
  });
});
