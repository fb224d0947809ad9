import { describe, expect, it } from 'vitest';
import { formatPrefix } from '../../../src/addr/prefix.ts';
import { quoteOf } from '../../../src/addr/source.ts';
import type { Rule } from '../../../src/linux/host-state.ts';
import { stateOf } from './read-state.ts';

function only(text: string): Rule {
  const { rules, problems } = stateOf(text);
  expect(problems).toEqual([]);
  expect(rules).toHaveLength(1);
  return rules[0];
}

describe('ip rule', () => {
  it('reads every selector', () => {
    const rule = only(
      '1001:\tfrom 10.1.0.0/24 to 10.2.0.0/16 tos 0x10 fwmark 0x1/0xff iif eth0 oif gone0 [detached] uidrange 0-99 ipproto tcp sport 1-1023 dport 22 lookup 77 suppress_prefixlength 0 suppress_ifgroup 7 realms 3/4 proto ra',
    );
    expect(rule).toMatchObject({
      family: 4,
      preference: 1001,
      not: false,
      tos: 0x10,
      mark: { value: 1, mask: 0xff },
      inputDevice: 'eth0',
      outputDevice: 'gone0',
      users: { first: 0, last: 99 },
      protocol: 6,
      sourcePorts: { first: 1, last: 1023 },
      destinationPorts: { first: 22, last: 22 },
      action: { kind: 'lookup', table: 77 },
      suppressPrefixLength: 0,
      suppressGroup: '7',
      unmodelled: [],
    });
    expect(formatPrefix(rule.from!)).toBe('10.1.0.0/24');
    expect(formatPrefix(rule.to!)).toBe('10.2.0.0/16');
  });

  it.each([
    [
      '5: from all fwmark 0x5 blackhole',
      { mark: { value: 5, mask: 0xffffffff }, action: { kind: 'blackhole' } },
    ],
    ['5: not from 10.3.0.1 goto 5000', { not: true, action: { kind: 'goto', preference: 5000 } }],
    ['5: from all goto 9000 [unresolved]', { action: { kind: 'goto', preference: 9000 } }],
    ['5: from all goto none [unresolved]', { action: { kind: 'nop' } }],
    ['5: from all nop', { action: { kind: 'nop' } }],
    ['5: from all ipproto ipproto-250 prohibit', { protocol: 250, action: { kind: 'prohibit' } }],
    ['5: from all lookup [l3mdev-table]', { l3mdev: true, action: { kind: 'lookup', table: 0 } }],
    ['5: from all dscp CS6 lookup main', { dscp: 48, action: { kind: 'lookup', table: 254 } }],
    ['5: from 0/8 lookup main', { from: { length: 8 } }],
    ['5: from all tun_id 7 lookup main', { unmodelled: ['tun_id'] }],
    ['5: from all sport 0x10/0xf0 lookup main', { unmodelled: ['sport 0x10/0xf0'], sourcePorts: null }],
  ])('reads %s', (line, expected) => {
    expect(only(line)).toMatchObject(expected);
  });

  it('tells the family by addresses, then by name, then by the default table', () => {
    const family = (text: string, path?: string) => stateOf(text, path).rules[0].family;
    expect(family('5: from 2001:db8::1 lookup main')).toBe(6);
    expect(family('0: from all lookup local\n32767: from all lookup default', 'ip6-rule.txt')).toBe(6);
    expect(family('0: from all lookup local\n32767: from all lookup default')).toBe(4);
    expect(family('$ ip -6 rule\n0: from all lookup local\n32767: from all lookup default')).toBe(6);
    expect(family('$ ip rule\n0: from all lookup local', 'rules6.txt')).toBe(4);
    expect(family('0: from all lookup local\n32766: from all lookup main', 'ip6-rule.txt')).toBe(6);
    expect(family('0: from all lookup local\n32766: from all lookup main', 'ip_-6_rule')).toBe(6);
    expect(family('0: from all lookup local\n102: from all lookup default', 'ip6-rule.txt')).toBe(6);
    expect(family('0: from all lookup local\n32766: from all lookup main')).toBe(4);
  });

  it('sorts by preference and keeps the order within one', () => {
    const { rules } = stateOf(
      '9: from all iif b lookup main\n5: from all lookup main\n9: from all iif a lookup main',
    );
    expect(rules.map(({ preference, inputDevice }) => `${preference}${inputDevice ?? ''}`)).toEqual([
      '5',
      '9b',
      '9a',
    ]);
  });

  it('lets a table without a number meet the routes that name it the same', () => {
    const { rules, routes, tableNames } = stateOf(
      '$ ip rule\n100: from 10.4.0.100 lookup isp2\n101: from 10.4.0.101 lookup isp3\n$ ip route show table all\ndefault via 10.4.0.1 dev eth1 table isp2\n',
    );
    const [isp2, isp3] = rules.map(({ action }) => (action.kind === 'lookup' ? action.table : 0));
    expect(routes[0].table).toBe(isp2);
    expect(isp2).toBeLessThan(0);
    expect(isp3).not.toBe(isp2);
    expect(tableNames.get('isp2')).toBe(isp2);
  });

  it('takes names from rt_tables, in whichever order the files come', () => {
    const { rules } = stateOf(
      '# ip rule\n100: from 10.4.0.100 lookup isp2\n# cat /etc/iproute2/rt_tables\n255\tlocal\n200 isp2 # second line\n',
    );
    expect(rules[0].action).toEqual({ kind: 'lookup', table: 200 });
  });

  it('warns of what it does not understand', () => {
    const { rules, problems } = stateOf(
      '5: from all lookup main\n6: from 10.0.0.300 lookup main\n7: from all\n8: from all shiny lookup main\n',
    );
    expect(rules.map(({ preference, unmodelled }) => [preference, ...unmodelled])).toEqual([
      [5],
      [6, "'from' in line 2 of pasted"],
      [7, 'the action in line 3 of pasted'],
      [8, 'shiny'],
    ]);
    expect(problems.map((one) => ('span' in one ? [one.kind, quoteOf(one.span).line] : one))).toEqual([
      ['line-not-understood', 2],
      ['line-not-understood', 3],
      ['word-not-understood', 4],
    ]);
  });
});

describe('listings of both families in one file', () => {
  const FOUR = '0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n';
  const SIX = '0:\tfrom all lookup local\n100:\tfrom all fwmark 0x1 lookup 7\n32766:\tfrom all lookup main\n';
  const told = (text: string) =>
    stateOf(text).rules.map(({ family, preference }) => `${family} ${preference}`);
  const both = ['4 0', '4 32766', '4 32767', '6 0', '6 100', '6 32766'];

  it('are told apart where the first rule comes again, whichever is first', () => {
    expect(told(FOUR + SIX)).toEqual(both);
    expect(told(SIX + FOUR)).toEqual(both);
    expect([...stateOf(FOUR + SIX).given]).toEqual(['rules4', 'rules6']);
  });

  it('name the line as the file has it', () => {
    const { rules } = stateOf(FOUR + SIX);
    expect(quoteOf(rules[4].span!)).toMatchObject({ line: 5 });
  });

  it('of one family twice are that one, and compared', () => {
    expect(told(FOUR + FOUR)).toEqual(both.slice(0, 3));
    const changed = FOUR.replace('32766', '9:\tfrom 10.4.0.100 lookup 7\n32766');
    expect(stateOf(FOUR + changed).problems.map(({ kind }) => kind)).toEqual(['contradiction']);
  });

  it('are one where several rules have the preference 0', () => {
    expect(told(`0:\tfrom all iif eth9 lookup 7\n${FOUR}`)).toEqual(['4 0', ...both.slice(0, 3)]);
  });
});
