import { describe, expect, it } from 'vitest';
import { ip, sighting } from '../report/fixture.ts';
import { A, B, causesOf, found, host, kinds } from './support/story.ts';

const balancer = {
  ...B,
  nft: `table ip nat {
	chain prerouting {
		type nat hook prerouting priority dstnat; policy accept;
		tcp dport 80 dnat to 10.3.0.50:8080
	}
}`,
  sysctl: ['all', 'eth0', 'eth1']
    .flatMap((place) => ['forwarding = 1', 'rp_filter = 0'].map((set) => `net.ipv4.conf.${place}.${set}`))
    .concat('net.ipv4.ip_forward = 1')
    .join('\n'),
};
const story = {
  kind: 'wrong-source',
  protocol: 'tcp',
  port: 80,
  requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
  requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
  replyReached: 'eth1 10.3.0.50 > 10.2.0.100',
} as const;
const passedOn = sighting({
  kind: 'syn',
  host: 'B',
  interface: 'eth0',
  direction: 'out',
  src: ip('10.2.0.100'),
  dst: ip('10.3.0.50'),
});
const covered = { originatorCovered: true, responderCovered: true, missing: [] };

/** As `found` has it, with the request seen leaving B translated. */
function seenPassingOn(witness = covered) {
  const one = found({ ...story, more: { witness } });
  const [example] = one.examples;
  return { ...one, examples: [{ ...example, requests: [...example.requests, passedOn] }] };
}

describe('an answer of somebody to whom the host asked passed the request on', () => {
  it('misses the host that translated, which is seen passing it on', () => {
    const [cause] = causesOf(seenPassingOn(), host('A', A), host('B', balancer));
    expect(kinds([cause])).toEqual(['reply-bypasses-nat@B']);
    expect(cause.sources[0].label).toBe('translates the address asked');
    expect(cause.sentence).toContain('B translates 10.4.0.100 to 10.3.0.50 and passes the request on');
  });

  it('is seen to do so without the rules, and less surely where not all of its cards are captured', () => {
    expect(kinds(causesOf(seenPassingOn(), host('A', A), host('B', { ...B, nft: null })))).toEqual([
      'reply-bypasses-nat@B',
    ]);
    const partly = seenPassingOn({ ...covered, responderCovered: false });
    expect(kinds(causesOf(partly, host('A', A), host('B', balancer)))).toEqual([
      'reply-bypasses-nat@B likely',
    ]);
  });

  it('is likely where only the rules tell it', () => {
    const [cause] = causesOf(found(story), host('A', A), host('B', balancer));
    expect(kinds([cause])).toEqual(['reply-bypasses-nat@B likely']);
  });

  it('is no such answer where the address is the host`s own, or the answer passed the host', () => {
    const own = { ...story, replyReached: 'eth1 10.3.0.100 > 10.2.0.100' };
    expect(kinds(causesOf(found(own), host('A', A), host('B', B)))).not.toContain('reply-bypasses-nat@B');
    const through = { ...story, replyLeft: 'eth1 10.3.0.50 > 10.2.0.100' };
    expect(kinds(causesOf(found(through), host('A', A), host('B', balancer)))).not.toContain(
      'reply-bypasses-nat@B',
    );
  });
});

describe('an answer of a server that was given, too', () => {
  const withLinkLocal = (addr: string) => `${addr}\n    inet6 fe80::5/64 scope link`;
  /** S answers by eth0, the request came in by eth1; B, which translated it, is on the link of neither unless told. */
  const server = (addr = '10.5.0.100/24') => {
    const at = addr.split('/')[0];
    return host('S', {
      addr: withLinkLocal(B.addr).replace('10.4.0.100/24', addr).replace('10.3.0.100/24', '10.6.0.100/24'),
      routes: `default via 10.6.0.1 dev eth0
10.6.0.0/24 dev eth0 proto kernel scope link src 10.6.0.100
local ${at} dev eth1 table local proto kernel scope host src ${at}`,
    });
  };
  const nft = balancer.nft.replace('10.3.0.50', '10.5.0.100');
  const told = (translator: string | null, at = '10.5.0.100') => {
    const own = { host: 'S', src: ip('10.2.0.100'), dst: ip(at), kind: 'syn', destinationPort: 80 } as const;
    const one = found({ ...story, requestReached: null, replyReached: `eth1 ${at} > 10.2.0.100` });
    const [example] = one.examples;
    const requests = [
      ...example.requests,
      sighting({ ...own, host: 'B', dst: ip('10.4.0.100'), interface: 'eth1', direction: 'in' }),
      sighting({ ...own, host: 'B', interface: 'eth0', direction: 'out' }),
      sighting({ ...own, interface: 'eth1', direction: 'in' }),
    ];
    const path = {
      ...one.path,
      requestReached: { host: 'S', interface: 'eth1', src: ip('10.2.0.100') },
      replyLeft: { host: 'S', interface: 'eth0', src: ip(at) },
    };
    return { ...one, responder: 'S', translator, path, examples: [{ ...example, requests }] };
  };
  const b = host('B', { ...balancer, addr: withLinkLocal(B.addr), nft });

  it('misses the host that translated, to which no route of the server leads', () => {
    const [cause, ...others] = causesOf(told('B'), host('A', A), b, server());
    expect(kinds([cause, ...others])).toEqual(['reply-bypasses-nat@B likely']);
    expect(cause.sentence).toContain('B translates 10.4.0.100 to 10.5.0.100 and passes the request on');
    expect(cause.sources[0].label).toBe('translates the address asked');
  });

  it('would pass it by the right interface where both are on one link', () => {
    const near = told('B', '10.3.0.50');
    expect(kinds(causesOf(near, host('A', A), b, server('10.3.0.50/24')))).toEqual(['reply-bypasses-nat@S']);
  });

  it('is judged by the routes of the server where nobody known translated', () => {
    expect(kinds(causesOf(told(null), host('A', A), b, server()))).toEqual(['reply-bypasses-nat@S']);
  });
});
