import { describe, expect, it } from 'vitest';
import { flowOf } from '../../src/linux/flow.ts';
import { lookupOutput } from '../../src/linux/lookup-output.ts';
import { buildHostState } from '../../src/linux/state/build.ts';
import { ADDR, CONNECTED, hostOf, ip, LOCAL } from './support/host.ts';

const RULES = `
  0: from all lookup local
  32766: from all lookup main
  32767: from all lookup default`;

function lookup(routes: string, destination: string, rules = RULES) {
  const state = hostOf({
    addr: ADDR,
    routes: `${LOCAL}${CONNECTED}\n  default via 10.3.0.1 dev eth0${routes}`,
    rules,
  });
  return lookupOutput(state, flowOf(ip(destination)));
}

describe('a line that was not understood', () => {
  const broken = '\n  10.2.0.0/16 via 10.4.0. dev eth1';

  it('makes lookups that it would decide impossible to tell, and is named', () => {
    expect(lookup(broken, '10.2.0.100')).toMatchObject({
      kind: 'cannot-tell',
      missing: [{ kind: 'not-understood', what: 'line 9 of ip-route-show-table-all.txt' }],
    });
  });

  it('leaves alone lookups that a longer prefix decides, or of other destinations', () => {
    expect(lookup(`${broken}\n  10.2.0.0/24 via 10.4.0.1 dev eth1`, '10.2.0.100')).toMatchObject({
      kind: 'route',
      device: 'eth1',
      assumed: [],
    });
    expect(lookup(broken, '10.9.0.1')).toMatchObject({ kind: 'route', device: 'eth0', assumed: [] });
  });

  it('is taken for harmless, and said to be, where it hides even its destination', () => {
    expect(lookup('\n  Dump was interrupted and may be inconsistent.', '10.2.0.100')).toMatchObject({
      kind: 'route',
      device: 'eth0',
      assumed: [{ kind: 'not-understood', what: 'line 9 of ip-route-show-table-all.txt' }],
    });
  });

  it('is in the table it names', () => {
    const other = '\n  10.2.0.0/16 via 10.4.0. dev eth1 table 200';
    expect(lookup(other, '10.2.0.100')).toMatchObject({ kind: 'route', assumed: [] });
  });

  it('among the rules keeps its place: what comes before it is decided', () => {
    const rules = `
  0: from all lookup local
  5: from all to 10.9.0.0/16 lookup main
  10: from 10.3.0.300 lookup 200
  32766: from all lookup main`;
    expect(lookup('', '10.9.0.1', rules)).toMatchObject({ kind: 'route', assumed: [] });
    expect(lookup('', '10.2.0.100', rules)).toMatchObject({
      kind: 'cannot-tell',
      missing: [{ what: "'from' in line 3 of ip-rule.txt" }],
    });
  });

  it('in JSON is its element', () => {
    const text = '[{"dst":"default","gateway":"10.3.0.1","dev":"eth0"},{"dst":"10.2.0.0/16","gateway":"?"}]';
    const state = buildHostState('B', [{ path: 'r.json', text }]);
    expect(state.gaps).toMatchObject([{ kind: 'route', table: 254, span: { start: 53 } }]);
    expect(lookupOutput(state, flowOf(ip('10.2.0.100')))).toMatchObject({ kind: 'cannot-tell' });
  });

  it('may be a part of a file cut off', () => {
    const text = '[{"dst":"default","gateway":"10.3.0.1","dev":"eth0"},{"dst":"10.2.0.0/16","ga';
    const state = buildHostState('B', [{ path: 'r.json', text }]);
    expect(lookupOutput(state, flowOf(ip('10.2.0.100')))).toMatchObject({
      kind: 'route',
      assumed: expect.arrayContaining([{ kind: 'not-understood', what: 'line 1 of r.json' }]),
    });
  });
});

describe('a listing of a part', () => {
  it('does not stand for the whole', () => {
    const text =
      '$ ip route show table all dev eth1\ndefault via 10.4.0.1 table 200\n10.4.0.0/24 proto kernel scope link\n';
    const { given } = buildHostState('B', [{ path: 'x', text }]);
    expect([...given]).toEqual([]);
  });
});
