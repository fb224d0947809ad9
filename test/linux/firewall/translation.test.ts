import { describe, expect, it } from 'vitest';
import {
  answerTo,
  arrive,
  echo,
  hostWith,
  hostWithTable,
  leave,
  outcome,
  SYN_ACK,
  tcp,
  udp,
  way,
} from './support.ts';

/** Request and reply of one exchange through a host. */
function exchange(state: ReturnType<typeof hostWith>, request: ReturnType<typeof tcp>) {
  const received = arrive(state, request);
  const reply = leave(state, answerTo(received.packet), received.connection);
  return { received, reply };
}

const nat = (hook: string, rules: string) =>
  `chain n { type nat hook ${hook} priority ${hook === 'prerouting' ? 'dstnat' : 'srcnat'}; policy accept;\n${rules}\n}`;

describe('translation of tracked connections', () => {
  it('of the destination is undone in the reply', () => {
    const state = hostWithTable(nat('prerouting', 'tcp dport 8080 dnat ip to 10.3.0.100:80'));
    const { received, reply } = exchange(state, tcp(8080));
    expect(way(received)).toBe('10.2.0.100:40000 > 10.3.0.100:80 by lo');
    expect(received.connection).toMatchObject({ state: 'new', direction: 'original' });
    expect(way(reply)).toBe('10.4.0.100:8080 > 10.2.0.100:40000 by eth0');
    expect(reply.connection).toMatchObject({ state: 'established', direction: 'reply' });
  });

  it('leaves replies alone where only the source of new connections is translated', () => {
    const state = hostWithTable(nat('postrouting', 'oifname "eth0" masquerade'));
    expect(way(exchange(state, echo()).reply)).toBe('10.4.0.100:0 > 10.2.0.100:0 by eth0');
    const own = leave(state, { ...udp(53), source: echo().destination, destination: echo().source });
    expect(way(own)).toBe('10.3.0.100:40000 > 10.2.0.100:53 by eth0');
    expect(own.changes).toMatchObject([{ what: { kind: 'source', tracked: true } }]);
  });

  it('redirects to the first address of the device, and to a port', () => {
    const state = hostWithTable(nat('prerouting', 'tcp dport 8080 redirect to :80'));
    expect(way(arrive(state, tcp(8080), 'eth0'))).toBe('10.2.0.100:40000 > 10.3.0.100:80 by lo');
  });

  it('maps whole networks', () => {
    const state = hostWith({
      'iptables-save.txt':
        '*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -d 10.4.0.0/24 -j NETMAP --to 10.3.0.0/24\nCOMMIT\n',
    });
    expect(way(arrive(state, echo()))).toBe('10.2.0.100:0 > 10.3.0.100:0 by lo');
  });

  it('is not asked for where nothing tracks connections', () => {
    // Tried on Linux 6.18: a nat chain sees nothing unless some rule asks for connection tracking.
    const rule = 'tcp dport 80 drop';
    expect(outcome(arrive(hostWithTable(nat('prerouting', rule)), tcp(80)))).toBe('passes');
    const asked = `chain x {\nct state new accept\n}\n${nat('prerouting', rule)}`;
    expect(outcome(arrive(hostWithTable(asked), tcp(80)))).toBe(`dropped by: ${rule}`);
  });

  it('says that it cannot tell which address of several is taken', () => {
    const state = hostWithTable(nat('postrouting', 'snat ip to 10.3.0.7-10.3.0.9'));
    const own = leave(state, { ...udp(53), source: echo().destination, destination: echo().source });
    expect(own.changes).toMatchObject([{ what: { kind: 'source', address: null } }]);
    expect(own.missing.map(({ what }) => what)).toEqual(['nft.txt:3: snat ip to 10.3.0.7-10.3.0.9']);
  });
});

describe('requests that are not tracked', () => {
  // Tried on Linux 6.18 with ping, UDP and TCP.
  const state = hostWithTable(
    `chain raw { type filter hook prerouting priority raw; policy accept;\nnotrack\n}\n${nat('postrouting', 'masquerade')}`,
  );

  it('make the UDP answer a new connection, and masquerade gives it another source', () => {
    const { received, reply } = exchange(state, udp(53));
    expect(received.connection?.state).toBe('untracked');
    expect(received.changes).toMatchObject([{ what: { kind: 'notrack' } }]);
    expect(reply.connection?.state).toBe('new');
    expect(way(reply)).toBe('10.3.0.100:53 > 10.2.0.100:40000 by eth0');
  });

  it('make echo replies and SYN-ACKs invalid, so that they keep their source', () => {
    for (const request of [echo(), tcp(80)]) {
      const { reply } = exchange(state, request);
      expect(reply.connection?.state).toBe('invalid');
      expect(way(reply)).toContain('10.4.0.100:');
    }
  });
});

describe('rewriting without tracking', () => {
  it('gives a reply another source, and tracks nothing', () => {
    const state = hostWithTable(
      'chain post { type filter hook postrouting priority 0; policy accept;\nip saddr 10.4.0.100 ip saddr set 10.3.0.100\n}',
    );
    const { reply } = exchange(state, echo());
    expect(way(reply)).toBe('10.3.0.100:0 > 10.2.0.100:0 by eth0');
    expect(reply.changes).toMatchObject([{ what: { kind: 'source', tracked: false } }]);
    expect(reply.connection).toBeNull();
  });

  it('of tos in a route chain looks the route up again', () => {
    const state = hostWithTable(
      'chain out { type route hook output priority 0; policy accept;\nip dscp set cs1\n}',
    );
    expect(leave(state, answerTo(echo())).before).toMatchObject({ kind: 'route', device: 'eth0' });
  });
});

describe('what tracking takes for a beginning', () => {
  const state = (sysctl = '') =>
    hostWithTable('chain x {\nct state new accept\n}', {
      'sysctl-net.txt': `net.ipv4.ip_forward = 0\n${sysctl}`,
    });

  it.each([
    ['an echo request', echo(), 'new'],
    ['an echo reply', echo({ icmp: { type: 0, code: 0 } }), 'invalid'],
    ['an ICMP error about nothing known', echo({ icmp: { type: 3, code: 1 } }), 'invalid'],
    ['a SYN', tcp(80), 'new'],
    ['a SYN-ACK', tcp(80, SYN_ACK), 'invalid'],
    ['a RST', tcp(80, 4), 'invalid'],
    ['an ACK', tcp(80, 16), 'new'],
    ['UDP', udp(53), 'new'],
  ] as const)('%s', (_, packet, expected) => {
    expect(arrive(state(), packet).connection?.state).toBe(expected);
  });

  it('no ACK, where nf_conntrack_tcp_loose is 0', () => {
    const strict = state('net.netfilter.nf_conntrack_tcp_loose = 0\n');
    expect(arrive(strict, tcp(80, 16)).connection?.state).toBe('invalid');
  });

  it('an ICMP error about a known connection is related', () => {
    const asked = leave(state(), answerTo(udp(53)));
    const error = echo({ icmp: { type: 3, code: 3 } });
    expect(arrive(state(), error, 'eth0', asked.connection).connection?.state).toBe('related');
  });

  it('nothing, before it has seen the packet', () => {
    const raw =
      'chain raw { type filter hook prerouting priority raw; policy accept;\nct state invalid drop\n}';
    expect(outcome(arrive(hostWithTable(raw), tcp(80)))).toBe('dropped by: ct state invalid drop');
  });
});
