import { describe, expect, it } from 'vitest';
import type { Sighting } from '../../src/exchange/sighting.ts';
import { summaryOf } from '../../src/report/frame-words.ts';
import { ip, REPLY, REQUEST } from './fixture.ts';

/** Beside each, what tcpdump 4.99 -n prints of such a packet (without length and options). */
const SAMPLES: readonly (readonly [Partial<Sighting>, string])[] = [
  [{}, '10.2.0.100 > 10.4.0.100: ICMP echo request, id 7, seq 1'],
  [{ src: ip('fd00::1'), dst: ip('fd00::2') }, 'fd00::1 > fd00::2: ICMP6, echo request, id 7, seq 1'],
  [
    { kind: 'syn', sourcePort: 40000, destinationPort: 1521, seq: 5 },
    '10.2.0.100.40000 > 10.4.0.100.1521: Flags [S], seq 5',
  ],
  [
    { kind: 'syn-ack', sourcePort: 1521, destinationPort: 40000, seq: 9, ack: 6 },
    '10.2.0.100.1521 > 10.4.0.100.40000: Flags [S.], seq 9, ack 6',
  ],
  [{ kind: 'rst', seq: 0, ack: 6 }, '10.2.0.100.7 > 10.4.0.100.1: Flags [R.], seq 0, ack 6'],
  [{ kind: 'rst', seq: 6, ack: 0 }, '10.2.0.100.7 > 10.4.0.100.1: Flags [R], seq 6'],
  [
    { kind: 'icmp-error', icmpType: 3, icmpCode: 1, target: ip('10.4.0.9') },
    '10.2.0.100 > 10.4.0.100: ICMP host 10.4.0.9 unreachable',
  ],
  [
    { kind: 'icmp-error', icmpType: 3, icmpCode: 13, target: ip('10.4.0.9') },
    '10.2.0.100 > 10.4.0.100: ICMP host 10.4.0.9 unreachable - admin prohibited filter',
  ],
  [
    { kind: 'icmp-error', icmpType: 3, icmpCode: 4, target: ip('10.4.0.9'), mtu: 1400 },
    '10.2.0.100 > 10.4.0.100: ICMP 10.4.0.9 unreachable - need to frag (mtu 1400)',
  ],
  [
    { kind: 'icmp-error', icmpType: 11, icmpCode: 0 },
    '10.2.0.100 > 10.4.0.100: ICMP time exceeded in-transit',
  ],
  [{ kind: 'icmp-error', icmpType: 99, icmpCode: 7 }, '10.2.0.100 > 10.4.0.100: ICMP type 99, code 7'],
  [
    {
      kind: 'icmp-error',
      src: ip('fd00::1'),
      dst: ip('fd00::2'),
      icmpType: 1,
      icmpCode: 3,
      target: ip('fd00::9'),
    },
    'fd00::1 > fd00::2: ICMP6, destination unreachable, unreachable address fd00::9',
  ],
  [{ kind: 'arp-request', target: ip('10.4.0.100') }, 'ARP, Request who-has 10.4.0.100 tell 10.2.0.100'],
  [{ kind: 'arp-reply', macSource: '02:42:0a:04:00:64' }, 'ARP, Reply 10.2.0.100 is-at 02:42:0a:04:00:64'],
];

describe('a frame in one line', () => {
  it.each(SAMPLES)('%j', (more, words) => {
    expect(summaryOf({ ...REQUEST, ...more })).toBe(words);
  });

  it('tells a reply from a request', () => {
    expect(summaryOf(REPLY)).toBe('10.4.0.100 > 10.2.0.100: ICMP echo reply, id 7, seq 1');
  });
});
