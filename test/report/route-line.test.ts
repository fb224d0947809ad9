import { describe, expect, it } from 'vitest';
import { answerOf, decide } from '../../src/linux/route-answer.ts';
import { parseRouteQuery } from '../../src/linux/route-query.ts';
import { routeLine } from '../../src/report/route-line.ts';
import { host6With, hostWith } from '../linux/support/host.ts';

const FOUR = hostWith(
  'default via 10.3.0.1 dev eth0\n192.0.2.0/24 tos 0x10 via 10.4.0.1 dev eth1\nunreachable 198.51.100.0/24',
  '',
  {
    sysctl:
      'net.ipv4.conf.eth1.forwarding = 1\nnet.ipv4.conf.all.rp_filter = 0\nnet.ipv4.conf.eth1.rp_filter = 0',
  },
);
const SIX = host6With(
  'default via fd00:3::1 dev eth0 proto ra metric 1024 pref high\n2001:db8::/32 dev eth1 metric 50 pref medium',
);

/** As iproute2 6.1 printed them on Linux 6.18. */
const LINES: readonly (readonly [query: string, line: string])[] = [
  ['10.3.0.7', '10.3.0.7 dev eth0 src 10.3.0.100 uid 0'],
  ['10.3.0.7 uid 1000 mark 0x3', '10.3.0.7 dev eth0 src 10.3.0.100 mark 3 uid 1000'],
  ['8.8.8.8 from 10.4.0.100 mark 0x10', '8.8.8.8 from 10.4.0.100 via 10.3.0.1 dev eth0 mark 0x10 uid 0'],
  ['192.0.2.1 tos 0x10', '192.0.2.1 tos 0x10 via 10.4.0.1 dev eth1 src 10.4.0.100 uid 0'],
  ['10.3.0.7 tos 0x10', '10.3.0.7 dev eth0 src 10.3.0.100 uid 0'],
  ['10.3.0.100', 'local 10.3.0.100 dev lo src 10.3.0.100 uid 0'],
  ['8.8.8.8 from 10.4.0.9 iif eth1', '8.8.8.8 from 10.4.0.9 via 10.3.0.1 dev eth0'],
  ['8.8.8.8 from 10.4.0.9 iif eth1 uid 5', '8.8.8.8 from 10.4.0.9 via 10.3.0.1 dev eth0 uid 5'],
  ['198.51.100.1', 'RTNETLINK answers: No route to host'],
  ['8.8.8.8 oif eth9', 'Cannot find device "eth9"'],
];

const LINES6: readonly (readonly [query: string, line: string])[] = [
  [
    '2001:4860::1',
    '2001:4860::1 from :: via fd00:3::1 dev eth0 proto ra src fd00:3::100 metric 1024 pref high',
  ],
  [
    '2001:db8::7 from fd00:4::100 mark 0x1',
    '2001:db8::7 from fd00:4::100 dev eth1 src fd00:4::100 metric 50 pref medium',
  ],
  [
    '::ffff:192.0.2.1',
    '::ffff:192.0.2.1 from :: via fd00:3::1 dev eth0 proto ra src fd00:3::100 metric 1024 pref high',
  ],
  ['2001:db8::7 oif eth9', 'Cannot find device "eth9"'],
];

function lineOf(state: typeof FOUR, query: string): string {
  const parsed = parseRouteQuery(query);
  if (!parsed.ok) throw new Error(parsed.error.expected);
  const { flow } = parsed.value;
  return routeLine(decide(state, flow), answerOf(state, query, flow), flow);
}

describe('the line that ip route get prints', () => {
  it.each(LINES)('%s', (query, line) => expect(lineOf(FOUR, query)).toBe(line));
  it.each(LINES6)('%s', (query, line) => expect(lineOf(SIX, query)).toBe(line));
});
