import { describe, expect, it } from 'vitest';
import type { HostState } from '../../src/linux/host-state.ts';
import { type Arriving, reversePath } from '../../src/linux/reverse-path.ts';
import { effectiveRpFilter } from '../../src/linux/rp-filter.ts';
import { ADDR, hostOf, hostWith, ip, LOCAL } from './support/host.ts';

const BY_ETH0 = 'default via 10.3.0.1 dev eth0';
const REST = `
  net.ipv4.conf.all.accept_local = 0
  net.ipv4.conf.eth1.accept_local = 0
  net.ipv4.conf.all.src_valid_mark = 0
  net.ipv4.conf.eth1.src_valid_mark = 0`;

function modes(all: number, own: number, more = ''): { sysctl: string } {
  const rp = `  net.ipv4.conf.all.rp_filter = ${all}\n  net.ipv4.conf.eth1.rp_filter = ${own}`;
  return { sysctl: `${rp}${REST}${more}` };
}

/** A request from 10.2.0.100 to eth1's address, come in by eth1. */
function verdict(state: HostState, more: Partial<Arriving> = {}): string {
  const packet = {
    source: ip('10.2.0.100'),
    destination: ip('10.4.0.100'),
    inputDevice: 'eth1',
    tos: 0,
    mark: 0,
  };
  const found = reversePath(state, { ...packet, ...more });
  if (found.kind === 'cannot-tell') return `cannot tell: ${found.missing.map((one) => one.what).join(', ')}`;
  return `${found.kind} ${found.mode} ${found.because}`;
}

describe('the mode is the greater of all and the interface', () => {
  const matrix: [number, number, string][] = [
    [0, 0, 'accepted 0 off'],
    [1, 0, 'dropped 1 route-back-by-other-device'],
    [0, 1, 'dropped 1 route-back-by-other-device'],
    [1, 1, 'dropped 1 route-back-by-other-device'],
    [2, 0, 'accepted 2 some-route-back'],
    [1, 2, 'accepted 2 some-route-back'],
    [2, 1, 'accepted 2 some-route-back'],
  ];
  it.each(matrix)('all=%i eth1=%i: %s', (all, own, expected) => {
    expect(verdict(hostWith(BY_ETH0, '', modes(all, own)))).toBe(expected);
  });

  it('and both entries are told', () => {
    const state = hostWith(BY_ETH0, '', modes(1, 2));
    expect(effectiveRpFilter(state, 'eth1')).toMatchObject({ value: 2, missing: [] });
    expect(effectiveRpFilter(state, 'eth1').sysctls.map((one) => one.value)).toEqual(['1', '2']);
  });
});

describe('the way back', () => {
  const strict = modes(1, 0);
  const cases: [string, string, string, string][] = [
    ['by the same device', 'default via 10.4.0.1 dev eth1', '', 'accepted 1 route-back-by-same-device'],
    ['none', '', '', 'dropped 1 no-route-back'],
    ['a reject route counts as none', 'prohibit 10.2.0.0/16', '', 'dropped 1 no-route-back'],
    [
      'any hop of a multipath route',
      'default\nnexthop via 10.3.0.1 dev eth0 weight 1\nnexthop via 10.4.0.1 dev eth1 weight 1',
      '',
      'accepted 1 route-back-by-same-device',
    ],
    [
      'a from rule sees the address that was asked',
      `${BY_ETH0}\ndefault via 10.4.0.1 dev eth1 table 100`,
      '900: from 10.4.0.100 lookup 100',
      'accepted 1 route-back-by-same-device',
    ],
    [
      'an iif rule does not match',
      `${BY_ETH0}\ndefault via 10.4.0.1 dev eth1 table 100`,
      '900: from all iif eth1 lookup 100',
      'dropped 1 route-back-by-other-device',
    ],
    [
      'a broadcast address',
      'broadcast 10.2.0.100 dev eth1 table local scope link',
      '',
      'dropped 1 not-unicast',
    ],
  ];
  it.each(cases)('%s', (_, routes, rules, expected) => {
    expect(verdict(hostWith(routes, rules, strict))).toBe(expected);
  });

  it('loose drops only where there is none', () => {
    expect(verdict(hostWith('', '', modes(0, 2)))).toBe('dropped 2 no-route-back');
  });

  it('the mark counts with src_valid_mark only', () => {
    const routes = `${BY_ETH0}\ndefault via 10.4.0.1 dev eth1 table 100`;
    const rules = '900: from all fwmark 0x1 lookup 100';
    expect(verdict(hostWith(routes, rules, strict), { mark: 1 })).toBe(
      'dropped 1 route-back-by-other-device',
    );
    const valid = { sysctl: strict.sysctl.replace('eth1.src_valid_mark = 0', 'eth1.src_valid_mark = 1') };
    expect(verdict(hostWith(routes, rules, valid), { mark: 1 })).toBe('accepted 1 route-back-by-same-device');
  });

  it('a device without an address accepts nothing that comes back by another', () => {
    const addr = ADDR.replace('inet 10.4.0.100/24 scope global eth1', '');
    const routes = LOCAL.split('\n')
      .filter((line) => !line.includes('eth1'))
      .join('\n');
    const state = hostOf({
      addr,
      routes: `${routes}\n  ${BY_ETH0}`,
      rules: '0: from all lookup local\n32766: from all lookup main\n32767: from all lookup default',
      ...modes(0, 2),
    });
    expect(verdict(state, { destination: ip('10.3.0.100') })).toBe('dropped 2 device-without-address');
  });
});

describe("one of the host's own addresses as source", () => {
  const own = { source: ip('10.3.0.100') };

  it('is dropped in every mode', () => {
    for (const mode of [0, 1, 2])
      expect(verdict(hostWith(BY_ETH0, '', modes(0, mode)), own)).toBe(`dropped ${mode} source-is-local`);
    expect(verdict(hostWith(BY_ETH0, '900: from all fwmark 9 lookup 9', modes(0, 0)), own)).toBe(
      'dropped 0 source-is-local',
    );
  });

  it('passes with accept_local where the filter is off, and fails a strict one all the same', () => {
    const accepting = (mode: number) => ({
      sysctl: modes(0, mode).sysctl.replace('all.accept_local = 0', 'all.accept_local = 1'),
    });
    expect(verdict(hostWith(BY_ETH0, '', accepting(0)), own)).toBe('accepted 0 off');
    expect(verdict(hostWith(BY_ETH0, '', accepting(1)), own)).toBe('dropped 1 route-back-by-other-device');
  });
});

describe('where the filter is off', () => {
  const off = (more = '') => modes(0, 0, more);
  const rule = '900: from all fwmark 9 lookup 9';
  // A source that is a broadcast address is refused wherever the kernel looks at all.
  const BROADCAST = `${BY_ETH0}\nbroadcast 10.2.0.100 dev eth1 table local proto kernel scope link`;
  const REDIRECTS = '\n  net.ipv4.conf.all.send_redirects = 0\n  net.ipv4.conf.eth1.send_redirects = ';

  it('the kernel does not look', () => {
    const packet = {
      source: ip('10.2.0.100'),
      destination: ip('10.4.0.100'),
      inputDevice: 'eth1',
      tos: 0,
      mark: 0,
    };
    const state = hostWith(BROADCAST, '', off());
    expect(reversePath(state, packet)).toMatchObject({ kind: 'accepted', because: 'off', back: null });
  });

  it('it looks with rules of the user’s own', () => {
    expect(verdict(hostWith(BROADCAST, rule, off()))).toBe('dropped 0 not-unicast');
  });

  it('it looks with local routes of the user’s own', () => {
    const routes = `${BROADCAST}\nlocal 10.9.0.0/16 dev lo table local scope host`;
    expect(verdict(hostWith(routes, '', off()))).toBe('dropped 0 not-unicast');
  });

  it('it does not with accept_local', () => {
    const accepting = { sysctl: off().sysctl.replace('eth1.accept_local = 0', 'eth1.accept_local = 1') };
    expect(verdict(hostWith(BROADCAST, rule, accepting))).toBe('accepted 0 off');
  });

  it('it looks at what goes back out by the device it came in on, unless redirects are off', () => {
    const back = { outputDevice: 'eth1' };
    expect(verdict(hostWith(BROADCAST, '', off(`${REDIRECTS}1`)), back)).toBe('dropped 0 not-unicast');
    expect(verdict(hostWith(BROADCAST, '', off(`${REDIRECTS}0`)), back)).toBe('accepted 0 off');
    expect(verdict(hostWith(BROADCAST, '', off(`${REDIRECTS}1`)), { outputDevice: 'eth0' })).toBe(
      'accepted 0 off',
    );
  });

  it('where it looks, neither another device nor no route at all drops a packet', () => {
    expect(verdict(hostWith(BY_ETH0, rule, off()))).toBe('accepted 0 off');
    expect(verdict(hostWith('', rule, off()))).toBe('accepted 0 off');
  });

  it('what is not known of the rules matters for the host’s own addresses only', () => {
    const state = hostWith(BY_ETH0, rule.replace('fwmark 9', 'fwmark 0'), off());
    const rules = state.rules.map((one) =>
      one.preference === 900 ? { ...one, unmodelled: ['tun_id 7'] } : one,
    );
    expect(verdict({ ...state, rules })).toBe('accepted 0 off');
    const strict = hostWith(BY_ETH0, rule.replace('fwmark 9', 'fwmark 0'), modes(0, 1));
    expect(verdict({ ...strict, rules })).toBe('cannot tell: tun_id 7');
  });
});

describe('what no file tells', () => {
  it('matters only where the modes differ', () => {
    expect(verdict(hostWith(BY_ETH0))).toBe(
      'cannot tell: net.ipv4.conf.all.rp_filter, net.ipv4.conf.eth1.rp_filter',
    );
    expect(verdict(hostWith('default via 10.4.0.1 dev eth1'))).toBe('accepted 1 route-back-by-same-device');
    const loose = { sysctl: '  net.ipv4.conf.eth1.rp_filter = 2' };
    expect(verdict(hostWith(BY_ETH0, '', loose))).toBe('accepted 2 some-route-back');
  });

  it('IPv6 has no such filter', () => {
    const packet = { source: ip('2001:db8::1'), destination: ip('fd00:4::100') };
    expect(verdict(hostWith(BY_ETH0), packet)).toBe('accepted 0 family-without-filter');
  });
});
