import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/finding/finding.ts';
import { ip, sighting } from '../report/fixture.ts';
import { A, B, causesBeside, causesOf, found, host, kinds } from './support/story.ts';

/** The last that saw the request sends an ICMP error about it. */
function rejected(asked: string, icmpType: number, icmpCode: number): Finding {
  const error = sighting({
    kind: 'icmp-error',
    host: 'B',
    interface: 'eth1',
    direction: 'out',
    icmpType,
    icmpCode,
    src: ip('10.4.0.100'),
    dst: ip('10.2.0.100'),
    target: ip(asked),
  });
  const way = `eth1 10.2.0.100 > ${asked}`;
  const finding = found({ kind: 'rejected', requestLeft: way, requestReached: way });
  return { ...finding, evidence: [...finding.evidence, error] };
}

const told = (finding: Finding) => causesOf(finding, host('A', A), host('B', { ...B, nft: null }));

describe('an ICMP error about the request', () => {
  it('is the doing of the host that was asked, or of its firewall', () => {
    expect(kinds(told(rejected('10.4.0.100', 3, 13)))).toEqual(['firewall-rejects@B likely']);
  });

  it("is the network's where a router that is among the hosts sends it", () => {
    expect(kinds(told(rejected('10.9.9.9', 3, 0)))).toEqual(['rejected-by-network@null']);
    expect(kinds(told(rejected('10.9.9.9', 11, 0)))).toEqual(['ttl-exceeded@null']);
  });

  it('is no refusal where a kernel could make nothing of the packet', () => {
    const [reassembly] = told(rejected('10.4.0.100', 11, 1));
    expect(reassembly).toMatchObject({ kind: 'unexplained', host: 'B' });
    expect(reassembly.sentence).toContain('fragment reassembly time exceeded');
    expect(told(rejected('10.4.0.100', 12, 0))[0].sentence).toContain('parameter problem');
  });
});

describe('a router that finds nobody on its link', () => {
  const seen = rejected('10.4.0.100', 3, 1);
  const error = (one: Finding, src: string) =>
    sighting({ ...one.evidence.at(-1), direction: 'in', src: ip(src), target: one.probe.dst });
  const request = found({ kind: 'rejected', requestLeft: 'eth1 10.2.0.100 > 10.4.0.100' });
  const unreachable = { ...request, evidence: [...request.evidence, error(seen, '10.2.0.1')] };
  const withEth1 = (addr: string, flags: string) =>
    addr.replace(/3: eth1: <.*?>/, `3: eth1: <BROADCAST,MULTICAST${flags}>`);
  const causes = (flags: string, beside = {}) =>
    causesBeside(unreachable, beside, host('A', A), host('B', { ...B, addr: withEth1(B.addr, flags) }));

  it('speaks of a card that the state of the one asked shows to be down', () => {
    expect(kinds(causes(''))).toEqual(['interface-linkdown@B likely', 'rejected-by-network@null likely']);
    expect(kinds(causes(',UP,NO-CARRIER'))[0]).toBe('interface-linkdown@B likely');
    expect(causes('')[0].sources[0].span.source.path).toBe('ip-addr.txt');
    expect(kinds(causes(',UP,LOWER_UP'))).toEqual(['rejected-by-network@null likely']);
  });

  it('does not where ARP is seen on that card at the time', () => {
    const { first, last } = unreachable;
    const [example] = unreachable.evidence;
    const tell = ip('10.4.0.1');
    const answer = { host: 'B', interface: 'eth1', direction: 'in', target: tell, tell, count: 1 } as const;
    const answers = [{ ...answer, mac: '02:00:00:00:00:01', first, last, example }];
    expect(kinds(causes('', { answers }))).toEqual(['rejected-by-network@null likely']);
  });

  it('tells the same of a reply that finds the card of the originator down', () => {
    const way = 'eth1 10.2.0.100 > 10.4.0.100';
    const replied = found({
      kind: 'reply-lost',
      requestLeft: way,
      requestReached: way,
      replyLeft: 'eth1 10.4.0.100 > 10.2.0.100',
    });
    const [example] = replied.examples;
    const back = sighting({ ...error(seen, '10.4.0.1'), dst: ip('10.4.0.100'), target: ip('10.2.0.100') });
    const lost = { ...replied, examples: [{ ...example, errors: [back] }] };
    const told = causesOf(lost, host('A', { ...A, addr: withEth1(A.addr, '') }), host('B', B));
    expect(kinds(told)).toEqual(['interface-linkdown@A likely', 'rejected-by-network@null likely']);
  });
});
