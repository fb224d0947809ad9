import { describe, expect, it } from 'vitest';
import { addNanos } from '../../src/addr/time.ts';
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

  it("is the network's where somebody sends it who is none of the hosts", () => {
    const elsewhere = (one: Finding): Finding => {
      const evidence = one.evidence.map((seen) =>
        seen.kind === 'icmp-error' ? { ...seen, src: ip('10.4.0.1'), direction: 'in' as const } : seen,
      );
      return { ...one, evidence };
    };
    expect(kinds(told(elsewhere(rejected('10.9.9.9', 3, 0))))).toEqual(['rejected-by-network@null']);
    expect(kinds(told(elsewhere(rejected('10.9.9.9', 11, 0))))).toEqual(['ttl-exceeded@null']);
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
    // Seen before the first packet, it tells nothing of later.
    const before = [{ ...answers[0], first: addNanos(first, -2e9), last: addNanos(first, -1e9) }];
    expect(kinds(causes('', { answers: before }))[0]).toBe('interface-linkdown@B likely');
  });

  it('does so where the router has lost the network on that link', () => {
    const lost = sighting({ ...unreachable.evidence.at(-1), icmpCode: 0 });
    const evidence = [...unreachable.evidence.slice(0, -1), lost];
    const b = host('B', { ...B, addr: withEth1(B.addr, ',UP,NO-CARRIER') });
    expect(kinds(causesOf({ ...unreachable, evidence }, host('A', A), b))).toEqual([
      'interface-linkdown@B likely',
      'rejected-by-network@null',
    ]);
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

/** B passes packets on, and has no firewall. */
const router = {
  ...B,
  sysctl: `net.ipv4.ip_forward = 1
net.ipv4.conf.all.forwarding = 1
net.ipv4.conf.eth0.forwarding = 1
net.ipv4.conf.eth1.forwarding = 1
net.ipv4.conf.all.rp_filter = 0
net.ipv4.conf.eth0.rp_filter = 0
net.ipv4.conf.eth1.rp_filter = 0`,
};

describe('an ICMP error of a host that was not asked itself', () => {
  const by = (files: Parameters<typeof host>[1], type: number, code: number) =>
    causesOf(rejected('10.9.9.9', type, code), host('A', A), host('B', files));

  it('is the doing of its own route', () => {
    const [cause] = by({ ...router, routes: `${B.routes}\nunreachable 10.9.9.0/24` }, 3, 1);
    expect(kinds([cause])).toEqual(['route-refuses@B']);
    expect(cause.notes).toEqual(['B does not bear 10.9.9.9: if it should, that address is missing from it']);
    expect(kinds(by({ ...router, routes: `${B.routes}\nprohibit 10.9.9.0/24` }, 3, 13))).toEqual([
      'route-refuses@B',
    ]);
  });

  it('or of its firewall', () => {
    const nft = `table ip t {
	chain f {
		type filter hook forward priority filter; policy accept;
		ip daddr 10.9.9.9 reject
	}
}`;
    expect(kinds(by({ ...router, nft }, 3, 3))).toEqual(['firewall-rejects@B']);
  });

  it('is not explained where what its state tells would be silent, or let it pass', () => {
    const silent = { ...router, routes: `${B.routes}\nblackhole 10.9.9.0/24` };
    expect(kinds(by(silent, 3, 13))).toEqual(['unexplained@B possible']);
    expect(kinds(by(router, 3, 13))).toEqual(['unexplained@B possible']);
  });

  it('leaves open who is silent behind it', () => {
    const [cause] = by(router, 3, 1);
    expect(kinds([cause])).toEqual(['rejected-by-network@null likely']);
    expect(cause.sentence).toBe('10.4.0.100 (B), on the way, answered "host unreachable"');
  });

  it('is not its own where it only passed it on', () => {
    const finding = rejected('10.9.9.9', 3, 13);
    const error = finding.evidence.find((one) => one.kind === 'icmp-error');
    if (!error) throw new Error('no error');
    const behind = { ...error, direction: 'in' as const, interface: 'eth0', src: ip('10.8.0.1') };
    const [example] = finding.examples;
    const passed = { ...finding, examples: [{ ...example, errors: [behind, error] }] };
    expect(kinds(causesOf(passed, host('A', A), host('B', router)))).toEqual(['rejected-by-network@null']);
  });

  it('is known by its own capture alone, and then not why', () => {
    const [cause] = causesOf(rejected('10.9.9.9', 3, 13), host('A', A));
    expect(cause).toMatchObject({ kind: 'not-enough-information', host: null });
    expect(cause.sentence).toContain('B itself (10.4.0.100) answered "administratively prohibited"');
  });
});
