import { describe, expect, it } from 'vitest';
import { flowOf } from '../../src/linux/flow.ts';
import { ruleMismatch } from '../../src/linux/rule-match.ts';
import { get, host6With, hostWith, ip } from './support/host.ts';

const ROUTES = `
  default via 10.3.0.1 dev eth0
  default via 10.4.0.1 dev eth1 table 100`;
const BY_MAIN = 'via 10.3.0.1 dev eth0';
const BY_RULE = 'via 10.4.0.1 dev eth1 table 100';

/** Where a reply from 10.4.0.100 goes when the host has this one rule. */
function withRule(rule: string, query: string): string {
  return get(hostWith(ROUTES, `1000: ${rule} lookup 100`), query);
}

describe('selectors of a rule', () => {
  const cases: [string, string, string][] = [
    ['from 10.4.0.100', '10.2.0.100 from 10.4.0.100', '10.2.0.100 from 10.3.0.100'],
    ['from 10.4.0.0/24', '10.2.0.100 from 10.4.0.100', '10.2.0.100 from 10.3.0.100'],
    ['from all to 10.2.0.0/24', '10.2.0.9 from 10.3.0.100', '10.1.0.9 from 10.3.0.100'],
    ['from all fwmark 0x1', '10.2.0.9 from 10.3.0.100 mark 1', '10.2.0.9 from 10.3.0.100 mark 3'],
    ['from all fwmark 0x1/0x1', '10.2.0.9 from 10.3.0.100 mark 3', '10.2.0.9 from 10.3.0.100 mark 2'],
    ['from all tos 0x10', '10.2.0.9 from 10.3.0.100 tos 0x10', '10.2.0.9 from 10.3.0.100 tos 0x08'],
    ['from all ipproto tcp', '10.2.0.9 from 10.3.0.100 ipproto tcp', '10.2.0.9 from 10.3.0.100'],
    [
      'from all ipproto tcp dport 22',
      '10.2.0.9 from 10.3.0.100 ipproto tcp dport 22',
      '10.2.0.9 from 10.3.0.100 ipproto tcp dport 23',
    ],
    [
      'from all sport 1000-2000',
      '10.2.0.9 from 10.3.0.100 sport 2000',
      '10.2.0.9 from 10.3.0.100 sport 2001',
    ],
    ['from all uidrange 1000-1999', '10.2.0.9 from 10.3.0.100 uid 1000', '10.2.0.9 from 10.3.0.100 uid 0'],
    ['from all iif lo', '10.2.0.9 from 10.3.0.100', '10.4.0.9 from 10.2.0.9 iif eth0'],
    ['not from 10.3.0.100', '10.2.0.9 from 10.4.0.100', '10.2.0.9 from 10.3.0.100'],
  ];
  it.each(cases)('%s', (rule, fitting, unfitting) => {
    expect(withRule(rule, fitting)).toBe(BY_RULE);
    expect(withRule(rule, unfitting)).not.toContain('table 100');
  });

  it('oif matches the bound device only', () => {
    expect(withRule('from all oif eth1', '10.2.0.9 from 10.4.0.100 oif eth1')).toBe(BY_RULE);
    expect(withRule('from all oif eth1', '10.2.0.9 from 10.4.0.100')).toBe(BY_MAIN);
  });

  it('iif eth1 never matches what the host sends itself, as its incoming interface is lo', () => {
    expect(withRule('from 10.4.0.100 iif eth1', '10.2.0.100 from 10.4.0.100')).toBe(BY_MAIN);
    const state = hostWith(ROUTES, '1000: from 10.4.0.100 iif eth1 lookup 100');
    const rule = state.rules.find((one) => one.preference === 1000)!;
    expect(ruleMismatch(state, rule, flowOf(ip('10.2.0.100'), { source: ip('10.4.0.100') }))).toBe(
      'iif-local',
    );
  });

  it('a device that the host does not have never matches, unless inverted', () => {
    expect(withRule('from all oif eth7 [detached]', '10.2.0.9 from 10.4.0.100')).toBe(BY_MAIN);
    expect(withRule('not from all oif eth7 [detached]', '10.2.0.9 from 10.4.0.100')).toBe(BY_RULE);
  });

  it('tos sees the three bits below the precedence in IPv4, the whole DSCP in IPv6', () => {
    expect(withRule('from all tos 0x10', '10.2.0.9 from 10.4.0.100 tos 0xb0')).toBe(BY_RULE);
    const state = host6With(
      'default via fd00:3::1 dev eth0 metric 1024 pref medium\ndefault via fd00:4::1 dev eth1 table 100 metric 1024 pref medium',
      '1000: from all tos 0x10 lookup 100',
    );
    expect(get(state, '-6 2001:db8::1 tos 0x10')).toContain('table 100');
    expect(get(state, '-6 2001:db8::1 tos 0xb0')).not.toContain('table 100');
  });

  it('from does not match in IPv6 while the source is not chosen', () => {
    const state = host6With(
      'default via fd00:3::1 dev eth0 metric 1024 pref medium\ndefault via fd00:4::1 dev eth1 table 100 metric 1024 pref medium',
      '1000: from fd00:4::/64 lookup 100',
    );
    expect(get(state, '-6 2001:db8::1')).toContain('dev eth0');
    expect(get(state, '-6 2001:db8::1 from fd00:4::100')).toContain('dev eth1');
  });
});

describe('order and actions of rules', () => {
  const query = '10.2.0.100 from 10.4.0.100';
  const cases: [string, string, string][] = [
    ['a table without a route falls through', '900: from all lookup 77', BY_MAIN],
    ['a rule after main is not reached', '40000: from 10.4.0.100 lookup 100', BY_MAIN],
    ['blackhole', '900: from 10.4.0.100 blackhole', 'EINVAL'],
    ['unreachable', '900: from 10.4.0.100 unreachable', 'ENETUNREACH'],
    ['prohibit', '900: from 10.4.0.100 prohibit', 'EACCES'],
    ['nop', '900: from all nop', BY_MAIN],
    ['goto skips what lies between', '900: from all goto 32766\n1000: from all lookup 100', BY_MAIN],
    ['goto evaluates its target', '900: from all goto 1000\n1000: from all lookup 100', BY_RULE],
    [
      'an unresolved goto goes nowhere',
      '900: from all goto 950 [unresolved]\n1000: from all lookup 100',
      BY_RULE,
    ],
    ['the first of equal preference', '900: from all lookup 100\n900: from all prohibit', BY_RULE],
    [
      'suppress_prefixlength refuses a default route',
      '900: from all lookup 100 suppress_prefixlength 0',
      BY_MAIN,
    ],
    [
      'suppress_ifgroup refuses a device of the group',
      '900: from all lookup 100 suppress_ifgroup 5',
      BY_MAIN,
    ],
    ['suppress_ifgroup lets others pass', '900: from all lookup 100 suppress_ifgroup 6', BY_RULE],
  ];
  it.each(cases)('%s', (_, rules, expected) => {
    expect(get(hostWith(ROUTES, rules), query)).toBe(expected);
  });

  it('a rule word that is not known makes the answer depend on it only where all else matches', () => {
    const state = hostWith(ROUTES, '900: from 10.4.0.100 lookup 100');
    const rules = state.rules.map((rule) =>
      rule.preference === 900 ? { ...rule, unmodelled: ['tun_id 7'] } : rule,
    );
    expect(get({ ...state, rules }, query)).toBe('cannot tell: unmodelled: tun_id 7');
    expect(get({ ...state, rules }, '10.2.0.100 from 10.3.0.100')).toBe(BY_MAIN);
  });
});
