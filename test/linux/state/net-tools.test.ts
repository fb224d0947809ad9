import { describe, expect, it } from 'vitest';
import { formatIp } from '../../../src/addr/ip.ts';
import { formatPrefix } from '../../../src/addr/prefix.ts';
import type { HostState, Route } from '../../../src/linux/host-state.ts';
import { buildHostState } from '../../../src/linux/state/build.ts';
import { folder, model } from './read-state.ts';

const plain = buildHostState('host', folder('rich/plain'));

function of(form: string, file: string): HostState {
  return buildHostState(
    'host',
    folder(`rich/${form}`, (one) => one === file),
  );
}

/** What `route -n` shows of a route: not which refusal, nor a second next hop, nor a gateway of IPv6. */
function shown({ destination, type, nextHops, metric }: Route, withMetric: boolean): string {
  const to = formatPrefix(destination);
  const refused = type === 'unicast' ? '' : ' refused';
  const hop = refused ? undefined : nextHops[0];
  const via = hop?.gateway?.family === 4 ? formatIp(hop.gateway) : '-';
  return `${to}${refused} ${hop ? `${via} ${hop.device}` : ''} ${withMetric ? metric : ''}`;
}

function main4(state: HostState, withMetric: boolean): string[] {
  const own = state.routes.filter((one) => one.table === 254 && one.destination.address.family === 4);
  return own.map((route) => shown(route, withMetric)).sort();
}

describe('IPv4 tables of net-tools and busybox hold table main', () => {
  it.each([
    ['net-tools', 'route-n.txt', true],
    ['net-tools', 'route-ne.txt', false],
    ['net-tools', 'netstat-rn.txt', false],
    ['net-tools', 'netstat-ren.txt', true],
    ['busybox', 'route-n.txt', true],
    ['busybox', 'netstat-rn.txt', false],
  ])('%s %s', (form, file, withMetric) => {
    const state = of(form, file);
    expect(main4(state, withMetric)).toEqual(main4(plain, withMetric));
    expect([...state.given]).toEqual(['routes4']);
    expect(state.problems).toEqual([]);
  });

  it('a column behind the device may have cut its name, which makes the route doubtful', () => {
    const { routes, problems } = of('net-tools', 'route-nee.txt');
    const doubtful = routes.filter(
      ({ nextHops, unmodelled }) => nextHops.length > 0 && unmodelled.length > 0,
    );
    expect(doubtful.map(({ nextHops, unmodelled }) => [nextHops[0].device, ...unmodelled])).toEqual([
      ['eth1.2', 'eth1.2...'],
      ['eth0', 'G'],
    ]);
    expect(problems).toEqual([]);
  });
});

describe('IPv6 tables of net-tools and busybox hold all tables in one', () => {
  const keyOf = ({ destination, type, nextHops, metric }: Route) =>
    nextHops.map(({ gateway, device }) =>
      [
        formatPrefix(destination),
        type === 'prohibit' ? 'unreachable' : type,
        gateway && formatIp(gateway),
        device,
        metric,
      ].join(' '),
    );
  const all6 = (state: HostState) =>
    state.routes
      .filter(({ destination, sourcePrefix }) => destination.address.family === 6 && !sourcePrefix)
      .flatMap(keyOf)
      .sort();

  it.each([
    ['net-tools', 'route-A-inet6-n.txt'],
    ['net-tools', 'netstat-rn6.txt'],
    ['busybox', 'route-A-inet6.txt'],
  ])('%s %s', (form, file) => {
    const state = of(form, file);
    // A route for sources of one prefix only is shown as one for all.
    const extra = 'default unicast 2001:db8:4::1 eth1 300';
    expect(all6(state).filter((key) => key !== extra)).toEqual(all6(plain));
    expect(state.problems).toEqual([]);
  });

  const HEAD = `Kernel IPv6 routing table
Destination                    Next Hop                   Flag Met Ref Use If
`;
  const NETWORK = 'fd00:4::/64                    ::                         U    256 1     0 eth1\n';
  const NOWHERE = '::/0                           ::                         !n   -1  1     0 lo\n';
  const told = (rows: string) => buildHostState('host', [{ path: 'netstat-rn6.txt', text: HEAD + rows }]);

  it('the entry behind all others is none', () => {
    const { routes, problems, given } = told(NETWORK + NOWHERE);
    expect(routes.map(({ destination }) => formatPrefix(destination))).toEqual(['fd00:4::/64']);
    expect(problems).toEqual([]);
    expect(given.has('routes6')).toBe(true);
  });

  it('but a route that refuses is one, and expires or not', () => {
    const { routes } = told(
      NETWORK.replace('U  ', '!n ') + NETWORK.replace('U  ', 'Ue ').replace('4::', '5::'),
    );
    expect(routes.map(({ type, expires }) => [type, expires])).toEqual([
      ['unreachable', false],
      ['unicast', true],
    ]);
  });

  it('rows that are not understood are named; with no other row the table is not known', () => {
    const broken = NETWORK.replace('fd00:4::/64', 'fd00:4::/640');
    expect(told(NETWORK + broken)).toMatchObject({
      problems: [{ kind: 'line-not-understood' }],
      routes: [{}],
    });
    const { given, problems } = told(broken);
    expect(problems).toHaveLength(1);
    expect(given.has('routes6')).toBe(false);
    expect(told('').given.has('routes6')).toBe(true);
  });

  it('beside rules that name other tables, which of them a route is in is doubtful', () => {
    const rules = folder('rich/plain', (file) => file === 'ip-6-rule.txt' || file === 'rt_tables');
    const table = folder('rich/net-tools', (file) => file === 'netstat-rn6.txt');
    const { routes } = buildHostState('host', [...rules, ...table]);
    const main = routes.filter((route) => route.table === 254);
    expect(main.length).toBeGreaterThan(5);
    expect(main.every(({ unmodelled }) => unmodelled.includes('table'))).toBe(true);
    expect(
      of('net-tools', 'netstat-rn6.txt').routes.some(({ unmodelled }) => unmodelled.includes('table')),
    ).toBe(false);
  });
});

describe('links, addresses and neighbours in other forms', () => {
  const addresses = (state: HostState) =>
    state.addresses.map(({ device, prefix, scope }) => `${device} ${formatPrefix(prefix)} ${scope}`).sort();

  it.each([
    ['net-tools', 'ifconfig.txt'],
    ['busybox', 'ifconfig.txt'],
    ['busybox', 'ip-addr.txt'],
    ['brief', 'ip-br-addr.txt'],
    ['brief', 'ip-br-c-addr.txt'],
  ])('%s %s', (form, file) => {
    const state = of(form, file);
    expect(addresses(state)).toEqual(addresses(plain));
    expect(state.links.map(({ name }) => name).sort()).toEqual(plain.links.map(({ name }) => name).sort());
    const running = (one: HostState) =>
      one.links
        .filter(({ flags }) => flags.has('LOWER_UP'))
        .map(({ name }) => name)
        .sort();
    expect(running(state)).toEqual(running(plain));
    expect(state.problems).toEqual([]);
  });

  it.each([
    ['net-tools', 'arp-n.txt', true],
    ['net-tools', 'arp-an.txt', true],
    ['net-tools', 'arp-en.txt', true],
    ['busybox', 'arp-an.txt', true],
    ['busybox', 'ip-neigh.txt', true],
    ['brief', 'ip-br-neigh.txt', false],
  ])('%s %s', (form, file, withStates) => {
    const state = of(form, file);
    const plainOf = ({ neighbours }: HostState) =>
      model(
        neighbours
          .filter(({ address }) => address.family === 4)
          .map((one) => ({ ...one, address: formatIp(one.address), states: withStates ? one.states : [] }))
          .sort((a, b) => a.address.localeCompare(b.address)),
      );
    expect(plainOf(state)).toEqual(plainOf(plain));
    expect(state.problems).toEqual([]);
  });
});

describe('ip of busybox', () => {
  it('leaves out next hops, which makes lookups of such routes impossible to tell', () => {
    const { gaps, routes } = of('busybox', 'ip-route.txt');
    expect(gaps.map(({ destination }) => destination && formatPrefix(destination))).toEqual([
      '10.50.0.0/16',
      '10.51.0.0/16',
    ]);
    expect(routes).toHaveLength(17);
  });
});
