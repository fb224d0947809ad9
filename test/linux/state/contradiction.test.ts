import { describe, expect, it } from 'vitest';
import { quoteOf } from '../../../src/addr/source.ts';
import { buildHostState } from '../../../src/linux/state/build.ts';

const ROUTE_N = `Kernel IP routing table
Destination     Gateway         Genmask         Flags Metric Ref    Use Iface
0.0.0.0         10.3.0.1        0.0.0.0         UG    0      0        0 eth0
10.3.0.0        0.0.0.0         255.255.255.0   U     0      0        0 eth0
`;

function contradictions(ipRoute: string): string[] {
  const { problems } = buildHostState('host', [
    { path: 'route-n.txt', text: ROUTE_N },
    { path: 'ip-route.txt', text: ipRoute },
  ]);
  return problems.map((one) =>
    one.kind === 'contradiction' ? `${quoteOf(one.first).text} <> ${quoteOf(one.second).text}` : one.kind,
  );
}

describe('two listings of the main table', () => {
  it('may agree', () => {
    expect(
      contradictions(
        'default via 10.3.0.1 dev eth0\n10.3.0.0/24 dev eth0 proto kernel scope link src 10.3.0.100\n',
      ),
    ).toEqual([]);
  });

  it('may differ in a gateway: both lines are quoted', () => {
    expect(contradictions('default via 10.4.0.1 dev eth1\n10.3.0.0/24 dev eth0\n')).toEqual(
      [
        'default via 10.4.0.1 dev eth1 <> 0.0.0.0 10.3.0.1 0.0.0.0 UG 0 0 0 eth0',
        '0.0.0.0 10.3.0.1 0.0.0.0 UG 0 0 0 eth0 <> default via 10.4.0.1 dev eth1',
      ].map((text) =>
        text.replace(/0\.0\.0\.0 10\.3\.0\.1 0\.0\.0\.0 UG 0 0 0 eth0/, ROUTE_N.split('\n')[2]),
      ),
    );
  });

  it('differ not where route -n shows less: other next hops, refusals, gateways of the other family', () => {
    const text =
      'default \n\tnexthop via 10.3.0.1 dev eth0 weight 1\n\tnexthop via 10.4.0.1 dev eth1 weight 1\n10.3.0.0/24 via inet6 fe80::1 dev eth0\n';
    expect(contradictions(text)).toEqual([]);
  });
});
