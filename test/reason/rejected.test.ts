import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/finding/finding.ts';
import { ip, sighting } from '../report/fixture.ts';
import { A, B, causesOf, found, host, kinds } from './support/story.ts';

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
