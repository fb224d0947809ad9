import { describe, expect, it } from 'vitest';
import type { Mac } from '../../src/addr/mac.ts';
import type { NeighbourAnswer } from '../../src/exchange/correlation.ts';
import { arpFlux } from '../../src/reason/arp-flux.ts';
import type { Heard } from '../../src/reason/links-apart.ts';
import { ip, sighting } from '../report/fixture.ts';
import { B, host } from './support/story.ts';

/** No network on both cards, no common neighbour: only the ARP replies tell whether they hang on one link. */

const MAC = { eth0: '02:00:00:00:03:64', eth1: '02:00:00:00:04:64' } as const;
const addr = B.addr
  .replace(/(2: eth0.*)/, `$1\n    link/ether ${MAC.eth0} brd ff:ff:ff:ff:ff:ff`)
  .replace(/(3: eth1.*)/, `$1\n    link/ether ${MAC.eth1} brd ff:ff:ff:ff:ff:ff`);
const state = host('B', { ...B, addr });
const strayed = { state, device: 'eth0', address: ip('10.4.0.100') };

function answer(mac: string, target = '10.4.0.100'): NeighbourAnswer {
  const example = sighting({ kind: 'arp-reply', file: 'B/any.pcap', frame: 12, direction: 'out' });
  const { host: name, interface: device, direction, time } = example;
  return {
    host: name,
    interface: device,
    direction,
    target: ip(target),
    mac: mac as Mac,
    tell: ip('10.4.0.1'),
    count: 2,
    first: time,
    last: time,
    example,
  };
}

const heard = (answers: NeighbourAnswer[], more: Partial<Heard> = {}): Heard => ({
  questions: [],
  askers: [],
  answers,
  ...more,
});

describe('an ARP reply as evidence of ARP flux', () => {
  it('is one that names the other card', () => {
    const cause = arpFlux(strayed, heard([answer(MAC.eth1), answer(MAC.eth0)]));
    expect(cause).toMatchObject({ kind: 'arp-flux', host: 'B', confidence: 'certain', missing: [] });
    expect(cause?.notes[0]).toBe(
      `seen 2 times, first in B/any.pcap, frame 12: 10.4.0.100 is at ${MAC.eth0}, which is eth0`,
    );
  });

  it('is none where the card that bears the address answers, or the answer is about another address', () => {
    expect(arpFlux(strayed, heard([answer(MAC.eth1), answer(MAC.eth0, '10.3.0.100')]))).toBeNull();
  });

  it('is none where both cards have one hardware address', () => {
    const twins = host('B', { ...B, addr: addr.replace(MAC.eth1, MAC.eth0) });
    expect(arpFlux({ ...strayed, state: twins }, heard([answer(MAC.eth0)]))).toBeNull();
  });

  it('is none about a device that does no ARP', () => {
    const silent = host('B', {
      ...B,
      addr: addr.replace('2: eth0: <BROADCAST', '2: eth0: <NOARP,BROADCAST'),
    });
    expect(arpFlux({ ...strayed, state: silent }, heard([answer(MAC.eth0)]))).toBeNull();
  });
});
