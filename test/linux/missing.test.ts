import { describe, expect, it } from 'vitest';
import { flowOf } from '../../src/linux/flow.ts';
import { lookupOutput } from '../../src/linux/lookup-output.ts';
import { ADDR, hostOf, ip } from './support/host.ts';

const MAIN = `
  default via 10.3.0.1 dev eth0
  10.3.0.0/24 dev eth0 proto kernel scope link src 10.3.0.100
  10.4.0.0/24 dev eth1 proto kernel scope link src 10.4.0.100`;
const RULES = `
  0: from all lookup local
  1000: from 10.4.0.100 lookup 100
  32766: from all lookup main
  32767: from all lookup default`;

/** `ip route` without `show table all`: the main table alone. */
function hostOfMain(more: { addr?: string; rules?: string }) {
  const state = hostOf({ ...more, routes: MAIN });
  return { ...state, given: new Set([...state.given].filter((one) => !one.startsWith('all-tables'))) };
}

const fromEth1 = flowOf(ip('10.2.0.100'), { source: ip('10.4.0.100') });

describe('what no file tells', () => {
  it('no rules: the default ones are assumed, and said to be', () => {
    const found = lookupOutput(hostOfMain({ addr: ADDR }), fromEth1);
    expect(found).toMatchObject({
      kind: 'route',
      device: 'eth0',
      assumed: [{ kind: 'rules', what: 'ip rule' }],
    });
  });

  it('no addresses: those that routes name are known, others are assumed to be local', () => {
    const state = hostOfMain({ rules: RULES.replace(/.*1000.*\n/, '') });
    expect(lookupOutput(state, fromEth1)).toMatchObject({ kind: 'route', device: 'eth0' });
    const other = lookupOutput(state, { ...fromEth1, source: ip('10.9.9.9') });
    expect(other).toMatchObject({ kind: 'route', assumed: [{ kind: 'addresses', what: 'ip addr' }] });
  });

  it('a table that a matching rule asks for and no file lists', () => {
    expect(lookupOutput(hostOfMain({ addr: ADDR, rules: RULES }), fromEth1)).toMatchObject({
      kind: 'cannot-tell',
      missing: [{ kind: 'routes', what: 'ip route show table 100' }],
    });
    const other = lookupOutput(hostOfMain({ addr: ADDR, rules: RULES }), {
      ...fromEth1,
      source: ip('10.3.0.100'),
    });
    expect(other).toMatchObject({ kind: 'route', device: 'eth0' });
  });

  it('no routes at all', () => {
    expect(lookupOutput(hostOf({ addr: ADDR }), flowOf(ip('10.2.0.100')))).toMatchObject({
      kind: 'cannot-tell',
      missing: [{ kind: 'routes', what: 'ip route' }],
    });
  });

  it('the local table follows from the addresses', () => {
    const state = hostOfMain({ addr: ADDR });
    expect(lookupOutput(state, flowOf(ip('10.4.0.100')))).toMatchObject({ type: 'local', device: 'lo' });
    expect(lookupOutput(state, flowOf(ip('127.3.2.1')))).toMatchObject({ type: 'local', device: 'lo' });
    expect(lookupOutput(state, flowOf(ip('10.4.0.255')))).toMatchObject({
      type: 'broadcast',
      device: 'eth1',
    });
  });
});
