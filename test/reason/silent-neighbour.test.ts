import { describe, expect, it } from 'vitest';
import type { NeighbourQuestion } from '../../src/exchange/correlation.ts';
import { finding, ip, sighting } from '../report/fixture.ts';
import { A, B, causesBeside, type Files, found, host, kinds } from './support/story.ts';

/** The router in front of B asks for it, and B's own capture shows that it keeps silent. */
const { first, last } = finding({});
const question: NeighbourQuestion = {
  host: 'B',
  interface: 'eth1',
  target: ip('10.4.0.100'),
  tell: ip('10.4.0.1'),
  count: 3,
  first,
  last,
  examples: [sighting({ host: 'B', interface: 'eth1', file: 'B/any.pcap', frame: 5 })],
  failures: [],
};
const SYSCTL = ['all', 'eth1']
  .flatMap((place) =>
    ['rp_filter', 'arp_ignore', 'arp_filter'].map((name) => `net.ipv4.conf.${place}.${name} = 0`),
  )
  .join('\n');

const lost = found({ kind: 'request-lost', requestLeft: 'eth1 10.2.0.100 > 10.4.0.100' });
const hop = sighting({
  kind: 'icmp-error',
  src: ip('10.2.0.1'),
  dst: ip('10.2.0.100'),
  target: ip('10.4.0.100'),
  icmpType: 3,
  icmpCode: 1,
});
const rejected = {
  ...lost,
  kind: 'rejected',
  evidence: [hop],
  examples: [{ ...lost.examples[0], errors: [hop] }],
} as const;

function causes(b: Partial<Files>, one = lost as typeof lost | typeof rejected, asked = question) {
  const states = [host('A', A), host('B', { ...B, sysctl: SYSCTL, ...b })];
  return causesBeside(one, { unheeded: [asked] }, ...states);
}

const set = (name: string, value: number) => SYSCTL.replace(`eth1.${name} = 0`, `eth1.${name} = ${value}`);

describe('a host that is asked for its link-layer address and keeps silent', () => {
  it('is to blame, not the network, where its settings make it so', () => {
    for (const one of [lost, rejected]) {
      const told = causes({ sysctl: set('arp_ignore', 8) }, one);
      const seen = one === rejected ? ['rejected-by-network@null likely'] : [];
      expect(kinds(told)).toEqual(['next-hop-unresolved@B', ...seen]);
      expect(told[0].sentence).toBe(
        'B does not answer ARP requests for 10.4.0.100 on eth1: arp_ignore is 8 (never answer)',
      );
      expect(told[0].notes[0]).toBe(
        'seen 3 times, first in B/any.pcap, frame 5: asked by 10.4.0.1, and no answer left',
      );
    }
  });

  it('is not while it answers others at the time, and less surely where its address is an inner one', () => {
    const states = [host('A', A), host('B', { ...B, sysctl: set('arp_ignore', 8) })];
    const answer = {
      ...question,
      direction: 'out',
      mac: '02:00:00:00:00:04',
      example: question.examples[0],
    } as const;
    expect(kinds(causesBeside(lost, { unheeded: [question], answers: [answer] }, ...states))).toEqual([
      'lost-in-network@null',
    ]);
    const addr = B.addr
      .replace(
        'inet 127.0.0.1/8 scope host lo',
        'inet 127.0.0.1/8 scope host lo\n    inet 10.4.0.100/32 scope global lo',
      )
      .replace('inet 10.4.0.100/24 scope global eth1', 'inet 10.4.0.7/24 scope global eth1');
    const strict = `${SYSCTL}\nnet.ipv4.conf.lo.rp_filter = 0`.replace(
      'eth1.rp_filter = 0',
      'eth1.rp_filter = 1',
    );
    const routes = `${B.routes}\n10.4.0.1 via 10.3.0.1 dev eth0`;
    const [fault] = causes({ addr, routes, sysctl: strict });
    expect(fault).toMatchObject({ host: 'B', confidence: 'likely' });
    expect(kinds(causes({ addr, sysctl: set('arp_ignore', 1) }))).toEqual([
      'next-hop-unresolved@null likely',
    ]);
  });

  it('is not to blame where it is set up like a real server behind a load balancer', () => {
    const addr = B.addr.replace(
      'inet 127.0.0.1/8 scope host lo',
      'inet 127.0.0.1/8 scope host lo\n    inet 10.4.0.50/32 scope global lo',
    );
    const routes = `${B.routes}\nlocal 10.4.0.50 dev lo table local proto kernel scope host src 10.4.0.50`;
    const asked = { ...question, target: ip('10.4.0.50') };
    const vip = found({ kind: 'request-lost', requestLeft: 'eth1 10.2.0.100 > 10.4.0.50' });
    const [cause] = causes({ addr, routes, sysctl: set('arp_ignore', 1) }, vip as typeof lost, asked);
    expect(kinds([cause])).toEqual(['next-hop-unresolved@null likely']);
    expect(cause.sentence).toBe(
      'nobody answers ARP requests for 10.4.0.50 on the link of eth1 of B, which bears 10.4.0.50 on lo and keeps silent by arp_ignore 1',
    );
    expect(cause.notes.join()).toMatch(/asked by 10\.4\.0\.1.*load balancer/);
    expect(cause.sources.map(({ span }) => span.source.path)).toEqual(['sysctl.txt', 'ip-addr.txt']);
  });

  it('is judged by the card that bears the address, where several on one link hear the question', () => {
    const routes = `${B.routes}\n10.4.0.1 via 10.3.0.1 dev eth0`;
    const sysctl = `${set('arp_filter', 1)}\nnet.ipv4.conf.eth0.arp_ignore = 1`;
    const states = [host('A', A), host('B', { ...B, routes, sysctl })];
    const heard = [{ ...question, interface: 'eth0' }, question];
    const [cause] = causesBeside(lost, { unheeded: heard }, ...states);
    expect(cause.sentence).toBe(
      'B does not answer ARP requests for 10.4.0.100 on eth1: arp_filter is set, and the route to the asker leaves by eth0',
    );
  });

  it('may have another way to the asker', () => {
    const routes = `${B.routes}\n10.4.0.1 via 10.3.0.1 dev eth0`;
    expect(kinds(causes({ routes, sysctl: set('arp_filter', 1) }))).toEqual(['next-hop-unresolved@B']);
    expect(kinds(causes({ routes, sysctl: set('rp_filter', 1) }))).toContain('rp-filter-strict@B');
  });

  it('does not know its own address where another rule comes before the local table', () => {
    const rules =
      '1: from all to 10.0.0.0/8 iif eth1 lookup main\n5: from all lookup local\n32766: from all lookup main';
    const [cause] = causes({ rules, sysctl: `${SYSCTL}\nnet.ipv4.ip_forward = 0` });
    expect(cause).toMatchObject({ kind: 'next-hop-unresolved', host: 'B', confidence: 'certain' });
    expect(cause.sentence).toBe(
      'B does not answer ARP requests for 10.4.0.100 on eth1: rule 1 decides before its local table is asked, so it does not take 10.4.0.100 for its own',
    );
    expect(cause.sources.map(({ label }) => label)).toEqual(['decides first', 'comes later', 'chosen']);
    expect(cause.sources[0].span.source.path).toBe('ip-rule.txt');
  });

  it('does not take in a request by the same rule', () => {
    const rules =
      '1: from all to 10.0.0.0/8 iif eth1 lookup main\n5: from all lookup local\n32766: from all lookup main';
    const way = 'eth1 10.2.0.100 > 10.4.0.100';
    const came = found({ kind: 'unanswered', requestLeft: way, requestReached: way });
    const sysctl = `${SYSCTL}\nnet.ipv4.ip_forward = 0`;
    const told = causesBeside(came, {}, host('A', A), host('B', { ...B, rules, sysctl }));
    expect(kinds(told)).toEqual(['other-route-wins@B']);
    expect(told[0].sentence).toContain('B does not take the request to 10.4.0.100 in: rule 1 decides');
  });

  it('does not know its own address where the local table lacks it', () => {
    const routes = B.routes.replace(/local 10.4.0.100.*/, '');
    const [cause] = causes({ routes, sysctl: `${SYSCTL}\nnet.ipv4.ip_forward = 0` });
    expect(cause.sentence).toContain('its local table, if it is asked, has no entry for 10.4.0.100');
  });

  it('probably drops it where its settings do not tell', () => {
    expect(kinds(causes({}))).toEqual(['next-hop-unresolved@B likely']);
  });

  it('drops neighbour solicitations by its firewall', () => {
    const v6 = found({ kind: 'request-lost', requestLeft: 'eth1 fd00:2::100 > fd00:4::100' });
    const asked = { ...question, target: ip('fd00:4::100'), tell: ip('fe80::1') };
    const nft = `table ip6 filter {
\tchain input {
\t\ttype filter hook input priority filter; policy accept;
\t\ticmpv6 type nd-neighbor-solicit drop
\t}
}`;
    const addr = `${B.addr}\n    inet6 fd00:4::100/64 scope global`;
    const routes = `${B.routes}\nlocal fd00:4::100 dev eth1 table local proto kernel metric 0 pref medium\nfd00:4::/64 dev eth1 proto kernel metric 256 pref medium\nfe80::/64 dev eth1 proto kernel metric 256 pref medium`;
    const rules = `${'0: from all lookup local\n32766: from all lookup main\n32767: from all lookup default'}`;
    expect(kinds(causes({ addr, routes, rules, nft }, v6, asked))).toEqual(['firewall-drops@B']);
  });

  it('explains nothing at another time, for another address, or asked but once', () => {
    const late = { seconds: last.seconds + 60, nanos: 0 };
    for (const other of [{ first: late, last: late }, { target: ip('10.3.0.100') }, { count: 1 }]) {
      expect(kinds(causes({ sysctl: set('arp_ignore', 8) }, lost, { ...question, ...other }))).toEqual([
        'lost-in-network@null',
      ]);
    }
  });
});
