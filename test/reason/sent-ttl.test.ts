import { describe, expect, it } from 'vitest';
import type { Sighting } from '../../src/exchange/sighting.ts';
import type { Finding } from '../../src/finding/finding.ts';
import { ip, sighting } from '../report/fixture.ts';
import { A, B, causesOf, type Files, found, host, kinds } from './support/story.ts';

const FORTH = 'eth1 10.2.0.100 > 10.4.0.100';
const BACK = 'eth1 10.4.0.100 > 10.2.0.100';

/** Time exceeded, as a router says it to the sender of the packet. */
function exceeded(to: 'A' | 'B'): Sighting {
  const [own, other] = to === 'A' ? ['10.2.0.100', '10.4.0.100'] : ['10.4.0.100', '10.2.0.100'];
  return sighting({
    kind: 'icmp-error',
    host: to,
    interface: 'eth1',
    direction: 'in',
    icmpType: 11,
    src: ip(to === 'A' ? '10.2.0.1' : '10.4.0.1'),
    dst: ip(own),
    target: ip(other),
  });
}

function withTtl(finding: Finding, ttl: number, error: Sighting | null): Finding {
  const [example] = finding.examples;
  const { requests, replies } = example;
  const small = (one: Sighting) => ({ ...one, ttl });
  const errors = error ? [error] : [];
  const packets = error?.host === 'A' ? { requests: requests.map(small) } : { replies: replies.map(small) };
  return {
    ...finding,
    evidence: [...finding.evidence, ...errors],
    examples: [{ ...example, ...packets, errors }],
  };
}

const request = (ttl: number) => withTtl(found({ kind: 'rejected', requestLeft: FORTH }), ttl, exceeded('A'));
const lost = found({ kind: 'reply-lost', requestLeft: FORTH, requestReached: FORTH, replyLeft: BACK });
const reply = (ttl: number) => withTtl(lost, ttl, exceeded('B'));

const told = (finding: Finding, a: Partial<Files> = {}, b: Partial<Files> = {}) =>
  causesOf(finding, host('A', { ...A, ...a }), host('B', { ...B, ...b }));
const line = (finding: Finding, a: Partial<Files>, b: Partial<Files>) => {
  const [{ sources }] = told(finding, a, b);
  return sources.map(({ span: { source, start, end } }) => source.text.slice(start, end).trim());
};

const chain = (hook: string, rule: string) => `table ip t {
	chain c {
		type filter hook ${hook} priority filter; policy accept;
		${rule}
	}
}`;

describe('a packet whose TTL ran out', () => {
  it('is the doing of the host that sent it with 1', () => {
    expect(kinds(told(request(1)))).toEqual(['ttl-exceeded@A']);
    expect(kinds(told(reply(1)))).toEqual(['ttl-exceeded@B']);
    expect(told(reply(1))[0].notes[0]).toContain('nothing in the files of B sets it');
  });

  it('probably, where the TTL is more than 1 and still small', () => {
    expect(kinds(told(request(9)))).toEqual(['ttl-exceeded@A likely']);
  });

  it("is the network's where it was sent with a large one", () => {
    expect(kinds(told(request(64)))).toEqual(['ttl-exceeded@null']);
    expect(told(request(64))[0].notes[0]).toBe('the request left A with TTL 64');
  });

  it('names the line that sets it: a rule', () => {
    const nft = chain('output', 'icmp type echo-reply ip ttl set 1');
    expect(line(reply(1), {}, { nft })).toEqual(['icmp type echo-reply ip ttl set 1']);
    expect(line(request(1), { nft: chain('postrouting', 'oif "eth1" ip ttl set 1') }, {})).toEqual([
      'oif "eth1" ip ttl set 1',
    ]);
  });

  it('a route', () => {
    const routes = `${B.routes}\n10.2.0.0/24 via 10.4.0.1 dev eth1 hoplimit 1`;
    expect(line(reply(1), {}, { routes })).toEqual(['10.2.0.0/24 via 10.4.0.1 dev eth1 hoplimit 1']);
  });

  it('or the default, unless they set another', () => {
    const sysctl = 'net.ipv4.conf.all.rp_filter = 0\nnet.ipv4.ip_default_ttl = 1';
    expect(line(reply(1), {}, { sysctl })).toEqual(['net.ipv4.ip_default_ttl = 1']);
    const routes = `${B.routes}\n10.2.0.0/24 via 10.4.0.1 dev eth1 hoplimit 7`;
    expect(line(reply(1), {}, { sysctl, routes })).toEqual([]);
    expect(line(reply(1), {}, { nft: chain('output', 'ip ttl set 7') })).toEqual([]);
  });

  it('is left open where the capture of its sender is missing and it comes by with a small TTL', () => {
    const [example] = request(3).examples;
    const passing = example.requests.map((one) => ({ ...one, host: 'R', direction: 'in' as const }));
    const seen = { ...request(3), examples: [{ ...example, requests: passing }] };
    const [cause] = told(seen);
    expect(cause).toMatchObject({ kind: 'not-enough-information', host: null });
    expect(cause.missing.map(({ what }) => what)).toEqual(['a capture on A']);
  });

  it('is no fault where a tool looks for the way', () => {
    const [cause] = told({ ...request(1), level: 'note', probing: true });
    expect(kinds([cause])).toEqual(['ttl-exceeded@null']);
    expect(cause.notes).toEqual(['its TTL was made to run out there, as those of traceroute and mtr are']);
  });

  it('nor where nobody says what became of its probe, or the kernel resets what its SYN got', () => {
    const probe = { ...request(9), level: 'note', probing: true } as const;
    const [silent] = told({ ...probe, kind: 'request-lost' });
    expect(silent).toMatchObject({ kind: 'not-enough-information', host: null });
    expect(told({ ...probe, kind: 'reply-not-accepted', protocol: 'tcp' })).toEqual([]);
  });

  it('is no matter of the network either where no router says so', () => {
    const silent = { ...withTtl(lost, 1, null) };
    expect(kinds(told(silent))).toEqual(['ttl-exceeded@B likely']);
    expect(kinds(told(withTtl(lost, 2, null)))).toEqual(['lost-in-network@null']);
  });

  it('went in a circle through the host that sends it on and gets it back', () => {
    const sysctl = ['all', 'eth0', 'eth1']
      .flatMap((name) => [`net.ipv4.conf.${name}.forwarding = 1`, `net.ipv4.conf.${name}.rp_filter = 0`])
      .join('\n');
    const asked = found({ kind: 'rejected', requestLeft: 'eth1 10.2.0.100 > 192.0.2.10' });
    const [example] = asked.examples;
    const [left] = example.requests;
    const at = (device: string, direction: 'in' | 'out', ttl: number) =>
      ({ ...left, host: 'B', interface: device, direction, ttl }) as const;
    const turns = [at('eth1', 'in', 63), at('eth0', 'out', 62)];
    const error = exceeded('A');
    const round = (...requests: Sighting[]): Finding => ({
      ...asked,
      responder: null,
      evidence: [...asked.evidence, error],
      examples: [{ ...example, requests: [{ ...left, ttl: 64 }, ...requests], errors: [error] }],
    });
    const [cause] = told(round(...turns, at('eth1', 'in', 61)), {}, { sysctl });
    expect(kinds([cause])).toEqual(['ttl-exceeded@B likely']);
    expect(cause.sentence).toBe(
      'the request for 192.0.2.10 goes in a circle: B sends on what comes for it by eth0, and gets it back on eth1, until its TTL is used up',
    );
    expect(cause.sources[0].label).toBe('chosen, the only match');
    expect(cause.notes[0]).toContain('B does not bear 192.0.2.10');
    expect(kinds(told(round(...turns), {}, { sysctl }))).toEqual(['ttl-exceeded@null']);
    // The same packet, seen again on another interface of a bridge.
    expect(kinds(told(round(...turns, at('br0', 'in', 63)), {}, { sysctl }))).toEqual(['ttl-exceeded@null']);
  });
});
