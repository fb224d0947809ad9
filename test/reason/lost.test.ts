import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/finding/finding.ts';
import { ip, sighting } from '../report/fixture.ts';
import { A, B, causesOf, type Files, found, host, kinds } from './support/story.ts';

const lost = found({
  kind: 'reply-lost',
  requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
  requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
  replyLeft: 'eth1 10.4.0.100 > 10.2.0.100',
});

function withError(finding: Finding, icmpType: number, src: string): Finding {
  const [example] = finding.examples;
  const error = sighting({
    kind: 'icmp-error',
    host: 'B',
    interface: 'eth1',
    direction: 'in',
    icmpType,
    icmpCode: icmpType === 3 ? 13 : 0,
    src: ip(src),
    dst: ip('10.4.0.100'),
    target: ip('10.2.0.100'),
  });
  return { ...finding, examples: [{ ...example, errors: [error] }] };
}

const told = (finding: Finding, a: Partial<Files> = {}) =>
  causesOf(finding, host('A', { ...A, ...a }), host('B', B));

describe('a reply that did not arrive', () => {
  it('was lost in the network, where nothing more is known', () => {
    expect(kinds(told(lost))).toEqual(['lost-in-network@null']);
  });

  it('was refused on its way, where a router told its sender so', () => {
    expect(kinds(told(withError(lost, 3, '10.4.0.1')))).toEqual(['rejected-by-network@null']);
  });

  it('ran out of time to live, where a router told its sender so', () => {
    const [cause] = told(withError(lost, 11, '10.4.0.1'));
    expect(cause.kind).toBe('ttl-exceeded');
    expect(cause.notes[0]).toMatch(/^the reply left B with TTL \d+$/);
  });

  it("is no matter of what the sender's own kernel says to itself", () => {
    expect(kinds(told(withError(lost, 3, '10.4.0.100')))).toEqual(['lost-in-network@null']);
  });

  it("is none of the network's where its receiver complains: it reached that one", () => {
    expect(kinds(told(withError(lost, 3, '10.2.0.100')))).toEqual(['lost-in-network@null']);
  });

  it('is judged by the state of its receiver, where that was not captured', () => {
    const missing = [{ kind: 'no-capture', host: 'A', role: 'originator' }] as const;
    const uncaptured = {
      ...lost,
      path: { ...lost.path, requestLeft: null },
      witness: { ...lost.witness, originatorCovered: false, missing },
    };
    const strict = { sysctl: 'net.ipv4.conf.all.rp_filter = 1\nnet.ipv4.conf.eth1.rp_filter = 1' };
    expect(kinds(told(uncaptured, strict))).toEqual(['rp-filter-strict@A likely']);
    expect(kinds(told(lost, strict))).toEqual(['lost-in-network@null']);
  });

  it('is judged by the tables where only its leaving was captured', () => {
    const seen = (device: string) => ({
      ...lost,
      path: { ...lost.path, requestReached: null, replyLeft: { ...lost.path.replyLeft!, interface: device } },
    });
    const [cause] = told(seen('eth0'));
    expect(kinds([cause])).toEqual(['default-route-only@B likely']);
    expect(cause.notes.at(-1)).toBe(
      'where the request came in is not seen; eth1 is taken for it, which bears 10.4.0.100',
    );
    // The tables say otherwise.
    expect(kinds(told(seen('eth1')))).toEqual(['not-enough-information@null possible']);
  });
});

describe('a reply whose request is not seen to come in', () => {
  const unseen = (replyLeft: string): Finding =>
    found({ kind: 'reply-lost', requestLeft: 'eth1 10.2.0.100 > 10.4.0.100', replyLeft });
  const missing = (causes: ReturnType<typeof told>) =>
    causes.flatMap((one) => one.missing.map(({ what }) => what));

  it('is taken to be asked for where the address is, and the tables tell', () => {
    const causes = told(unseen('eth0 10.4.0.100 > 10.2.0.100'));
    expect(kinds(causes)).toEqual(['default-route-only@B likely']);
    expect(causes[0].notes.at(-1)).toBe(
      'where the request came in is not seen; eth1 is taken for it, which bears 10.4.0.100',
    );
    expect(missing(causes)).toEqual([
      'a capture on eth1 of B, begun before the request: whether it came in there or on eth0, by which the reply left',
    ]);
  });

  it('is open where it left by that interface, or the tables tell otherwise: a capture is missing, no file', () => {
    const same = told(unseen('eth1 10.4.0.100 > 10.2.0.100'));
    expect(kinds(same)).toEqual(['not-enough-information@null possible']);
    expect(missing(same)).toEqual([
      'a capture on all interfaces of B, begun before the request: whether it came in there or on eth1, by which the reply left',
    ]);
    const routes = `${B.routes}\n10.2.0.0/24 via 10.4.0.1 dev eth1`;
    const other = causesOf(unseen('eth0 10.4.0.100 > 10.2.0.100'), host('A', A), host('B', { ...B, routes }));
    expect(kinds(other)).toEqual(['not-enough-information@null possible']);
  });

  it('is open behind a box that translates addresses', () => {
    const translated = found({
      kind: 'reply-lost',
      requestLeft: 'eth1 10.2.0.100 > 10.3.0.100',
      replyLeft: 'eth0 10.4.0.100 > 10.2.0.100',
    });
    expect(kinds(told(translated))).toEqual(['not-enough-information@null possible']);
  });

  it('misses the list of addresses where not even the interface it left by is known', () => {
    const nameless = unseen('eth0 10.4.0.100 > 10.2.0.100');
    const { replyLeft } = nameless.path;
    const finding = {
      ...nameless,
      path: { ...nameless.path, replyLeft: replyLeft && { ...replyLeft, interface: null } },
    };
    expect(missing(told(finding))[0]).toMatch(/^ip addr \(on B\)/);
  });
});
