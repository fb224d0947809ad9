import { describe, expect, it } from 'vitest';
import { A, B, causesOf, found, host, kinds } from './support/story.ts';

const lost = found({
  kind: 'asymmetric-reply',
  requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
  requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
  replyLeft: 'eth0 10.4.0.100 > 10.2.0.100',
});
const TABLE = '\ndefault via 10.4.0.1 dev eth1 table 200';
const RULE = `0: from all lookup local
100: from all fwmark 0x1 lookup 200
32766: from all lookup main
32767: from all lookup default`;

const rules = (pre: string, out: string, type = 'route') => `table ip cm {
	chain pre {
		type filter hook prerouting priority mangle; policy accept;
		${pre}
	}
	chain out {
		type ${type} hook output priority mangle; policy accept;
		${out}
	}
}`;
const SET = 'iifname "eth1" ct state new ct mark set 0x00000001';
const RESTORE = 'ct mark 0x00000001 meta mark set ct mark';

const told = (nft: string | null, ruleList = RULE, sysctl = '') => {
  const settings = `net.ipv4.conf.all.rp_filter = 0\nnet.ipv4.conf.eth1.rp_filter = 0\n${sysctl}`;
  const b = host('B', { ...B, routes: B.routes + TABLE, rules: ruleList, nft, sysctl: settings });
  return kinds(causesOf(lost, host('A', A), b));
};

describe('marks that should lead a reply home', () => {
  it('are not on the reply where nothing restores them', () => {
    expect(told(rules(SET, 'counter packets 0 bytes 0'))).toEqual(['mark-not-on-reply@B']);
  });

  it('come too late in a chain of type filter', () => {
    expect(told(rules(SET, RESTORE, 'filter'))).toEqual(['mark-no-reroute@B']);
  });

  it('are used by no rule', () => {
    expect(told(rules(SET, RESTORE), RULE.replace(/^100:.*\n/m, ''))).toEqual(['mark-rule-missing@B']);
  });

  it('are of another value than the rule asks for', () => {
    expect(told(rules(SET, RESTORE), RULE.replace('0x1', '0x2'))).toEqual(['rule-wrong-selector@B']);
  });

  it('contradict the capture where all is right', () => {
    expect(told(rules(SET, RESTORE))).toEqual(['unexplained@B possible']);
  });

  it('are reflected by a setting, or not', () => {
    const marked = rules('iifname "eth1" meta mark set 0x00000001', 'counter packets 0 bytes 0');
    expect(told(marked, RULE, 'net.ipv4.fwmark_reflect = 0')).toEqual(['mark-not-on-reply@B']);
    expect(told(marked, RULE, 'net.ipv4.fwmark_reflect = 1')).toEqual(['unexplained@B possible']);
    const other = RULE.replace('0x1', '0x2');
    expect(told(marked, other, 'net.ipv4.fwmark_reflect = 1')).toEqual(['rule-wrong-selector@B']);
    const none = RULE.replace(/^100:.*\n/m, '');
    expect(told(marked, none, 'net.ipv4.fwmark_reflect = 1')).toEqual(['mark-rule-missing@B']);
  });

  it('cannot be judged without the firewall rules', () => {
    expect(told(null)).toEqual(['not-enough-information@null possible']);
    expect(told(null, RULE.replace(/^100:.*\n/m, ''))).toEqual(['not-enough-information@null possible']);
  });

  it('are asked for by a rule that would not help, whatever they are', () => {
    expect(told(null, RULE.replace('200', '201'))).toEqual(['not-enough-information@null possible']);
    const named = RULE.replace('fwmark 0x1', 'fwmark 0x1 iif eth1');
    expect(told(null, named)).toEqual(['rule-never-matches-local@B']);
  });

  it('are nobody`s concern where no table would lead home', () => {
    const b = host('B', { ...B, nft: rules(SET, RESTORE) });
    expect(kinds(causesOf(lost, host('A', A), b))).toEqual(['default-route-only@B']);
  });
});

describe('marks of what the reverse-path filter of the originator looks at', () => {
  const RULE_A = RULE.replace('100:', '32765:').replace('0x1 lookup 200', '0x7 lookup 100');
  const MARKING = `table ip m {
	chain out {
		type route hook output priority mangle; policy accept;
		ip daddr 10.4.0.0/24 meta mark set 0x00000007
	}
}`;
  const came = (source = '10.2.0.100') =>
    found({
      kind: 'reply-not-accepted',
      requestLeft: `eth1 ${source} > 10.4.0.100`,
      requestReached: `eth1 ${source} > 10.4.0.100`,
      replyLeft: `eth1 10.4.0.100 > ${source}`,
      replyReached: `eth1 10.4.0.100 > ${source}`,
    });
  const judged = (nft: string | null, valid: 0 | 1, source?: string) => {
    const a = host('A', {
      ...A,
      routes: `${A.routes}
default via 10.2.0.1 dev eth1 table 100
172.17.0.0/16 dev docker0 proto kernel scope link`,
      rules: RULE_A,
      nft,
      sysctl: `net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.rp_filter = 0\nnet.ipv4.conf.eth1.rp_filter = 1
net.ipv4.conf.all.src_valid_mark = ${valid}\nnet.ipv4.conf.eth1.src_valid_mark = 0`,
    });
    return causesOf(came(source), a, host('B', B));
  };

  it('do not count without src_valid_mark: no rule on one is at fault, whatever the firewall does', () => {
    expect(kinds(judged(MARKING, 0))).toEqual(['rp-filter-strict@A']);
    expect(kinds(judged(null, 0))).toEqual(['rp-filter-strict@A']);
  });

  it('are not asked for where the firewall rules are given', () => {
    expect(kinds(judged(MARKING, 1))).toEqual(['rp-filter-strict@A']);
  });

  it('are open with src_valid_mark and without the rules, of which way the packet took nothing is said', () => {
    const [open] = judged(null, 1);
    expect(open.kind).toBe('not-enough-information');
    expect(open.sentence).toBe(
      'rule 32765 of A leads what bears its mark by eth1; whether packets from 10.2.0.100 bear it cannot be told without the firewall rules of A',
    );
  });

  it('lead what is passed on by the route of their table, too', () => {
    const [open] = judged(null, 1, '172.17.0.2');
    expect(open.sentence).toContain('rule 32765 of A leads what bears its mark by eth1;');
  });
});
