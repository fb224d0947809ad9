import { describe, expect, it } from 'vitest';
import { quoteOf } from '../../../src/addr/source.ts';
import { ip } from '../support/host.ts';
import {
  answerTo,
  arrive,
  echo,
  echo6,
  hostWith,
  hostWithTable,
  inputChain,
  leave,
  outcome,
  tcp,
  way,
} from './support.ts';

const pre = (rule: string, priority = 'raw') =>
  `chain pre { type filter hook prerouting priority ${priority}; policy accept;\n${rule}\n}`;

describe('reverse-path tests of the firewall', () => {
  it.each([
    ['fib saddr . iif oif missing drop', 'eth1'],
    ['fib saddr . iif oif 0 drop', 'eth1'],
    ['fib saddr . iif oif exists accept\ndrop', 'eth1'],
    ['fib saddr . iif oif eq 0 drop', 'eth1'],
    ['fib saddr oifname "eth0" drop', 'eth1'],
  ])('%s', (rule, device) => {
    expect(arrive(hostWithTable(pre(rule)), echo(), device).outcome.kind).toBe('dropped');
  });

  it('are named as such, through jumps too', () => {
    const direct = arrive(hostWithTable(pre('fib saddr . iif oif missing drop')), echo());
    expect(direct.outcome).toMatchObject({ kind: 'dropped', reversePathTest: true });
    const sub = `chain sub {\nlog prefix "rp" drop\n}\n${pre('fib saddr . iif oif missing jump sub')}`;
    expect(arrive(hostWithTable(sub), echo()).outcome).toMatchObject({ reversePathTest: true });
    expect(arrive(hostWithTable(pre('drop')), echo()).outcome).toMatchObject({ reversePathTest: false });
  });

  it('see the mark only where they ask for it', () => {
    const marked = (test: string) => hostWithTable(pre(`meta mark set 0x1 ${test} drop`));
    expect(arrive(marked('fib saddr . mark . iif oif missing'), echo()).outcome.kind).toBe('passes');
    expect(arrive(marked('fib saddr . iif oif missing'), echo()).outcome.kind).toBe('dropped');
  });

  it('stand in for the filter that IPv6 lacks', () => {
    const state = hostWithTable(pre('fib saddr . iif oif missing drop'));
    expect(arrive(state, echo6(), 'eth1').outcome).toMatchObject({ kind: 'dropped', reversePathTest: true });
    expect(arrive(state, echo6(), 'eth0').outcome.kind).toBe('passes');
  });

  it('know what an address is', () => {
    const types = pre('fib daddr type != local drop');
    expect(arrive(hostWithTable(types), echo()).outcome.kind).toBe('passes');
    expect(arrive(hostWithTable(pre('fib daddr . iif type local drop')), echo(), 'eth0').outcome.kind).toBe(
      'passes',
    );
    expect(arrive(hostWithTable(pre('fib daddr . iif type local drop')), echo(), 'eth1').outcome.kind).toBe(
      'dropped',
    );
  });
});

describe('receive', () => {
  const strict = (valid: number) =>
    `net.ipv4.conf.all.rp_filter = 1\nnet.ipv4.conf.eth1.rp_filter = 0\nnet.ipv4.conf.all.src_valid_mark = ${valid}\nnet.ipv4.conf.eth1.src_valid_mark = 0\nnet.ipv4.ip_forward = 0\n`;

  it('names the reverse-path filter before the input chains', () => {
    const state = hostWithTable(inputChain('drop'), { 'sysctl.txt': strict(0) });
    expect(arrive(state, echo()).outcome).toMatchObject({
      kind: 'reverse-path',
      verdict: { kind: 'dropped', mode: 1 },
    });
  });

  it('hands the filter the mark of prerouting where src_valid_mark says so', () => {
    const marks = pre('meta mark set 0x1', 'mangle');
    const by = (valid: number) =>
      arrive(hostWithTable(marks, { 'sysctl.txt': strict(valid) }), echo()).outcome.kind;
    expect(by(1)).toBe('passes');
    expect(by(0)).toBe('reverse-path');
  });

  it('tells what is for somebody else from what is not forwarded', () => {
    const packet = echo({ destination: ip('10.9.0.1') });
    const state = (forward: number, rules = '') =>
      hostWithTable(`chain f { type filter hook forward priority 0; policy accept;\n${rules}\n}`, {
        'sysctl.txt': `net.ipv4.ip_forward = ${forward}\nnet.ipv4.conf.all.rp_filter = 0\nnet.ipv4.conf.eth1.rp_filter = 0\n`,
      });
    expect(arrive(state(0), packet).outcome.kind).toBe('no-way');
    expect(way(arrive(state(1), packet))).toBe('10.2.0.100:0 > 10.9.0.1:0 by eth0');
    expect(arrive(state(1), packet).outcome.kind).toBe('forwards');
    expect(outcome(arrive(state(1, 'oifname "eth0" drop'), packet))).toBe('dropped by: oifname "eth0" drop');
  });
});

describe('send', () => {
  it('shows output chains the first device, postrouting the second', () => {
    const chains = (after: string) => `
      chain a { type route hook output priority mangle; policy accept;\nmeta mark set 0x1\n}
      chain b { type filter hook output priority 10; policy accept;\noifname "${after}" drop\n}`;
    expect(outcome(leave(hostWithTable(chains('eth0')), answerTo(echo())))).toBe(
      'dropped by: oifname "eth0" drop',
    );
    expect(way(leave(hostWithTable(chains('eth1')), answerTo(echo())))).toContain('by eth1');
    const post = `${chains('none')}\nchain p { type filter hook postrouting priority 0; policy accept;\noifname "eth1" drop\n}`;
    expect(outcome(leave(hostWithTable(post), answerTo(echo())))).toBe('dropped by: oifname "eth1" drop');
  });

  it('starts with the mark given', () => {
    expect(way(leave(hostWithTable(inputChain('')), answerTo(echo()), null, 1))).toContain('by eth1');
  });

  it('finds no way where no route leads', () => {
    const state = hostWith({
      'nft.txt': '',
      'ip-route-show-table-all.txt': 'local 10.4.0.100 dev eth1 table local\n',
    });
    expect(leave(state, answerTo(tcp(80))).outcome.kind).toBe('no-way');
  });

  it('cannot tell by a mark that nobody can tell', () => {
    const chain =
      'chain a { type route hook output priority 0; policy accept;\nmeta mark set numgen random mod 2\n}';
    const passage = leave(hostWithTable(chain), answerTo(echo()));
    expect(passage.outcome.kind).toBe('cannot-tell');
    expect(passage.missing[0].what).toContain('meta mark set numgen random mod 2');
  });
});

describe('two chains of equal priority', () => {
  it('are called in the order in which they were made, the last first', () => {
    // nf_hook_entries_grow; tried on Linux 6.18.
    const chain = (name: string) =>
      `chain ${name} { type filter hook input priority 0; policy accept;\nmeta mark 0 meta mark set 0x${name}\n}`;
    const passage = arrive(hostWithTable([chain('1'), chain('2')].join('\n')), echo());
    expect(passage.mark).toBe(2);
    expect(quoteOf(passage.changes[0].rule.span).text).toContain('meta mark set 0x2');
  });
});
