import { describe, expect, it } from 'vitest';
import type { NeighbourAnswer, NeighbourQuestion } from '../../src/exchange/correlation.ts';
import { finding, ip, sighting } from '../report/fixture.ts';
import { B, causesBeside, type Files, found, host, kinds } from './support/story.ts';

const { first, last } = finding({});
const later = { ...last, seconds: last.seconds + 60 };
const way = 'eth1 10.2.0.100 > 10.4.0.100';
const way6 = 'eth1 fd00:2::100 > fd00:4::100';
const B4 = { ...B, routes: `${B.routes}\n10.2.0.0/24 via 10.4.0.1 dev eth1` };
const B6: Files = {
  addr: `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536
    inet6 ::1/128 scope host
3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet6 fd00:4::100/64 scope global`,
  routes: `default via fd00:4::1 dev eth1 metric 1024
fd00:4::/64 dev eth1 proto kernel metric 256
local fd00:4::100 dev eth1 table local proto kernel metric 0`,
  rules: '0: from all lookup local\n32766: from all lookup main',
};

/** The router's answer comes in, and no reply leaves. */
const told = (target: string, tell: string, more: Partial<NeighbourAnswer> = {}): NeighbourAnswer => ({
  host: 'B',
  interface: 'eth1',
  direction: 'in',
  target: ip(target),
  mac: '02:00:00:00:00:01',
  tell: ip(tell),
  count: 2,
  first,
  last,
  example: sighting({ host: 'B', interface: 'eth1', file: 'B/any.pcap', frame: 5, src: ip(target) }),
  ...more,
});
const ofRouter = told('10.4.0.1', '10.4.0.100');
const ofRouter6 = told('fd00:4::1', 'fd00:4::100');

function causes(files: Files, heard: NeighbourAnswer[], questions: NeighbourQuestion[] = []) {
  const six = files.addr === B6.addr;
  const protocol = six ? 'icmp6' : 'icmp';
  const seen = six ? way6 : way;
  const silent = found({ kind: 'unanswered', protocol, requestLeft: seen, requestReached: seen });
  return causesBeside(silent, { answers: heard, questions }, host('B', files));
}

const input = (rule: string, policy = 'accept') =>
  `table inet t {\n chain c {\n  type filter hook input priority filter; policy ${policy};\n  ${rule}\n }\n}`;
const unknown6 = 'fd00:4::1 dev eth1 INCOMPLETE';
const unknown4 = '10.4.0.1 dev eth1 FAILED';

describe('a neighbour whose answers come in', () => {
  it('is not silent: a rule of the host drops them', () => {
    for (const neigh of [unknown6, '']) {
      const all = causes({ ...B6, neigh, nft: input('icmpv6 type nd-neighbor-advert drop') }, [ofRouter6]);
      expect(kinds(all)).toEqual(['firewall-drops@B']);
      expect(all[0].sentence).toContain('drops neighbour advertisements of fd00:4::1 by a rule');
      expect(all[0].notes[0]).toContain('first in B/any.pcap, frame 5');
    }
  });

  it('is not silent where a policy drops them: no connection is tracked of neighbour discovery', () => {
    const nft = input('ct state established,related accept\n  icmpv6 type echo-request accept', 'drop');
    expect(kinds(causes({ ...B6, neigh: unknown6, nft }, [ofRouter6]))).toEqual(['firewall-drops@B']);
  });

  it('was heard where the host knows its address', () => {
    const nft = input('icmpv6 type nd-neighbor-advert drop');
    const neigh = 'fd00:4::1 dev eth1 lladdr 02:00:00:00:00:01 STALE';
    expect(kinds(causes({ ...B6, neigh, nft }, [ofRouter6]))).not.toContain('firewall-drops@B');
  });

  it('is silent where it told another interface, was told by the host itself, or at another time', () => {
    const nft = input('icmpv6 type nd-neighbor-advert drop');
    const elsewhere = [
      told('fd00:4::1', 'fd00:4::100', { interface: 'eth0' }),
      told('fd00:4::1', 'fd00:4::100', { direction: 'out' }),
      told('fd00:4::1', 'fd00:4::100', { host: 'A' }),
      told('fd00:4::2', 'fd00:4::100'),
      told('fd00:4::1', 'fd00:4::100', { first: later, last: later }),
    ];
    for (const one of elsewhere)
      expect(kinds(causes({ ...B6, neigh: unknown6, nft }, [one]))).toEqual(['next-hop-unresolved@B likely']);
  });

  it('fell silent where it was asked again in vain', () => {
    const asked: NeighbourQuestion = {
      host: 'B',
      interface: 'eth1',
      target: ip('10.4.0.1'),
      tell: ip('10.4.0.100'),
      count: 3,
      first,
      last: { ...last, nanos: last.nanos + 1 },
      examples: [],
      failures: [],
    };
    expect(kinds(causes({ ...B4, neigh: unknown4 }, [ofRouter], [asked]))).toEqual([
      'next-hop-unresolved@B likely',
    ]);
  });

  it('may be kept from the host by a table for ARP, which nobody walks', () => {
    const nft = `table arp x {\n chain c {\n  type filter hook input priority filter; policy accept;\n  arp operation reply drop\n }\n}`;
    const [cause] = causes({ ...B4, neigh: unknown4, nft }, [ofRouter]);
    expect(kinds([cause])).toEqual(['not-enough-information@null possible']);
    expect(cause.sentence).toContain('table arp x may decide');
    expect(cause.sources[0].span.source.text.slice(cause.sources[0].span.start)).toMatch(/^arp operation/);
    expect(cause.missing.map(({ what }) => what)).toEqual([
      'whether "arp operation reply drop" drops ARP replies',
    ]);
  });

  it('may be so where no such table is shown: arptables has its own', () => {
    const accepts = `table arp x {\n chain c {\n  type filter hook input priority filter; policy accept;\n }\n}`;
    for (const nft of ['', accepts]) {
      const [cause] = causes({ ...B4, neigh: unknown4, nft }, [ofRouter]);
      expect(kinds([cause])).toEqual(['not-enough-information@null possible']);
      expect(cause.missing.map(({ what }) => what)).toEqual(['arptables-save (on B)']);
    }
  });
});
