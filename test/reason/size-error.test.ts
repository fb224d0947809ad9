import { describe, expect, it } from 'vitest';
import { ip, sighting } from '../report/fixture.ts';
import { A, B, causesBeside, type Files, found, host, kinds } from './support/story.ts';

/** Large segments of A get lost; a router tells it what its next link takes, or nobody does. */
const lost = found({
  kind: 'data-lost',
  protocol: 'tcp',
  port: 80,
  requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
  requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
});
const error = sighting({
  kind: 'icmp-error',
  host: 'A',
  interface: 'eth1',
  direction: 'in',
  src: ip('10.2.0.1'),
  dst: ip('10.2.0.100'),
  target: ip('10.4.0.100'),
  icmpType: 3,
  icmpCode: 4,
  mtu: 1400,
});
const told = { ...lost, examples: [{ ...lost.examples[0], errors: [error] }] };
const chain = (rules: string) => `table inet filter {
	chain input {
		type filter hook input priority filter; policy accept;
		${rules}
	}
}`;
const causes = (one: typeof lost, a: Partial<Files>, icmpSeen = new Set(['A', 'B'])) =>
  causesBeside(one, { icmpSeen }, host('A', { ...A, ...a }), host('B', B));

describe('a sender that was told the size and sends as large as before', () => {
  it('drops the error by a rule of its own', () => {
    const [cause] = causes(told, { nft: chain('ip protocol icmp drop') });
    expect(kinds([cause])).toEqual(['firewall-drops@A']);
    expect(cause.notes[0]).toBe(
      '10.2.0.1, whose next link takes 1400 bytes, told A so, and A sends as large as before',
    );
  });

  it('is to blame, not the network, where its rules let in what belongs to a connection', () => {
    const nft = chain('ct state established,related accept\n\t\tip protocol icmp drop');
    expect(kinds(causes(told, { nft }))).toEqual(['path-mtu@A likely']);
  });
});

describe('a sender of which no capture shows that it was told', () => {
  it('is not, where ICMP is captured and its rules would let the error in', () => {
    expect(kinds(causes(lost, {}))).toEqual(['path-mtu@null']);
  });

  it('may have been, where the capture shows no ICMP', () => {
    const [cause] = causes(lost, {}, new Set(['B']));
    expect(kinds([cause])).toEqual(['path-mtu@null likely']);
    expect(cause.notes.at(-1)).toContain('the capture of A shows no ICMP at all');
  });

  it('would drop the error all the same by its own rules', () => {
    expect(kinds(causes(lost, { nft: chain('ip protocol icmp drop') }))).toEqual([
      'firewall-drops@A likely',
      'path-mtu@null',
    ]);
  });
});
