import { describe, expect, it } from 'vitest';
import { asksNeighbours } from '../../src/linux/neighbour-question.ts';
import { hostOf } from './support/host.ts';

const LISTED = hostOf({
  addr: `
  1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536
  2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
  3: tun0: <POINTOPOINT,MULTICAST,NOARP,UP,LOWER_UP> mtu 1500
  4: ppp0: <POINTOPOINT,MULTICAST,UP,LOWER_UP> mtu 1492
  5: eth1: <BROADCAST,MULTICAST,NOARP,UP,LOWER_UP> mtu 1500`,
});
const BRIEF = hostOf({ addr: 'lo UNKNOWN 127.0.0.1/8\ntun0 UNKNOWN 10.9.0.1/24' });

describe('a question for a link-layer address', () => {
  it.each([
    ['eth0', true],
    ['lo', false],
    ['tun0', false],
    ['ppp0', false],
    ['eth1', false],
    ['eth9', null],
  ])('on %s: %s', (device, asks) => expect(asksNeighbours(LISTED, device)).toBe(asks));

  it('is not known of a device that only a brief listing shows', () => {
    expect(asksNeighbours(BRIEF, 'tun0')).toBeNull();
    expect(asksNeighbours(BRIEF, 'lo')).toBe(false);
  });
});
