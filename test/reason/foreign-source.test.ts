import { describe, expect, it } from 'vitest';
import type { Sighting } from '../../src/exchange/sighting.ts';
import type { Finding } from '../../src/finding/finding.ts';
import { ip, sighting } from '../report/fixture.ts';
import { A, B, causesOf, found, host, kinds } from './support/story.ts';

const snat = (address: string) => `table ip n {
	chain post {
		type nat hook postrouting priority srcnat; policy accept;
		oifname "eth1" snat to ${address}
	}
}`;
const asked = (source: string, replyLeft = 'eth0') =>
  found({
    kind: replyLeft === 'eth0' ? 'asymmetric-reply' : 'reply-lost',
    requestLeft: `eth1 ${source} > 10.4.0.100`,
    requestReached: `eth1 ${source} > 10.4.0.100`,
    replyLeft: `${replyLeft} 10.4.0.100 > ${source}`,
  });

/** A router tells B that its reply is going nowhere; code 0: network unreachable. */
function complained(one: Finding, router: string, icmpCode = 0, more: Partial<Sighting>[] = []): Finding {
  const [example] = one.examples;
  const [{ src }] = example.requests;
  const error = sighting({
    kind: 'icmp-error',
    host: 'B',
    direction: 'in',
    src: ip(router),
    dst: ip('10.4.0.100'),
    target: src,
    icmpType: 3,
    icmpCode,
  });
  const requests = [
    ...example.requests,
    ...more.map((fields) => sighting({ ...example.requests[0], ...fields })),
  ];
  return { ...one, examples: [{ ...example, requests, errors: [error] }] };
}

const told = (one: Finding, a = host('A', A)) => kinds(causesOf(one, a, host('B', B)));

describe('a source that a rule of the originator writes and that it does not bear', () => {
  const a = host('A', { ...A, nft: snat('10.9.9.9') });

  it('is the cause where the router on the way home knows no way back, and no route of the responder is', () => {
    const causes = causesOf(complained(asked('10.9.9.9'), '10.4.0.1'), a, host('B', B));
    expect(kinds(causes)).toEqual(['request-source-foreign@A likely']);
    expect(causes[0].sources[0].where).toBe('chain ip n post');
    expect(causes[0].sentence).toContain('10.4.0.1 answered the reply to it "network unreachable"');
  });

  it('comes before the route of the responder where another router, or none, says so', () => {
    const both = ['request-source-foreign@A likely', 'default-route-only@B possible'];
    expect(told(complained(asked('10.9.9.9'), '10.3.0.1'), a)).toEqual(both);
    expect(told(asked('10.9.9.9'), a)).toEqual(both);
  });

  it('loses a reply that took the right way, with or without a word of a router', () => {
    expect(told(asked('10.9.9.9', 'eth1'), a)).toEqual(['request-source-foreign@A likely']);
    const neighbour = complained(asked('10.2.0.222', 'eth1'), '10.4.0.1', 1);
    const b = host('A', { ...A, nft: snat('10.2.0.222') });
    expect(told(neighbour, b)).toEqual(['request-source-foreign@A likely']);
  });

  it('is no cause where others that asked so got their answer', () => {
    expect(told({ ...asked('10.9.9.9', 'eth1'), answeredAlike: 9 }, a)).toEqual(['lost-in-network@null']);
    expect(told({ ...asked('10.9.9.9'), answeredAlike: 9 }, a)).toEqual(['default-route-only@B']);
  });

  it('leaves the route of the responder in doubt where no rule is known to write it', () => {
    const causes = causesOf(asked('10.9.9.9'), host('A', A), host('B', B));
    expect(kinds(causes)).toEqual(['default-route-only@B likely']);
    expect(causes[0].notes[0]).toContain('A does not bear 10.9.9.9, from which it asked');
  });
});

describe('a router that knows no way back to the originator itself', () => {
  it('is the network`s where the way home leads to it, too', () => {
    const causes = causesOf(complained(asked('10.2.0.100'), '10.4.0.1'), host('A', A), host('B', B));
    expect(kinds(causes)).toEqual(['rejected-by-network@null likely']);
    expect(causes[0].notes[0]).toContain('by that it would have come to the same');
  });

  it('leaves the route that led to it likely', () => {
    const causes = causesOf(complained(asked('10.2.0.100'), '10.3.0.1'), host('A', A), host('B', B));
    expect(kinds(causes)).toEqual(['default-route-only@B likely']);
    expect(causes[0].notes[0]).toContain('10.3.0.1 answered the reply "network unreachable"');
    expect(causes[0].notes.join()).not.toContain('is free to drop');
  });

  it('is none that filters', () => {
    expect(told(complained(asked('10.2.0.100'), '10.4.0.1', 13))).toEqual(['default-route-only@B']);
  });
});

describe('a source that a host passed on untranslated', () => {
  const gateway = host('G', {
    addr: `2: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet 10.2.0.100/24 scope global eth1
4: docker0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet 172.17.0.1/16 scope global docker0`,
    routes: 'default via 10.2.0.1 dev eth1',
  });
  const passed = [
    { host: 'G', interface: 'docker0', direction: 'in' },
    { host: 'G', interface: 'eth1', direction: 'out' },
  ] as const;
  const one = (router = '10.4.0.1') => {
    const { path, ...lost } = complained(asked('172.17.0.2'), router, 0, [...passed]);
    return { ...lost, originator: null, path: { ...path, requestLeft: null } };
  };

  it('is the cause where the router on the way home knows no way back', () => {
    const [cause, ...others] = causesOf(one(), gateway, host('B', B));
    expect(kinds([cause, ...others])).toEqual(['request-source-foreign@G likely']);
    expect(cause.sentence).toContain('G passes on what 172.17.0.2 sends without translating its source');
  });

  it('is none where the way back leads to that host', () => {
    expect(kinds(causesOf(one('10.2.0.100'), gateway, host('B', B)))).toEqual([
      'default-route-only@B likely',
    ]);
    const back = one();
    const [example] = back.examples;
    const replies = [...example.replies, sighting({ ...example.replies[0], host: 'G', direction: 'in' })];
    const came = { ...back, examples: [{ ...example, replies }] };
    expect(kinds(causesOf(came, gateway, host('B', B)))).toEqual(['rejected-by-network@null likely']);
  });
});
