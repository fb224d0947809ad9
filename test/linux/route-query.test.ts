import { describe, expect, it } from 'vitest';
import { parseRouteQuery } from '../../src/linux/route-query.ts';
import { ip } from './support/host.ts';

function flow(text: string) {
  const parsed = parseRouteQuery(text);
  return parsed.ok ? parsed.value.flow : parsed.error;
}

describe('a query in the words of ip route get', () => {
  it('takes every selector', () => {
    expect(
      flow('10.2.0.100 from 10.4.0.100 oif eth1 mark 0x1 tos 0x10 ipproto tcp sport 22 dport 53 uid 7'),
    ).toEqual({
      destination: ip('10.2.0.100'),
      source: ip('10.4.0.100'),
      inputDevice: null,
      outputDevice: 'eth1',
      socketBound: false,
      mark: 1,
      tos: 16,
      protocol: 6,
      sourcePort: 22,
      destinationPort: 53,
      user: 7,
    });
  });

  it('takes tos by name, hexadecimal digits, and protocols by name', () => {
    expect(flow('10.2.0.100 tos EF')).toMatchObject({ tos: 0xb8 });
    expect(flow('10.2.0.100 tos lowdelay ipproto gre')).toMatchObject({ tos: 0x10, protocol: 47 });
    expect(flow('10.2.0.100 tos 10')).toMatchObject({ tos: 0x10 });
  });

  it('IPv4 is UDP where no protocol is given, and a made-up ICMP packet that comes in has no ports', () => {
    expect(flow('10.2.0.100')).toMatchObject({ protocol: 17 });
    expect(flow('-6 2001:db8::1')).toMatchObject({ protocol: 0 });
    expect(flow('10.2.0.100 from 10.4.0.1 iif eth1 ipproto icmp sport 5')).toMatchObject({ sourcePort: 0 });
  });

  it('a packet that came in belongs to nobody, unless the query says so', () => {
    expect(flow('-6 2001:db8::1 iif eth0')).toMatchObject({ user: 0xffffffff });
    expect(flow('10.0.0.1 iif eth0')).toMatchObject({ user: 0xffffffff });
    expect(flow('10.0.0.1 iif eth0 uid 7')).toMatchObject({ user: 7 });
  });

  it.each([
    ['', 'an IPv4 or IPv6 address'],
    ['eth0', 'an IPv4 or IPv6 address'],
    ['-6 10.0.0.1', 'an IPv6 address'],
    ['10.0.0.1 from 2001:db8::1', 'an IPv4 address'],
    ['10.0.0.1 mark x', 'a number up to 4294967295'],
    ['10.0.0.1 mark 0x1/0xff', 'a mark without a mask, such as 0x1: a mask belongs to a rule'],
    ['10.0.0.1 tos frob', 'a tos such as 0x10, or a name such as EF or lowdelay'],
    ['10.0.0.1 oif', 'a value'],
    ['10.0.0.1 ipproto frob', 'icmp, tcp, udp, ipv6-icmp or a number'],
  ])('%j is refused: %s', (text, expected) => expect(flow(text)).toMatchObject({ expected }));
});
