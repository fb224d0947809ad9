import { describe, expect, it } from 'vitest';
import type { NeighbourQuestion } from '../../src/exchange/correlation.ts';
import type { ReasonContext } from '../../src/reason/context.ts';
import { verdictOf } from '../../src/reason/verdict.ts';
import { finding, ip, sighting } from '../report/fixture.ts';
import { A, B, causesBeside, type Files, found, host, kinds } from './support/story.ts';

const { first, last } = finding({});
const asked = (name: string, target: string, tell: string, count = 3): NeighbourQuestion => ({
  host: name,
  interface: 'eth1',
  failures: [],
  target: ip(target),
  tell: ip(tell),
  count,
  first,
  last,
  examples: [sighting({ host: name, interface: 'eth1', file: `${name}/any.pcap`, frame: 8 })],
});
const unreachable = (src: string, target: string, host: string) =>
  sighting({
    kind: 'icmp-error',
    host,
    interface: 'eth1',
    direction: 'in',
    src: ip(src),
    target: ip(target),
    icmpType: 3,
    icmpCode: 1,
  });

describe('an address that nobody bears, and that a host of ours hears somebody look for', () => {
  const request = found({
    kind: 'rejected',
    requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
    more: { responder: null },
  });
  const error = unreachable('10.2.0.1', '10.4.0.100', 'A');
  const rejected = { ...request, evidence: [...request.evidence, error] };
  const mistyped = { ...B, addr: B.addr.replace('10.4.0.100/24', '10.4.0.10/24') };
  const told = (beside: Partial<ReasonContext>, b: Files = mistyped) =>
    causesBeside(rejected, beside, host('A', A), host('B', b));

  it('is missing on that link, and the network did not lose the packet', () => {
    const causes = told({ overheard: [asked('B', '10.4.0.100', '10.4.0.1')] });
    expect(kinds(causes)).toEqual(['next-hop-unresolved@null likely', 'rejected-by-network@null likely']);
    expect(causes[0].sources[0].label).toBe('bears this, not 10.4.0.100');
    const verdict = verdictOf([{ finding: rejected, causes }], { total: 1, answered: 0, undecided: 0 });
    expect(verdict.party).toBe('host');
  });

  it('is gone with all others of IPv6 where that is disabled on the card', () => {
    const [src, dst] = ['fd00:2::100', 'fd00:4::100'];
    const sent = found({ kind: 'rejected', requestLeft: `eth1 ${src} > ${dst}`, more: { responder: null } });
    const one = {
      ...sent,
      evidence: [...sent.evidence, { ...unreachable('fd00:2::1', dst, 'A'), icmpType: 1, icmpCode: 3 }],
    };
    const question = asked('B', dst, 'fe80::1');
    const cause = (value: number, rules: string) => {
      const b = host('B', { ...B, rules, sysctl: `net.ipv6.conf.eth1.disable_ipv6 = ${value}` });
      return causesBeside(one, { overheard: [{ ...question, target: ip(dst) }] }, host('A', A), b)[0];
    };
    const plain = '0: from all lookup local\n32766: from all lookup main';
    const off = cause(1, plain);
    expect(kinds([off])).toEqual(['next-hop-unresolved@null likely']);
    expect(off.sentence).toContain('and IPv6 is disabled on eth1 of B');
    expect(off.sources[0].label).toBe('no IPv6 on eth1');
    expect(kinds([cause(1, `${plain}\n104: from ${dst} lookup 104`)])).toEqual([
      'next-hop-unresolved@B likely',
    ]);
    expect(cause(0, plain).sentence).toContain('no host supplied is known to bear that address');
  });

  it('may be there where it was asked for once, or somebody answered, or a host bears it', () => {
    const question = asked('B', '10.4.0.100', '10.4.0.1');
    const answer = { ...question, direction: 'in', mac: '02:00:00:00:00:04', example: error } as const;
    const blames = ['rejected-by-network@null likely'];
    expect(kinds(told({ overheard: [{ ...question, count: 1 }] }))).toEqual(blames);
    expect(kinds(told({ overheard: [question], answers: [answer] }))).toEqual(blames);
    expect(kinds(told({ overheard: [question] }, B))).toEqual(blames);
  });
});

describe('a host that sends from an address which it does not bear', () => {
  const way = 'eth1 10.2.0.222 > 10.4.0.100';
  const lost = found({
    kind: 'reply-lost',
    requestLeft: way,
    requestReached: way,
    replyLeft: 'eth1 10.4.0.100 > 10.2.0.222',
  });
  const errors = [unreachable('10.4.0.1', '10.2.0.222', 'B')];
  const refused = { ...lost, examples: [{ ...lost.examples[0], errors }] };
  const nft = `table ip n {
	chain post {
		type nat hook postrouting priority srcnat; policy accept;
		oifname "eth1" snat to 10.2.0.222
	}
}`;
  const overheard = [asked('A', '10.2.0.222', '10.2.0.1')];
  const told = (one: typeof lost, a: Partial<Files>, beside: Partial<ReasonContext> = { overheard }) =>
    causesBeside(one, beside, host('A', { ...A, ...a }), host('B', B));

  it('gets no answer to it, by its own rule', () => {
    const causes = told(refused, { nft });
    expect(kinds(causes)).toEqual(['next-hop-unresolved@A', 'rejected-by-network@null likely']);
    expect(causes[0].sources[0].label).toBe('writes this source');
    expect(causes[0].sentence).toBe(
      'A sends from 10.2.0.222, which it does not bear, and so does not answer ARP requests for 10.2.0.222 on eth1',
    );
  });

  it('likely gets none where no rule is known, or no router said so', () => {
    expect(kinds(told(refused, {}))[0]).toBe('next-hop-unresolved@A likely');
    expect(kinds(told(lost, { nft }))).toEqual(['next-hop-unresolved@A likely']);
  });

  it('is not accused where nobody is heard to look for it in vain', () => {
    expect(kinds(told(lost, { nft }, {}))).toEqual(['lost-in-network@null']);
  });
});
