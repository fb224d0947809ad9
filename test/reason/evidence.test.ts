import { describe, expect, it } from 'vitest';
import { quoteOf } from '../../src/addr/source.ts';
import { A, B, causesOf, found, host, kinds } from './support/story.ts';

const STRICT = `net.ipv4.conf.all.rp_filter = 0
net.ipv4.conf.eth0.rp_filter = 0
net.ipv4.conf.eth1.rp_filter = 1`;
const counter = (value: number) => `#kernel\nTcpExtIPReversePathFilter       ${value}                  0.0`;
const unanswered = found({
  kind: 'unanswered',
  requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
  requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
});

describe('a counter of the kernel', () => {
  const told = (nstat: readonly [string, string]) =>
    causesOf(unanswered, host('A', A), host('B', { ...B, sysctl: STRICT, nstat }));

  it('confirms the filter that it counts for, and is quoted', () => {
    const [cause] = told([counter(4), counter(7)]);
    expect(kinds([cause])).toEqual(['rp-filter-strict@B']);
    const quoted = cause.sources.find((one) => quoteOf(one.span).file === 'nstat-after.txt');
    expect(quoted?.label).toBe('rose by 3');
  });

  it('overturns what was computed where it did not rise', () => {
    expect(kinds(told([counter(4), counter(4)]))).toEqual(['unexplained@B possible']);
  });

  it('narrows a silence down that nothing explains', () => {
    const b = host('B', { ...B, nstat: [counter(4), counter(7)] });
    const [cause] = causesOf(unanswered, host('A', A), b);
    expect(kinds([cause])).toEqual(['unexplained@B possible']);
    expect(cause.notes[0]).toContain('TcpExtIPReversePathFilter rose by 3');
  });
});

describe('rules and tracked connections', () => {
  const syn = found({
    kind: 'unanswered',
    protocol: 'tcp',
    port: 1521,
    requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
    requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
  });
  const rules = (statement: string) => `table inet filter {
	chain input {
		type filter hook input priority filter; policy accept;
		iifname "eth1" tcp dport 1521 ${statement}
	}
}`;
  const tracked = (port: number) =>
    `tcp      6 110 SYN_RECV src=10.2.0.100 dst=10.4.0.100 sport=${port} dport=1521 [UNREPLIED] src=10.4.0.100 dst=10.2.0.100 sport=1521 dport=${port} mark=0 use=1`;

  it('name the rule that drops the request, with its counter', () => {
    const b = host('B', { ...B, nft: rules('counter packets 3 bytes 180 drop') });
    const [cause] = causesOf(syn, host('A', A), b);
    expect(kinds([cause])).toEqual(['firewall-drops@B']);
    expect(quoteOf(cause.sources[0].span).line).toBe(4);
    expect(cause.notes).toContain("the rule's counter stands at 3");
  });

  it('doubt a rule that has counted nothing', () => {
    const b = host('B', { ...B, nft: rules('counter packets 0 bytes 0 drop') });
    expect(kinds(causesOf(syn, host('A', A), b))).toEqual(['firewall-drops@B likely']);
  });

  it('doubt a rule where this very connection was let in', () => {
    const b = host('B', { ...B, nft: rules('drop'), conntrack: tracked(40000) });
    expect(kinds(causesOf(syn, host('A', A), b))).toEqual(['firewall-drops@B possible']);
  });

  it('do not take the entry of another connection for it', () => {
    const b = host('B', { ...B, nft: rules('drop'), conntrack: tracked(40001) });
    expect(kinds(causesOf(syn, host('A', A), b))).toEqual(['firewall-drops@B']);
  });

  it('leave a dropped request open where no dump was given', () => {
    const b = host('B', { ...B, nft: null });
    const [cause] = causesOf(syn, host('A', A), b);
    expect(kinds([cause])).toEqual(['not-enough-information@null possible']);
    expect(cause.missing.map((one) => one.what)).toContain('nft list ruleset; iptables-save (on B)');
  });
});
