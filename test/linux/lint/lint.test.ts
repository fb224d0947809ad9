import { describe, expect, it } from 'vitest';
import { quoteOf } from '../../../src/addr/source.ts';
import type { HostState } from '../../../src/linux/host-state.ts';
import { filterModes } from '../../../src/linux/lint/filter-modes.ts';
import type { Lint } from '../../../src/linux/lint/lint.ts';
import { lintOf } from '../../../src/linux/lint/lint-of.ts';
import { decide } from '../../../src/linux/route-answer.ts';
import { parseRouteQuery } from '../../../src/linux/route-query.ts';
import { buildHostState } from '../../../src/linux/state/build.ts';
import { configsIn, FIXTURES, measuredFolder, stateOf } from '../support/kernel-truth.ts';

const ADDRESSES = `1: lo: <LOOPBACK,UP> mtu 65536
    inet 127.0.0.1/8 scope host lo
2: eth0: <BROADCAST,UP,LOWER_UP> mtu 1500
    inet 10.3.0.100/24 scope global eth0
3: eth1: <BROADCAST,UP,LOWER_UP> mtu 1500
    inet 10.4.0.100/24 scope global eth1
`;
const ROUTES = `default via 10.3.0.1 dev eth0
10.3.0.0/24 dev eth0 proto kernel scope link src 10.3.0.100
10.4.0.0/24 dev eth1 proto kernel scope link src 10.4.0.100
local 10.3.0.100 dev eth0 table local proto kernel scope host src 10.3.0.100
`;
const MAIN = '32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n';

function stateWith({
  addresses = ADDRESSES,
  routes = ROUTES,
  rules = '',
  late = '',
  sysctl = '',
  listing = 'ip-route-all.txt',
  neighbours = '',
}): HostState {
  const files = {
    'ip-addr.txt': addresses,
    [listing]: routes,
    'ip-rule.txt': `0:\tfrom all lookup local\n${rules}${MAIN}${late}`,
    'sysctl.txt': sysctl,
    'ip-neigh.txt': neighbours,
  };
  return buildHostState(
    'b',
    Object.entries(files).map(([path, text]) => ({ path, text })),
  );
}

/** Kind and the number of the rule, or the line of the route. */
function told(state: HostState): string[] {
  return lintOf(state).map((one) => `${one.kind} ${'rule' in one ? one.rule.preference : subject(one)}`);
}

function subject(one: Exclude<Lint, { rule: unknown }>): string {
  switch (one.kind) {
    case 'table-unused':
      return `${one.table}: ${one.routes}`;
    case 'gateway-off-link':
      return quoteOf(one.route.span).text;
    case 'networks-overlap':
      return `${one.wide.device} ${one.narrow.device}`;
  }
}

const TABLE_7 = 'default via 10.4.0.1 dev eth1 table 7\n';

describe('the lint of a host', () => {
  it('finds nothing in a plain one, nor in a right source rule', () => {
    expect(told(stateWith({}))).toEqual([]);
    expect(told(stateWith({ rules: '100:\tfrom 10.4.0.100 lookup 7\n', routes: ROUTES + TABLE_7 }))).toEqual(
      [],
    );
  });

  it.each([
    ['100:\tfrom 10.4.0.100 iif eth1 lookup 7\n', ['rule-for-input-only 100']],
    ['100:\tfrom all iif lo lookup 7\n', []],
    ['100:\tnot from all iif eth1 lookup 7\n', []],
    ['100:\tfrom all oif eth9 [detached] lookup 7\n', ['rule-device-missing 100']],
    ['100:\tfrom 10.4.0.100 lookup 8\n', ['rule-table-empty 100', 'table-unused 7: 1']],
    ['100:\tfrom all goto 200\n', ['goto-nowhere 100', 'table-unused 7: 1']],
    ['100:\tfrom all goto 200\n200:\tfrom all lookup 7\n', ['rule-unreachable 32766']],
    ['100:\tfrom all lookup 7\n', ['rule-unreachable 32766']],
    ['100:\tfrom all lookup 7 suppress_prefixlength 0\n', []],
    ['100:\tfrom all fwmark 0x1 lookup 7\n', []],
    ['100:\tfrom all unreachable\n', ['rule-unreachable 32766', 'table-unused 7: 1']],
    [
      '100:\tfrom all goto 300\n200:\tfrom all unreachable\n300:\tfrom all lookup 7\n',
      ['rule-unreachable 32766'],
    ],
  ])('%j', (rules, expected) => {
    expect(told(stateWith({ rules, routes: ROUTES + TABLE_7 }))).toEqual(expected);
  });

  it('finds a rule that comes after the default route of main', () => {
    const late = '33000:\tfrom 10.4.0.100 lookup 7\n';
    expect(told(stateWith({ late, routes: ROUTES + TABLE_7 }))).toEqual(['rule-unreachable 33000']);
    expect(told(stateWith({ late, routes: ROUTES.replace(/^default.*\n/, '') + TABLE_7 }))).toEqual([]);
  });

  it('calls no table empty that no file listed', () => {
    const routes = 'default via 10.3.0.1 dev eth0\n';
    expect(
      told(stateWith({ routes, listing: 'ip-route.txt', rules: '100:\tfrom 10.4.0.100 lookup 8\n' })),
    ).toEqual([]);
  });

  it('finds gateways that no network of their interface holds', () => {
    const far = '10.8.0.0/16 via 10.9.0.1 dev eth1 onlink';
    expect(told(stateWith({ routes: `${ROUTES}${far}\n` }))).toEqual([`gateway-off-link ${far}`]);
    expect(told(stateWith({ routes: `${ROUTES}10.9.0.1 dev eth1 scope link\n${far}\n` }))).toEqual([]);
  });

  it('lets a gateway pass that is forced on the link and has answered there', () => {
    const routes = `${ROUTES}10.8.0.0/16 via 10.9.0.1 dev eth1 onlink\n`;
    const answered = '10.9.0.1 dev eth1 lladdr 02:00:00:00:03:01 REACHABLE\n';
    expect(told(stateWith({ routes, neighbours: answered }))).toEqual([]);
    const failed = '10.9.0.1 dev eth1 FAILED\n';
    expect(told(stateWith({ routes, neighbours: failed }))).toHaveLength(1);
  });

  it('finds one network on two interfaces, and one within the other', () => {
    const twice = `${ADDRESSES}4: eth2: <UP> mtu 1500\n    inet 10.4.0.7/24 scope global eth2\n`;
    expect(told(stateWith({ addresses: twice }))).toEqual(['networks-overlap eth1 eth2']);
    const within = `${ADDRESSES}4: eth2: <UP> mtu 1500\n    inet 10.0.0.7/8 scope global eth2\n`;
    expect(told(stateWith({ addresses: within }))).toEqual([
      'networks-overlap eth2 eth0',
      'networks-overlap eth2 eth1',
    ]);
  });

  it('takes the greater of two filter settings, and does not guess', () => {
    const sysctl = 'net.ipv4.conf.all.rp_filter = 1\nnet.ipv4.conf.eth0.rp_filter = 2\n';
    const modes = filterModes(stateWith({ sysctl })).map(({ device, mode }) => [device, mode]);
    expect(modes).toEqual([
      ['eth0', 2],
      ['eth1', null],
    ]);
  });
});

describe('what the lint says never decides', () => {
  it('decides in no lookup of the measured configurations', () => {
    for (const config of configsIn(measuredFolder() ?? FIXTURES)) {
      const state = stateOf(config);
      const lint = lintOf(state);
      for (const { cmd } of config.lookups) {
        const query = parseRouteQuery(cmd.split('route get ')[1]);
        if (!query.ok || query.value.flow.inputDevice !== null || query.value.flow.outputDevice !== null)
          continue;
        const decision = decide(state, query.value.flow);
        if (decision.kind !== 'route') continue;
        const wrong = lint.filter((one) => 'rule' in one && one.rule === decision.rule);
        expect(wrong.map((one) => `${config.id} ${cmd}: ${one.kind}`)).toEqual([]);
      }
    }
  }, 120_000);
});
