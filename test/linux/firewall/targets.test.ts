import { describe, expect, it } from 'vitest';
import { ip } from '../support/host.ts';
import {
  answerTo,
  arrive,
  hostWith,
  hostWithTable,
  inputChain,
  leave,
  outcome,
  SYN,
  SYN_ACK,
  tcp,
  udp,
  way,
} from './support.ts';

/** What rules do to a packet that goes on: marks, headers, connections left untracked. */
const dump = (table: string, chain: string, rule: string) =>
  `*${table}\n:${chain} ACCEPT [0:0]\n${rule}\nCOMMIT\n`;
const mangled = (target: string) =>
  arrive(
    hostWith({ 'iptables-save.txt': dump('mangle', 'PREROUTING', `-A PREROUTING -j ${target}`) }),
    tcp(80),
  );

const prerouting = (rules: string, priority = 'mangle') =>
  `chain pre {\ntype filter hook prerouting priority ${priority}; policy accept;\n${rules}\n}`;
const changed = (rules: string, packet = tcp(80)) => arrive(hostWithTable(prerouting(rules)), packet);

describe('targets of iptables', () => {
  const untracked = (target: string) =>
    hostWith({
      'iptables-save.txt':
        dump('raw', 'PREROUTING', `-A PREROUTING -p tcp -j ${target}`) +
        dump('filter', 'INPUT', '-A INPUT -m conntrack --ctstate UNTRACKED -j DROP'),
    });

  it('NOTRACK and CT --notrack leave a packet without a connection', () => {
    for (const target of ['NOTRACK', 'CT --notrack']) {
      expect(outcome(arrive(untracked(target), tcp(80))), target).toContain('dropped by');
      expect(outcome(arrive(untracked(target), udp(80))), target).toBe('passes');
    }
  });

  it('CT with a helper or a zone tracks it all the same', () => {
    expect(outcome(arrive(untracked('CT --helper ftp'), tcp(80)))).toBe('passes');
  });

  it('DSCP by number or by name, the two bits below kept', () => {
    expect(mangled('DSCP --set-dscp 0x0a').packet.tos).toBe(0x28);
    expect(mangled('DSCP --set-dscp-class AF11').packet.tos).toBe(0x28);
    expect(mangled('DSCP --set-dscp-class ef').packet.tos).toBe(0xb8);
    const state = hostWith({
      'iptables-save.txt': dump('mangle', 'PREROUTING', '-A PREROUTING -j DSCP --set-dscp 0x0a'),
    });
    expect(arrive(state, tcp(80, 2, { tos: 0x03 })).packet.tos).toBe(0x2b);
  });

  it('TTL sets what later rules see; by how much it is raised or lowered is of no use', () => {
    const { packet, changes } = mangled('TTL --ttl-set 1');
    expect(packet.ttl).toBe(1);
    expect(changes).toMatchObject([{ what: { kind: 'ttl', value: 1 } }]);
    expect(mangled('TTL --ttl-dec 1').changes).toEqual([]);
    const asked = (target: string) =>
      hostWith({
        'iptables-save.txt':
          dump('mangle', 'PREROUTING', `-A PREROUTING -j TTL ${target}`) +
          dump('filter', 'INPUT', '-A INPUT -m ttl --ttl-eq 1 -j DROP'),
      });
    expect(outcome(arrive(asked('--ttl-set 1'), tcp(80)))).toContain('dropped by');
    expect(outcome(arrive(asked('--ttl-set 2'), tcp(80)))).toBe('passes');
  });

  it('MARK chooses the table by which a packet that passes through leaves', () => {
    expect(mangled('MARK --set-xmark 0x1/0xffffffff').changes).toMatchObject([
      { what: { kind: 'mark', value: 1 } },
    ]);
  });
});

describe('statements of nft', () => {
  it.each<[string, string]>([
    ['ip daddr set 10.3.0.100', '10.2.0.100:40000 > 10.3.0.100:80 by lo'],
    ['ip saddr set 10.2.0.9', '10.2.0.9:40000 > 10.4.0.100:80 by lo'],
    ['tcp dport set 8080', '10.2.0.100:40000 > 10.4.0.100:8080 by lo'],
    ['tcp sport set 4', '10.2.0.100:4 > 10.4.0.100:80 by lo'],
  ])('%s rewrites the header, and conntrack knows nothing of it', (rule, expected) => {
    const passed = changed(rule);
    expect(way(passed)).toBe(expected);
    expect(passed.changes).toMatchObject([{ what: { tracked: false } }]);
  });

  it.each<[string, number]>([
    ['meta mark set 0x1', 1],
    ['meta mark set 0x1 meta mark set 0x2', 2],
    ['meta mark set 0x3 meta mark set meta mark & 0x1', 1],
    ['meta mark set 0x4 meta mark set meta mark | 0x1', 5],
    ['meta mark set 0x1 | 0x8', 9],
    ['meta mark set ip saddr . tcp dport map { 10.2.0.100 . 80 : 0x7, 10.2.0.101 . 80 : 0x8 }', 7],
    ['meta mark set tcp dport map { 79 : 0x7, 80 : 0x8 }', 8],
  ])('%s', (rule, mark) => {
    const state = hostWithTable(`${prerouting(rule)}\n${inputChain(`meta mark ${mark} drop`)}`);
    expect(outcome(arrive(state, tcp(80)))).toBe(`dropped by: meta mark ${mark} drop`);
  });

  it('a mark that stays as it is is no change', () => {
    expect(changed('meta mark set 0x0').changes).toEqual([]);
    expect(changed('meta mark set 0x1 meta mark set 0x1').changes).toHaveLength(1);
  });

  it('a key that a map does not hold ends the rule', () => {
    expect(
      outcome(arrive(hostWithTable(inputChain('meta mark set tcp dport map { 22 : 0x1 } drop')), tcp(80))),
    ).toBe('passes');
  });

  it('a mark set to what nobody knows makes the rules that ask for it doubtful, an address set so everything', () => {
    const chance = 'numgen random mod 2';
    const asked = hostWithTable(
      `${prerouting(`meta mark set ${chance}`)}\n${inputChain('meta mark 1 drop')}`,
    );
    expect(arrive(asked, tcp(80)).outcome.kind).toBe('cannot-tell');
    const free = hostWithTable(
      `${prerouting(`meta mark set ${chance} meta mark set 0x0`)}\n${inputChain('meta mark 1 drop')}`,
    );
    expect(outcome(arrive(free, tcp(80)))).toBe('passes');
    expect(changed(`tcp dport set ${chance}`).outcome.kind).toBe('cannot-tell');
  });

  it('queue leaves the verdict to a program', () => {
    expect(arrive(hostWithTable(inputChain('tcp dport 80 queue')), tcp(80)).outcome.kind).toBe('cannot-tell');
    expect(outcome(arrive(hostWithTable(inputChain('tcp dport 22 queue')), tcp(80)))).toBe('passes');
  });

  it('a rule whose counter stands at 0 never matched, whatever it asks', () => {
    const rule = (packets: number) => inputChain(`meta cgroup 7 counter packets ${packets} bytes 0 drop`);
    expect(outcome(arrive(hostWithTable(rule(0)), tcp(80)))).toBe('passes');
    expect(arrive(hostWithTable(rule(5)), tcp(80)).outcome.kind).toBe('cannot-tell');
    const first = inputChain('counter packets 0 bytes 0 meta cgroup 7 drop');
    expect(arrive(hostWithTable(first), tcp(80)).outcome.kind).toBe('cannot-tell');
  });
});

describe('a packet belongs to a known connection', () => {
  const state = hostWithTable(inputChain('ct state established,related accept\ndrop'));
  const request = tcp(80);
  const reply = { ...answerTo(request), tcpFlags: SYN };
  // The host asks, and the other end answers.
  const asked = leave(hostWithTable(inputChain('ct state new accept')), reply);
  const answered = (packet = request) => outcome(arrive(state, packet, 'eth1', asked.connection));

  it('where it is the answer to its first packet', () => {
    expect(asked.connection).not.toBeNull();
    expect(answered({ ...request, tcpFlags: SYN_ACK })).toBe('passes');
  });

  it.each([
    ['another port', { sourcePort: 40001 }],
    ['another port asked', { destinationPort: 81 }],
    ['another address', { source: ip('10.2.0.101') }],
    ['another destination', { destination: ip('10.3.0.100') }],
    ['another protocol', { protocol: 17, tcpFlags: null }],
  ])('and to another with %s', (_, change) => {
    expect(answered({ ...request, ...change })).toContain('dropped by');
  });

  it('a repeated first packet is of it, too', () => {
    const first = arrive(hostWithTable(inputChain('ct state new accept')), request);
    const again = arrive(
      hostWithTable(inputChain('ct direction original accept\ndrop')),
      request,
      'eth1',
      first.connection,
    );
    expect(again.connection).toMatchObject({ direction: 'original' });
    expect(again.connection?.original).toEqual(request);
  });
});

describe('one table shown by both commands', () => {
  const nft = (rule: string) =>
    `table ip filter {\nchain INPUT {\ntype filter hook input priority filter; policy accept;\n${rule}\n}\n}\n`;
  const both = (shown: string, saved: string) =>
    hostWith({ 'nft.txt': nft(shown), 'iptables-save.txt': dump('filter', 'INPUT', saved) });

  it('counts once, as the one tells it that is understood', () => {
    const saved = '-A INPUT -p tcp -m tcp --dport 80 -j DROP';
    expect(outcome(arrive(both('xt match "tcp" drop', saved), tcp(80)))).toBe(`dropped by: ${saved}`);
    const shown = 'tcp dport 80 counter packets 0 bytes 0 drop';
    expect(outcome(arrive(both(shown, '-A INPUT -m nosuch --foo 1 -j DROP'), tcp(80)))).toContain(
      'dropped by: tcp dport 80',
    );
  });
});
