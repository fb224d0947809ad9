import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/finding/finding.ts';
import { verdictOf } from '../../src/reason/verdict.ts';
import { ip, sighting } from '../report/fixture.ts';
import { A, B, causesOf, type Files, found, host, kinds } from './support/story.ts';

/** R stands between: 10.2.0.1 on the side of A, 10.4.0.1 on that of B, and a third way. */
const R: Files = {
  addr: `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536
    inet 127.0.0.1/8 scope host lo
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet 10.2.0.1/24 scope global eth0
3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet 10.4.0.1/24 scope global eth1
4: eth2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet 10.9.0.1/24 scope global eth2`,
  routes: `10.2.0.0/24 dev eth0 proto kernel scope link src 10.2.0.1
10.4.0.0/24 dev eth1 proto kernel scope link src 10.4.0.1
10.9.0.0/24 dev eth2 proto kernel scope link src 10.9.0.1`,
  sysctl: ['all', 'eth0', 'eth1', 'eth2']
    .flatMap((place) => [`net.ipv4.conf.${place}.rp_filter = 0`, `net.ipv4.conf.${place}.forwarding = 1`])
    .join('\n'),
};
const request = { src: ip('10.2.0.100'), dst: ip('10.4.0.100'), host: 'R', file: 'R/any.pcap' } as const;
const reply = { ...request, kind: 'echo-reply', src: ip('10.4.0.100'), dst: ip('10.2.0.100') } as const;

/** As R saw it: `in eth0`, `out eth1`. */
function seenAt(lost: Finding, what: typeof request | typeof reply, ...places: string[]): Finding {
  const [example] = lost.examples;
  const more = places.map((place) => {
    const [direction, device] = place.split(' ') as ['in' | 'out', string];
    return sighting({ kind: 'echo-request', ...what, direction, interface: device });
  });
  const list = what === request ? 'requests' : 'replies';
  const [first] = more;
  const stray = what === request && { host: 'R', interface: first.interface, src: first.src, covered: true };
  return {
    ...lost,
    ...(stray && !places.some((place) => place.startsWith('out')) && { stray }),
    examples: [{ ...example, [list]: [...example[list], ...more] }],
  };
}

const requestLost = found({ kind: 'request-lost', requestLeft: 'eth1 10.2.0.100 > 10.4.0.100' });
const replyLost = found({
  kind: 'reply-lost',
  requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
  requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
  replyLeft: 'eth1 10.4.0.100 > 10.2.0.100',
});
const told = (lost: Finding, r: Partial<Files> = {}) =>
  causesOf(lost, host('A', A), host('B', B), host('R', { ...R, ...r }));

describe('a packet that a host on the way took in and that did not leave it', () => {
  const taken = seenAt(requestLost, request, 'in eth0');

  it('was dropped by its firewall', () => {
    const nft = `table inet filter {
	chain forward {
		type filter hook forward priority filter; policy drop;
	}
}`;
    expect(kinds(told(taken, { nft }))).toEqual(['firewall-drops@R']);
  });

  it('was not forwarded by a host that forwards nothing', () => {
    const sysctl = R.sysctl!.replaceAll('forwarding = 1', 'forwarding = 0');
    const [cause] = told(taken, { sysctl });
    expect(kinds([cause])).toEqual(['no-route@R']);
    expect(cause.sentence).toMatch(/^R does not forward: the request for 10\.4\.0\.100 came to it on eth0/);
  });

  it('was refused by its routes, or waited for a next hop', () => {
    const routes = `${R.routes}\nblackhole 10.4.0.100`;
    expect(kinds(told(taken, { routes }))).toEqual(['route-refuses@R']);
    const neigh = '10.4.0.100 dev eth1 FAILED';
    expect(kinds(told(taken, { neigh }))).toEqual(['next-hop-unresolved@R likely']);
  });

  it('is no loss of the network where its state would send it on', () => {
    expect(kinds(told(taken))).toEqual(['unexplained@R possible']);
  });

  it('was dropped there as far as can be told, where its captures would not show it going on', () => {
    const sysctl = R.sysctl!.replaceAll('forwarding = 1', 'forwarding = 0');
    const blind = { ...taken, stray: { ...taken.stray!, covered: false } };
    expect(kinds(told(blind, { sysctl }))).toEqual(['no-route@R likely']);
  });

  it('was lost behind it where it left', () => {
    const [cause] = told(seenAt(requestLost, request, 'in eth0', 'out eth1'));
    expect(kinds([cause])).toEqual(['lost-in-network@null']);
    expect(cause.notes[0]).toMatch(/^it was seen last leaving R on eth1/);
  });
});

describe('a reply that a host on the way took in and that did not leave it', () => {
  const nft = (rule: string) => `table inet filter {
	chain forward {
		type filter hook forward priority filter; policy accept;
		${rule}
	}
}`;
  const whole = seenAt(seenAt(replyLost, request, 'in eth0', 'out eth1'), reply, 'in eth1');
  const half = seenAt(replyLost, reply, 'in eth1');

  it('was dropped by its firewall', () => {
    expect(kinds(told(whole, { nft: nft('iifname "eth1" drop') }))).toEqual(['firewall-drops@R']);
  });

  it('was let through as part of the connection whose request it saw', () => {
    const rules = nft('ct state established accept\n\t\tiifname "eth1" drop');
    expect(kinds(told(whole, { nft: rules }))).not.toContain('firewall-drops@R');
  });

  it('is not judged by a firewall that may have seen the request elsewhere', () => {
    const rules = nft('ct state established accept\n\t\tiifname "eth1" drop');
    expect(kinds(told(half, { nft: rules }))).toEqual(['lost-in-network@null likely']);
  });
});

describe('a reply that came back to a host on the way from another side than its request had gone to', () => {
  const drop = `table ip f {
	chain fw {
		type filter hook forward priority 0; policy accept;
		iifname "eth2" drop
	}
}`;
  const heldBack = { host: 'R', interface: 'eth2', src: ip('10.4.0.100') };
  const through = (lost: Finding): Finding => ({
    ...seenAt(seenAt(lost, request, 'in eth0', 'out eth1'), reply, 'in eth2'),
    heldBack,
  });
  const astray = through(
    found({
      kind: 'asymmetric-reply',
      requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
      replyLeft: 'eth0 10.4.0.100 > 10.2.0.100',
      more: { originator: null },
    }),
  );

  it('was sent there by a fault of the responder, which is told before the filter', () => {
    const causes = told(astray, { nft: drop });
    expect(kinds(causes)).toEqual(['default-route-only@B', 'firewall-drops@R']);
    expect(causes[1].notes[0]).toMatch(/^the request had left R by eth1, and the reply came back by eth2/);
    expect(kinds(told(astray))).toEqual(['default-route-only@B']);
    const verdict = verdictOf([{ finding: astray, causes }], { total: 1, answered: 0, undecided: 0 });
    expect(verdict.sentence).toBe('the network is not the problem. B is');
  });

  it('accuses neither the filter nor the responder without the tables of that', () => {
    const unseen = { ...replyLost.examples[0], requests: [], replies: [] };
    const alone = through({ ...replyLost, originator: null, responder: null, examples: [unseen] });
    const causes = causesOf(alone, host('R', { ...R, nft: drop }));
    expect(kinds(causes)).toEqual(['not-enough-information@null possible', 'firewall-drops@R likely']);
    const verdict = verdictOf([{ finding: alone, causes }], { total: 1, answered: 0, undecided: 0 });
    expect(verdict.party).toBe('unknown');
    const straight = seenAt(seenAt(replyLost, request, 'in eth0', 'out eth1'), reply, 'in eth1');
    const dropped = causesOf(straight, host('R', { ...R, nft: drop.replace('eth2', 'eth1') }));
    expect(kinds(dropped)).toEqual(['firewall-drops@R']);
  });
});

describe('a reply that a host on the way sent out by another interface than its request came in by', () => {
  it('went astray there', () => {
    const there = seenAt(replyLost, request, 'in eth0', 'out eth1');
    const astray = seenAt(there, reply, 'in eth1', 'out eth2');
    const routes = `${R.routes}\n10.2.0.100 via 10.9.0.9 dev eth2`;
    expect(kinds(told(astray, { routes }))).toEqual(['other-route-wins@R likely']);
    const straight = seenAt(there, reply, 'in eth1', 'out eth0');
    expect(kinds(told(straight))).toEqual(['lost-in-network@null']);
  });

  it('is not told by numbers that no file names', () => {
    const there = seenAt(replyLost, request, 'in if2', 'out eth1');
    const routes = `${R.routes}\n10.2.0.100 via 10.9.0.9 dev eth2`;
    expect(kinds(told(seenAt(there, reply, 'in eth1', 'out eth2'), { routes }))).toEqual([
      'lost-in-network@null',
    ]);
  });
});
