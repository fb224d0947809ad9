import { describe, expect, it } from 'vitest';
import {
  withoutRoute,
  withoutRule,
  withRoute,
  withRule,
  withRuleInstead,
  withSysctl,
} from '../../src/linux/changed-state.ts';
import { lookupRule } from '../../src/linux/default-rules.ts';
import { flowOf } from '../../src/linux/flow.ts';
import { lookupOutput } from '../../src/linux/lookup-output.ts';
import { effectiveRpFilter } from '../../src/linux/rp-filter.ts';
import { get, host6With, hostWith, ip } from './support/host.ts';

const QUERY = '10.2.0.100 from 10.4.0.100';
const state = hostWith(
  'default via 10.3.0.1 dev eth0\ndefault via 10.4.0.1 dev eth1 table 100',
  '900: from 10.4.0.100 iif eth1 lookup 100',
  {
    sysctl: 'net.ipv4.conf.eth1.rp_filter = 1',
  },
);
const rule = state.rules.find((one) => one.preference === 900)!;
const BY_ETH1 = 'via 10.4.0.1 dev eth1 table 100';

describe('a copy of the state with one thing changed', () => {
  it('leaves the state as it was', () => {
    get(withRule(state, lookupRule(4, 800, 100)), QUERY);
    expect(get(state, QUERY)).toBe('via 10.3.0.1 dev eth0');
  });

  it('a rule more, less or other', () => {
    const added = lookupRule(4, 800, 100);
    expect(get(withRule(state, added), QUERY)).toBe(BY_ETH1);
    expect(get(withoutRule(withRule(state, added), added), QUERY)).toBe('via 10.3.0.1 dev eth0');
    expect(get(withRuleInstead(state, rule, { ...rule, inputDevice: null }), QUERY)).toBe(BY_ETH1);
    expect(get(withRule(state, lookupRule(4, 40000, 100)), QUERY)).toBe('via 10.3.0.1 dev eth0');
  });

  it('a rule more where none were told keeps the default ones, and says that they are assumed', () => {
    const untold = {
      ...state,
      rules: [],
      given: new Set([...state.given].filter((one) => one !== 'rules4')),
    };
    const changed = withRule(untold, lookupRule(4, 800, 100));
    expect(get(changed, QUERY)).toBe(BY_ETH1);
    expect(get(changed, '10.4.0.100')).toContain('local dev lo');
    const found = lookupOutput(changed, flowOf(ip('10.2.0.100'), { source: ip('10.4.0.100') }));
    expect(found).toMatchObject({ assumed: [{ kind: 'rules' }] });
  });

  it('an IPv6 rule takes its place among the IPv6 rules', () => {
    const both = host6With('', '', {
      rules: '0: from all lookup local\n32766: from all lookup main\n32767: from all lookup default',
    });
    const rules = withRule(both, lookupRule(6, 800, 100)).rules.filter((one) => one.family === 6);
    expect(rules.map((one) => one.preference)).toEqual([0, 800, 32766]);
  });

  it('a route more or less', () => {
    const back = state.routes.find((one) => one.table === 100)!;
    const moved = { ...back, table: 254, destination: { address: back.destination.address, length: 1 } };
    expect(get(withRoute(state, moved), QUERY)).toBe('via 10.4.0.1 dev eth1');
    expect(get(withoutRoute(withRule(state, lookupRule(4, 800, 100)), back), QUERY)).toBe(
      'via 10.3.0.1 dev eth0',
    );
  });

  it('a sysctl', () => {
    const key = 'net.ipv4.conf.eth1.rp_filter';
    const { span } = state.sysctls.get(key)!;
    expect(effectiveRpFilter(withSysctl(state, key, { value: '2', span }), 'eth1').value).toBe(2);
  });
});
