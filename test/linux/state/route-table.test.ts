import { describe, expect, it } from 'vitest';
import { formatIp } from '../../../src/addr/ip.ts';
import { formatPrefix } from '../../../src/addr/prefix.ts';
import { quoteOf } from '../../../src/addr/source.ts';
import type { Route } from '../../../src/linux/host-state.ts';
import { stateOf } from './read-state.ts';

function inShort({ type, destination, nextHops, metric }: Route): string {
  const hop = nextHops[0];
  const via = hop?.gateway ? ` via ${formatIp(hop.gateway)}` : '';
  return `${type} ${formatPrefix(destination)}${via} ${hop?.device ?? '-'} ${metric}`;
}

describe('route -n', () => {
  it('reads table main of IPv4', () => {
    const { routes, problems, given } = stateOf(`Kernel IP routing table
Destination     Gateway         Genmask         Flags Metric Ref    Use Iface
0.0.0.0         10.3.0.1        0.0.0.0         UG    100    0        0 eth0
10.3.0.0        0.0.0.0         255.255.255.0   U     0      0        0 eth0
10.9.0.7        10.3.0.9        255.255.255.255 UGH   0      0        0 eth0
`);
    expect(problems).toEqual([]);
    expect([...given]).toEqual(['routes4']);
    expect(routes.map(inShort)).toEqual([
      'unicast default via 10.3.0.1 eth0 100',
      'unicast 10.3.0.0/24 eth0 0',
      'unicast 10.9.0.7 via 10.3.0.9 eth0 0',
    ]);
    expect(routes.map(({ scope }) => scope)).toEqual([0, 253, 0]);
  });

  it('knows that it does not show which refusal a route is', () => {
    const { routes } = stateOf(`Destination     Gateway         Genmask         Flags Metric Ref    Use Iface
10.40.0.0       -               255.255.255.0   !     0      -        0 -
10.41.0.0       0.0.0.0         255.255.255.0   U     0      0        0 *
`);
    expect(routes.map(({ type, unmodelled, nextHops }) => ({ type, unmodelled, nextHops }))).toEqual([
      { type: 'unreachable', unmodelled: ['!'], nextHops: [] },
      { type: 'blackhole', unmodelled: ['*'], nextHops: [] },
    ]);
  });

  it('reads netstat -rn, which has other columns', () => {
    const { routes } = stateOf(`Kernel IP routing table
Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface
0.0.0.0         10.3.0.1        0.0.0.0         UG        0 0          0 eth0
`);
    expect(routes.map(inShort)).toEqual(['unicast default via 10.3.0.1 eth0 0']);
  });
});

describe('a table with four columns', () => {
  it('reads markdown, in the order of its header', () => {
    const { routes, problems } = stateOf(`# ServerB

| Iface | ServerB: Destination | Gateway | Genmask |
|-------|:-----------:|---------|---------|
| \`eth0\` | default | 10.3.0.1 | 0.0.0.0 |
| eth0 | 10.3.0.0 | 10.3.0.1 | 255.255.255.0 |
| eth1 | 10.4.0.0 | * | 255.255.255.0 |
`);
    expect(problems).toEqual([]);
    expect(routes.map(inShort)).toEqual([
      'unicast default via 10.3.0.1 eth0 0',
      'unicast 10.3.0.0/24 via 10.3.0.1 eth0 0',
      'unicast 10.4.0.0/24 eth1 0',
    ]);
    expect(quoteOf(routes[1].span)).toMatchObject({
      line: 6,
      text: '| eth0 | 10.3.0.0 | 10.3.0.1 | 255.255.255.0 |',
    });
  });

  it('reads columns of words', () => {
    const { routes } = stateOf(
      'Destination  Gateway   Genmask        Iface\ndefault      10.1.0.1  0.0.0.0        eth0\n10.1.0.0     10.1.0.1  255.255.255.0  eth0\n',
    );
    expect(routes.map(inShort)).toEqual([
      'unicast default via 10.1.0.1 eth0 0',
      'unicast 10.1.0.0/24 via 10.1.0.1 eth0 0',
    ]);
  });

  it('warns of rows that do not fit', () => {
    const { routes, problems } = stateOf(
      '| Destination | Gateway | Genmask | Iface |\n|--|--|--|--|\n| 10.1.0.0 | 10.1.0.1 | 255.0.255.0 | eth0 |\n| 10.1.0.0 | nowhere? | 255.0.0.0 | eth0 |\n',
    );
    expect(routes).toEqual([]);
    expect(problems.map(({ kind }) => kind)).toEqual(['line-not-understood', 'line-not-understood']);
  });
});

describe('route -A inet6', () => {
  it('tells table local by its flags', () => {
    const { routes, problems } = stateOf(`Kernel IPv6 routing table
Destination                    Next Hop                   Flag Met Ref  Use If
::/0                           ::                         !n   -1  2      0 lo
::/0                           fd00:1::1234               UG   1024 1      0 eth0
fd00:1::/64                    ::                         U    256 1      0 eth0
::/0                           ::                         !n   4000 1      0 lo
fd00:1::1/128                  ::                         Un   0   3      0 eth0
ff00::/8                       ::                         U    256 5      0 eth0
`);
    expect(problems).toEqual([]);
    expect(routes.map((route) => `${inShort(route)} ${route.table}`)).toEqual([
      'unicast default via fd00:1::1234 eth0 1024 254',
      'unicast fd00:1::/64 eth0 256 254',
      'unreachable default lo 4000 254',
      'local fd00:1::1 eth0 0 255',
      'multicast ff00::/8 eth0 256 255',
    ]);
  });
});
