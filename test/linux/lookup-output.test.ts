import { describe, expect, it } from 'vitest';
import { flowOf } from '../../src/linux/flow.ts';
import type { HostState } from '../../src/linux/host-state.ts';
import { lookupOutput } from '../../src/linux/lookup-output.ts';
import { decide } from '../../src/linux/route-answer.ts';
import { parseRouteQuery } from '../../src/linux/route-query.ts';
import { ADDR, candidates, get, hostWith, ip, steps } from './support/host.ts';

const STORY = 'default via 10.3.0.1 dev eth0';

function decision(state: HostState, query: string) {
  const parsed = parseRouteQuery(query);
  if (!parsed.ok) throw new Error(parsed.error.expected);
  return decide(state, parsed.value.flow);
}

describe('a device that the socket is bound to', () => {
  it('without a route by it, IPv4 assumes the destination on the link', () => {
    const found = lookupOutput(hostWith(STORY), flowOf(ip('10.2.0.100'), { outputDevice: 'eth1' }));
    expect(found).toMatchObject({ kind: 'route', device: 'eth1', gateway: null, onLinkAssumed: true });
    expect(steps(found)).toContain('on-link-assumed');
    expect(get(hostWith(STORY), '10.2.0.100 oif eth1')).toBe('dev eth1 src 10.4.0.100');
  });

  it('with a second default route, the best route by it is taken whatever its metric', () => {
    const state = hostWith(`${STORY}\ndefault via 10.4.0.1 dev eth1 metric 200`);
    expect(get(state, '10.2.0.100 oif eth1')).toBe('via 10.4.0.1 dev eth1 src 10.4.0.100');
    expect(get(state, '10.2.0.100')).toBe('via 10.3.0.1 dev eth0 src 10.3.0.100');
  });

  it('a from rule does not see the source that is not chosen yet', () => {
    const state = hostWith(
      `${STORY}\ndefault via 10.4.0.1 dev eth1 table 100`,
      '1000: from 10.4.0.100 lookup 100',
    );
    expect(get(state, '10.2.0.100 oif eth1')).toBe('dev eth1 src 10.4.0.100');
    expect(get(state, '10.2.0.100 oif eth1 from 10.4.0.100')).toBe('via 10.4.0.1 dev eth1 table 100');
  });

  it('a reject route is met whatever the device, and ends in the same assumption', () => {
    const state = hostWith('prohibit default');
    expect(get(state, '10.2.0.100')).toBe('EACCES');
    expect(get(state, '10.2.0.100 oif eth1')).toBe('dev eth1 src 10.4.0.100');
  });

  it('unknown or down', () => {
    expect(get(hostWith(STORY), '10.2.0.100 oif eth9')).toBe('ENODEV');
    const down = ADDR.replace('3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP>', '3: eth1: <BROADCAST,MULTICAST>');
    expect(get(hostWith(STORY, '', { addr: down }), '10.2.0.100 oif eth1')).toBe('ENETUNREACH');
  });
});

describe('a source that is given', () => {
  it('binds no device: the request leaves by the ordinary route', () => {
    expect(get(hostWith(STORY), '10.2.0.100 from 10.4.0.100')).toBe('via 10.3.0.1 dev eth0');
  });

  it('must be one of the host', () => {
    expect(get(hostWith(STORY), '10.2.0.100 from 10.9.9.9')).toBe('ENETUNREACH');
    const local = hostWith(`${STORY}\nlocal 10.9.0.0/16 dev lo table local scope host`);
    expect(get(local, '10.2.0.100 from 10.9.9.9')).toBe('via 10.3.0.1 dev eth0');
  });

  it('of loopback does not leave the host, unless route_localnet', () => {
    expect(get(hostWith(STORY), '10.2.0.100 from 127.0.0.1')).toBe('EINVAL');
    const open = hostWith(STORY, '', { sysctl: 'net.ipv4.conf.eth0.route_localnet = 1' });
    expect(get(open, '10.2.0.100 from 127.0.0.1')).toBe('via 10.3.0.1 dev eth0');
  });
});

describe('the choice within a table', () => {
  const cases: [string, string, string, string][] = [
    [
      'longest prefix',
      `${STORY}\n10.2.0.0/16 via 10.4.0.1 dev eth1`,
      '10.2.0.9 from 10.3.0.100',
      'via 10.4.0.1 dev eth1',
    ],
    [
      'lower metric',
      `default via 10.4.0.1 dev eth1 metric 50\n${STORY} metric 10`,
      '8.8.8.8 from 10.3.0.100',
      'via 10.3.0.1 dev eth0',
    ],
    [
      'tos before metric',
      `default tos 0x10 via 10.4.0.1 dev eth1 metric 50\n${STORY}`,
      '8.8.8.8 from 10.3.0.100 tos 0x10',
      'via 10.4.0.1 dev eth1',
    ],
    [
      'a tos that does not fit',
      `default tos 0x10 via 10.4.0.1 dev eth1\n${STORY}`,
      '8.8.8.8 from 10.3.0.100',
      'via 10.3.0.1 dev eth0',
    ],
    [
      'back to a shorter prefix when the longer is dead',
      `${STORY}\n10.2.0.0/16 via 10.4.0.1 dev eth1 dead linkdown`,
      '10.2.0.9 from 10.3.0.100',
      'via 10.3.0.1 dev eth0',
    ],
    [
      'linkdown is still used',
      `${STORY}\n10.2.0.0/16 via 10.4.0.1 dev eth1 linkdown`,
      '10.2.0.9 from 10.3.0.100',
      'via 10.4.0.1 dev eth1',
    ],
    ['blackhole', 'blackhole 10.2.0.0/16', '10.2.0.9 from 10.3.0.100', 'EINVAL'],
    ['unreachable', 'unreachable 10.2.0.0/16', '10.2.0.9 from 10.3.0.100', 'EHOSTUNREACH'],
    ['prohibit', 'prohibit 10.2.0.0/16', '10.2.0.9 from 10.3.0.100', 'EACCES'],
    ['throw in main', `${STORY}\nthrow 10.2.0.0/16`, '10.2.0.9 from 10.3.0.100', 'ENETUNREACH'],
    ['no route at all', '', '10.2.0.9 from 10.3.0.100', 'ENETUNREACH'],
    [
      'a gateway of the other family',
      'default via inet6 fe80::1 dev eth1',
      '10.2.0.9 from 10.3.0.100',
      'via fe80::1 dev eth1',
    ],
    [
      'one of the own addresses as gateway is none',
      '10.2.0.0/16 via 10.4.0.100 dev eth1',
      '10.2.0.9 from 10.3.0.100',
      'dev eth1',
    ],
  ];
  it.each(cases)('%s', (_, routes, query, expected) => {
    expect(get(hostWith(routes), query)).toBe(expected);
  });

  it('linkdown is not used where ignore_routes_with_linkdown is set for all or for the device', () => {
    const routes = `${STORY}\n10.2.0.0/16 via 10.4.0.1 dev eth1 linkdown`;
    for (const place of ['all', 'eth1']) {
      const state = hostWith(routes, '', {
        sysctl: `net.ipv4.conf.${place}.ignore_routes_with_linkdown = 1`,
      });
      expect(get(state, '10.2.0.9 from 10.3.0.100')).toBe('via 10.3.0.1 dev eth0');
    }
  });

  it('throw in a table goes on with the next rule', () => {
    const state = hostWith(`${STORY}\nthrow default table 100`, '1000: from all lookup 100');
    expect(get(state, '10.2.0.9 from 10.3.0.100')).toBe('via 10.3.0.1 dev eth0');
  });

  it('the trace names what was considered and why it lost', () => {
    const state = hostWith(
      `${STORY}\n${STORY.replace('eth0', 'eth0 metric 9')}\n10.2.0.0/16 via 10.4.0.1 dev eth1`,
    );
    const lost = decision(state, '10.2.0.9 from 10.3.0.100').trace.filter(
      (one) => one.step === 'route-passed-over',
    );
    expect(lost.map((one) => one.because)).toEqual(['shorter-prefix', 'shorter-prefix']);
  });
});

describe('without custom rules the local and the main table are one', () => {
  const routes = 'local 10.9.0.0/16 dev lo table local scope host\n10.9.1.0/24 via 10.4.0.1 dev eth1';

  it('so that a longer route of main wins over a wide local one', () => {
    expect(get(hostWith(routes), '10.9.1.1')).toBe('via 10.4.0.1 dev eth1 src 10.4.0.100');
    expect(get(hostWith(routes), '10.9.2.1')).toContain('local dev lo');
  });

  it('and any rule ends that', () => {
    expect(get(hostWith(routes, '99: from all fwmark 7 lookup 99'), '10.9.1.1')).toBe(
      'local dev lo src 10.9.1.1 table local',
    );
  });
});

describe('several next hops', () => {
  const MULTIPATH = 'default\nnexthop via 10.3.0.1 dev eth0 weight 1\nnexthop via 10.4.0.1 dev eth1 weight 1';
  const uname = 'Linux B 6.18.0 #1 SMP x86_64 GNU/Linux';

  it('are a set, since a hash decides', () => {
    expect(candidates(decision(hostWith(MULTIPATH), '8.8.8.8'))).toEqual(['eth0 10.3.0.1', 'eth1 10.4.0.1']);
  });

  it('one whose own address is the source is preferred since Linux 6.16', () => {
    const from = '8.8.8.8 from 10.4.0.100';
    expect(candidates(decision(hostWith(MULTIPATH, '', { uname }), from))).toEqual(['eth1 10.4.0.1']);
    const older = hostWith(MULTIPATH, '', { uname: uname.replace('6.18', '6.1') });
    expect(candidates(decision(older, from))).toHaveLength(2);
  });

  it('a bound device picks its own', () => {
    expect(get(hostWith(MULTIPATH), '8.8.8.8 oif eth1')).toBe('via 10.4.0.1 dev eth1 src 10.4.0.100');
  });

  it.each<[string, string, string]>([
    ['one whose device is down is passed over', 'default via 10.4.0.1 dev eth1 dead linkdown', ''],
    ['one without a gateway is none of them', 'default dev eth1 scope link', ''],
    ['one that refuses is none of them', 'unreachable default', ''],
    ['one for another tos is none of them', 'default tos 0x08 via 10.4.0.1 dev eth1', ''],
    ['one of another table is none of them', 'default via 10.4.0.1 dev eth1 table 100', ''],
    ['nor is a network', '0.0.0.0/1 via 10.4.0.1 dev eth1', '128.0.0.1'],
  ])('of equal default routes %s', (_, other, query) => {
    const state = hostWith(`${STORY}\n${other}`);
    expect(candidates(decision(state, query || '200.8.8.8'))).toEqual(['eth0 10.3.0.1']);
  });

  it('equal default routes by gateways are a set, by rising metric they are not', () => {
    const equal = hostWith(`${STORY}\ndefault via 10.4.0.1 dev eth1`);
    expect(candidates(decision(equal, '8.8.8.8'))).toEqual(['eth0 10.3.0.1', 'eth1 10.4.0.1']);
    const rising = hostWith(`${STORY}\ndefault via 10.4.0.1 dev eth1 metric 5`);
    expect(candidates(decision(rising, '8.8.8.8'))).toEqual(['eth0 10.3.0.1']);
  });
});

describe('the source chosen', () => {
  it('is the src of the route, else an address in the subnet of the gateway, else the first', () => {
    const addr = ADDR.replace(
      'inet 10.4.0.100/24 scope global eth1',
      'inet 10.4.0.100/24 scope global eth1\n      inet 10.5.0.100/24 scope global eth1',
    );
    const by = (route: string) => get(hostWith(route, '', { addr }), '8.8.8.8');
    expect(by('default via 10.3.0.1 dev eth0 src 10.4.0.100')).toContain('src 10.4.0.100');
    expect(by('default via 10.5.0.1 dev eth1')).toContain('src 10.5.0.100');
    expect(by('default via 10.6.0.1 dev eth1 onlink')).toContain('src 10.4.0.100');
  });

  it('is of another device where its own has none', () => {
    const addr = ADDR.replace('inet 10.4.0.100/24 scope global eth1', '');
    const state = hostWith('default dev eth1 scope link', '', {
      addr,
      routes: 'default dev eth1 scope link',
    });
    expect(get(state, '8.8.8.8')).toBe('dev eth1 src 10.3.0.100');
  });
});

describe('destinations of a kind of their own', () => {
  const state = hostWith(STORY);
  const cases: [string, string][] = [
    ['10.4.0.100', 'local dev lo src 10.4.0.100'],
    ['0.0.0.0', 'local dev lo src 127.0.0.1'],
    ['10.4.0.255', 'broadcast dev eth1 src 10.4.0.100'],
    ['255.255.255.255 oif eth1', 'broadcast dev eth1 src 10.4.0.100'],
    ['224.0.0.5 from 10.4.0.100', 'multicast dev eth1'],
    ['239.1.1.1', 'multicast dev eth0 src 10.3.0.100'],
  ];
  it.each(cases)('%s', (query, expected) => expect(get(state, query)).toBe(expected));
});

describe('without custom rules, IPv4', () => {
  const fallback = 'default via 10.4.0.1 dev eth1 table default';

  it('ends main as well where a route of the local table throws', () => {
    const thrown = 'throw 10.9.0.0/24 table local\n10.9.0.0/24 dev eth1';
    expect(get(hostWith(thrown), '10.9.0.7')).toBe('ENETUNREACH');
    expect(get(hostWith(thrown, '100: from 10.9.9.9 lookup main'), '10.9.0.7')).toContain('dev eth1');
  });

  it('asks the default table where main has nothing, not where it refuses', () => {
    const state = hostWith(`prohibit 10.9.0.0/24\n${fallback}`);
    expect(get(state, '10.9.1.7')).toBe('via 10.4.0.1 dev eth1 src 10.4.0.100 table default');
    expect(get(state, '10.9.0.7')).toBe('EACCES');
  });
});

describe('a nexthop object with an own address as gateway', () => {
  it('may use an address of scope link as source', () => {
    const addr = ADDR.replace('inet 10.4.0.100/24 scope global', 'inet 10.4.0.100/24 scope link');
    const nexthop = 'id 2 via 10.4.0.100 dev eth1 scope host';
    const state = hostWith('192.0.2.0/24 nhid 2 via 10.4.0.100 dev eth1', '', { addr, nexthop });
    expect(get(state, '192.0.2.1')).toBe('dev eth1 src 10.4.0.100');
  });
});

describe('an address on two devices', () => {
  it('is found on the one listed last, for what has no other device', () => {
    const addr = `${ADDR}\n      inet 10.3.0.100/32 scope global eth1`;
    expect(get(hostWith(STORY, '', { addr }), '255.255.255.255 from 10.3.0.100')).toBe('broadcast dev eth1');
  });
});

describe('a gateway that a route of scope host leads to', () => {
  it('by a wider route still, for a route of scope link: the connected one is not near enough', () => {
    const state = hostWith('192.0.2.0/24 via 10.3.0.1 dev eth0 scope link\ndefault dev eth0 scope host');
    expect(candidates(lookupOutput(state, flowOf(ip('192.0.2.1'))))).toEqual(['eth0']);
  });

  const made = 'default via 10.3.0.1 dev eth0\nlocal 10.3.0.1 dev eth0 scope host';

  it('may have been an ordinary one when the route was made, if a user added that other route', () => {
    const found = lookupOutput(hostWith(made), flowOf(ip('10.2.0.100')));
    expect(candidates(found)).toEqual(['eth0', 'eth0 10.3.0.1']);
  });

  it('is none where the kernel made it', () => {
    const own = 'default via 10.3.0.100 dev eth0';
    expect(candidates(lookupOutput(hostWith(own), flowOf(ip('10.2.0.100'))))).toEqual(['eth0']);
  });
});
