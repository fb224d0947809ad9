import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/finding/finding.ts';
import { A, B, causesOf, found, host, kinds } from './support/story.ts';

const strict = (device: string) =>
  `net.ipv4.conf.all.rp_filter = 0\nnet.ipv4.conf.eth0.rp_filter = 0\nnet.ipv4.conf.${device}.rp_filter = 1`;
const SENT = { requestLeft: 'eth1 10.2.0.100 > 10.4.0.100' };
const REACHED = { ...SENT, requestReached: 'eth1 10.2.0.100 > 10.4.0.100' };
const ANSWERED = { ...REACHED, replyLeft: 'eth0 10.4.0.100 > 10.2.0.100' };

describe('faults in a row', () => {
  const unanswered = found({ kind: 'unanswered', ...REACHED });

  it('tells the filter of the responder, then that of the originator', () => {
    const states = [host('A', { ...A, sysctl: strict('eth1') }), host('B', { ...B, sysctl: strict('eth1') })];
    expect(kinds(causesOf(unanswered, ...states))).toEqual(['rp-filter-strict@B', 'rp-filter-strict@A']);
  });

  it('tells one only, where the originator would take the reply', () => {
    const states = [host('A', A), host('B', { ...B, sysctl: strict('eth1') })];
    expect(kinds(causesOf(unanswered, ...states))).toEqual(['rp-filter-strict@B']);
  });

  it('tells the route of the reply and the filter that would drop it at home', () => {
    const lost = found({ kind: 'asymmetric-reply', ...ANSWERED });
    const states = [host('A', { ...A, sysctl: strict('eth1') }), host('B', B)];
    expect(kinds(causesOf(lost, ...states))).toEqual(['default-route-only@B', 'rp-filter-strict@A']);
  });
});

describe('a source that the host takes for its own', () => {
  const unanswered = found({ kind: 'unanswered', ...REACHED });
  const told = (files: typeof B) => causesOf(unanswered, host('A', A), host('B', files))[0];

  it('is an address of it', () => {
    const addr = `${B.addr}\n    inet 10.2.0.100/24 scope global secondary eth1`;
    const routes = `${B.routes}\nlocal 10.2.0.100 dev eth1 table local proto kernel scope host src 10.2.0.100`;
    const cause = told({ addr, routes });
    expect(cause.kind).toBe('martian-source');
    expect(cause.sources.map(({ label }) => label)).toEqual(['its own address']);
  });

  it('or of a network that a local route makes its own', () => {
    const cause = told({ ...B, routes: `${B.routes}\nlocal 10.2.0.0/24 dev lo table local scope host` });
    expect(cause.sentence).toBe(
      'B drops the request from 10.2.0.100 at eth1: that source is one of its own by a route of type local, which takes in all of 10.2.0.0/24',
    );
    const [{ span, where }] = cause.sources;
    expect(span.source.text.slice(span.start, span.end)).toBe(
      'local 10.2.0.0/24 dev lo table local scope host',
    );
    expect(where).toBe('table local');
  });
});

describe('rules that no file lists', () => {
  const lost = found({ kind: 'asymmetric-reply', ...ANSWERED });
  const unlisted = (routes: string) => {
    const state = host('B', { ...B, routes, rules: '' });
    const given = new Set([...state.given].filter((one) => one !== 'rules4'));
    return { ...state, rules: [], given };
  };

  it('may look at the source: that they do not is not claimed', () => {
    const [cause] = causesOf(lost, host('A', A), unlisted(B.routes));
    expect(cause).toMatchObject({ kind: 'default-route-only', confidence: 'likely' });
    expect(cause.missing).toMatchObject([{ what: 'ip rule' }]);
    expect(cause.notes[0]).toMatch(
      /^whether a rule of B looks at the source 10\.4\.0\.100 is not known without its ip rule;/,
    );
    const [known] = causesOf(lost, host('A', A), host('B', B));
    expect(known.notes[0]).toMatch(/^no rule of B looks at the source/);
  });

  it('may lead to the table that would send the reply home', () => {
    const [cause] = causesOf(
      lost,
      host('A', A),
      unlisted(`${B.routes}\ndefault via 10.4.0.1 dev eth1 table 7`),
    );
    expect(cause.kind).toBe('not-enough-information');
    expect(cause.missing).toMatchObject([{ what: 'ip rule (on B)' }]);
    expect(cause.sentence).toContain('whether a rule leads to it cannot be told');
  });
});

describe('a request that left by another interface than the one that bears its source', () => {
  const crossed = { requestLeft: 'eth0 10.2.0.100 > 10.4.0.100' };

  it('is the fault of the originator while it does not arrive', () => {
    const lost = found({ kind: 'asymmetric-request', ...crossed });
    expect(kinds(causesOf(lost, host('A', A), host('B', B)))).toEqual(['default-route-only@A']);
  });

  it('is not what stopped a request that arrived and was dropped there', () => {
    const arrived = { ...crossed, requestReached: 'eth1 10.2.0.100 > 10.4.0.100' };
    const dropped = found({ kind: 'asymmetric-request', ...arrived });
    const states = [host('A', A), host('B', { ...B, sysctl: strict('eth1') })];
    expect(kinds(causesOf(dropped, ...states))).toEqual(['rp-filter-strict@B']);
  });

  it('comes before the filter where a route gave it that source', () => {
    const hinted = A.routes.replace(
      'default via 10.2.0.1 dev eth1 metric 200',
      '10.4.0.0/24 via 10.2.0.1 dev eth1 src 10.1.0.100',
    );
    const arrived = found({
      kind: 'asymmetric-request',
      requestLeft: 'eth1 10.1.0.100 > 10.4.0.100',
      requestReached: 'eth1 10.1.0.100 > 10.4.0.100',
    });
    const states = [host('A', { ...A, routes: hinted }), host('B', { ...B, sysctl: strict('eth1') })];
    expect(kinds(causesOf(arrived, ...states))).toEqual(['source-hint-wrong@A', 'rp-filter-strict@B']);
  });
});

const FILTER_ETH1 = ['all.rp_filter = 0', 'eth0.rp_filter = 0', 'eth1.rp_filter = 1']
  .map((line) => `net.ipv4.conf.${line}`)
  .join('\n');

describe('a cause that rests on the state alone', () => {
  const strict = host('B', { ...B, sysctl: FILTER_ETH1 });
  const told = (more: Partial<Finding>) =>
    causesOf(
      found({
        kind: 'unanswered',
        requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
        requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
        more,
      }),
      host('A', A),
      strict,
    );

  it('is certain where nothing changed', () => {
    expect(kinds(told({}))).toEqual(['rp-filter-strict@B']);
  });

  it('is likely where it worked before: of which time the state is cannot be told', () => {
    const moment = { seconds: 1_700_000_000, nanos: 0 };
    const causes = told({ distinction: { kind: 'time', failed: 'after', moment } });
    expect(kinds(causes)).toEqual(['rp-filter-strict@B likely']);
    expect(causes[0].notes.at(-1)).toContain('it worked before');
  });
});

describe('a silence that settles what the files leave open', () => {
  const silent = found({ kind: 'unanswered', ...REACHED });
  const input = (rules: string) => `table ip f {
	chain input {
		type filter hook input priority filter; policy accept;
		${rules}
	}
}`;
  const told = (rules: string) => {
    const states = [host('A', A), host('B', { ...B, nft: input(rules) })];
    return kinds(causesOf(silent, ...states));
  };

  it('is a drop, where the other ways through the rules would have let the packet live', () => {
    expect(told('limit rate 5/second accept\n\t\tdrop')).toEqual(['firewall-drops@B likely']);
    expect(told('limit rate over 5/second drop')).toEqual(['firewall-drops@B likely']);
  });

  it('stays open where no way ends in a drop', () => {
    expect(told('limit rate 5/second accept\n\t\tqueue num 0')).toEqual([
      'not-enough-information@null possible',
    ]);
  });
});

describe('a request for an address that sits on another card', () => {
  const crossed = found({
    kind: 'unanswered',
    requestLeft: 'eth1 10.2.0.100 > 10.3.0.101',
    requestReached: 'eth0 10.2.0.100 > 10.3.0.101',
  });
  const oneLink = {
    addr: B.addr.replace('inet 10.4.0.100/24', 'inet 10.3.0.101/24'),
    routes: B.routes.replaceAll('10.4.0.100', '10.3.0.101').replace('10.4.0.0/24', '10.3.0.0/24'),
  };
  const arp = 'net.ipv4.conf.all.arp_ignore = 0\nnet.ipv4.conf.eth0.arp_ignore = ';
  const off = 'net.ipv4.conf.all.rp_filter = 0\nnet.ipv4.conf.eth0.rp_filter = 0\n';
  const blackhole = '\nblackhole 10.2.0.0/24';

  it('is ARP flux where both cards are in one network', () => {
    const b = host('B', { ...oneLink, routes: oneLink.routes + blackhole, sysctl: `${off}${arp}0` });
    expect(kinds(causesOf(crossed, host('A', A), b))).toEqual(['arp-flux@B', 'route-refuses@B']);
  });

  it('is no reason for silence while the firewall rules are not told', () => {
    const b = host('B', { ...oneLink, nft: null, sysctl: `${off}${arp}0` });
    const causes = causesOf(crossed, host('A', A), b);
    expect(kinds(causes)).toEqual(['not-enough-information@null possible']);
    expect(causes[0].notes.join()).toContain('answers ARP for 10.3.0.101');
  });

  it('is not where the card answers for its own addresses only', () => {
    const b = host('B', { ...oneLink, routes: oneLink.routes + blackhole, sysctl: `${off}${arp}1` });
    expect(kinds(causesOf(crossed, host('A', A), b))).toEqual(['route-refuses@B']);
  });

  it('is not where the cards are in different networks and no neighbour is on both', () => {
    const b = host('B', { ...B, routes: B.routes + blackhole, sysctl: `${off}${arp}0` });
    const other = found({
      kind: 'unanswered',
      requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
      requestReached: 'eth0 10.2.0.100 > 10.4.0.100',
    });
    expect(kinds(causesOf(other, host('A', A), b))).toEqual(['route-refuses@B']);
  });
});

describe('a reply with another source than was asked', () => {
  const udp = {
    protocol: 'udp',
    port: 5300,
    ...REACHED,
    replyLeft: 'eth0 10.3.0.100 > 10.2.0.100',
    replyReached: 'eth1 10.3.0.100 > 10.2.0.100',
  } as const;
  const listing = (local: string) =>
    `State  Recv-Q Send-Q Local Address:Port Peer Address:Port\nUNCONN 0      0      ${local}      0.0.0.0:*`;

  it('comes from a program that let the route choose', () => {
    const b = host('B', { ...B, udpSockets: listing('0.0.0.0:5300') });
    expect(kinds(causesOf(found({ kind: 'wrong-source', ...udp }), host('A', A), b))).toEqual([
      'reply-source-by-program@B',
    ]);
  });

  it('does not come from a program that is bound to the address asked; without firewall rules it is left open', () => {
    const b = host('B', { ...B, nft: null, udpSockets: listing('10.4.0.100:5300') });
    expect(kinds(causesOf(found({ kind: 'wrong-source', ...udp }), host('A', A), b))).toEqual([
      'not-enough-information@null possible',
    ]);
  });

  it('is likely so where the sockets are not listed', () => {
    expect(kinds(causesOf(found({ kind: 'wrong-source', ...udp }), host('A', A), host('B', B)))).toEqual([
      'reply-source-by-program@B likely',
    ]);
  });

  it('is left open for a ping whose responder gave no firewall rules', () => {
    const ping = found({ kind: 'wrong-source', ...udp, protocol: 'icmp' });
    const b = host('B', { ...B, nft: null });
    expect(kinds(causesOf(ping, host('A', A), b))).toEqual(['not-enough-information@null possible']);
  });

  it('missed the box that translated the request', () => {
    const round = found({
      kind: 'wrong-source',
      requestLeft: 'eth1 10.2.0.100 > 203.0.113.10',
      requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
      replyLeft: 'eth0 10.4.0.100 > 10.2.0.100',
      replyReached: 'eth1 10.4.0.100 > 10.2.0.100',
    });
    const [cause] = causesOf(round, host('A', A), host('B', B));
    expect(kinds([cause])).toEqual(['reply-bypasses-nat@B']);
    expect(cause.sources[0].label).toBe('chosen, the only match');
  });

  it('was changed on the way, by whom cannot be told, where nothing was translated before', () => {
    const changed = found({
      kind: 'wrong-source',
      ...REACHED,
      replyLeft: 'eth1 10.4.0.100 > 10.2.0.100',
      replyReached: 'eth1 192.0.2.7 > 10.2.0.100',
    });
    expect(kinds(causesOf(changed, host('A', A), host('B', B)))).toEqual([
      'not-enough-information@null possible',
    ]);
  });
});

describe('a rule that a goto jumps over', () => {
  const RULES = `0: from all lookup local
50: from 10.4.0.100 goto 300
100: from 10.4.0.100 lookup 200
300: from all lookup main
32766: from all lookup main`;
  const lost = found({ kind: 'asymmetric-reply', ...ANSWERED });

  it('is told as never reached, with the goto', () => {
    const routes = `${B.routes}\ndefault via 10.4.0.1 dev eth1 table 200`;
    const causes = causesOf(lost, host('A', A), host('B', { ...B, routes, rules: RULES }));
    expect(causes.map(({ kind, sentence }) => [kind, sentence])).toEqual([
      ['rule-after-main', 'rule 100 of B is never reached: rule 50 goes on at rule 300'],
    ]);
  });

  it('is at fault itself where its table leads elsewhere', () => {
    const routes = `${B.routes}\ndefault via 10.3.0.1 dev eth0 table 200`;
    const rules = RULES.replace(/^50.*\n/m, '');
    const [cause] = causesOf(lost, host('A', A), host('B', { ...B, routes, rules }));
    expect([cause.kind, cause.sources[0].where]).toEqual([
      'rule-table-wrong-route',
      'table 200, reached by rule 100',
    ]);
  });
});

describe('a throw route', () => {
  const unanswered = found({ kind: 'unanswered', ...REACHED });
  const routes = (target: string) => B.routes.replace('default via', `throw ${target}\ndefault via`);
  const told = (target: string, sysctl?: string) =>
    causesOf(
      unanswered,
      host('A', A),
      host('B', { ...B, routes: routes(target), ...(sysctl && { sysctl }) }),
    );

  it('in main refuses, as nothing comes after it', () => {
    const [cause] = told('10.2.0.0/24');
    expect(kinds([cause])).toEqual(['route-refuses@B']);
    expect(cause.sentence).toBe(
      'a throw route of B ends the search of table main for echo replies from 10.4.0.100 to 10.2.0.100, and no rule after it leads to a route (ENETUNREACH)',
    );
    expect(cause.sources[0].label).toBe('throws');
  });

  it('is told before the filter that finds no way back', () => {
    expect(kinds(told('10.2.0.0/24', strict('eth1')))).toEqual(['route-refuses@B', 'rp-filter-strict@B']);
  });

  it('for another network is no matter', () => {
    expect(kinds(told('10.9.0.0/24', strict('eth1')))).toEqual(['rp-filter-strict@B']);
  });
});
