import { describe, expect, it } from 'vitest';
import type { Mac } from '../../src/addr/mac.ts';
import type { NeighbourAnswer, NeighbourQuestion } from '../../src/exchange/correlation.ts';
import type { ReasonContext } from '../../src/reason/context.ts';
import { finding, ip, sighting } from '../report/fixture.ts';
import { A, B, causesBeside, found, host, kinds } from './support/story.ts';

/** The request for an address on eth1 comes in by eth0, whose card answered ARP for it; B asks for its router on eth1. */
const MAC = { eth0: '02:00:00:00:03:64', eth1: '02:00:00:00:04:64', router: '02:00:00:00:04:01' } as const;
const addr = B.addr
  .replace(/(2: eth0.*)/, `$1\n    link/ether ${MAC.eth0} brd ff:ff:ff:ff:ff:ff`)
  .replace(/(3: eth1.*)/, `$1\n    link/ether ${MAC.eth1} brd ff:ff:ff:ff:ff:ff`);
const routes = `${B.routes}\n10.2.0.0/24 via 10.4.0.1 dev eth1`;
const { first, last } = finding({});
const told = (device: string, direction: 'in' | 'out', target: string, mac: string): NeighbourAnswer => ({
  host: 'B',
  interface: device,
  direction,
  target: ip(target),
  mac: mac as Mac,
  tell: ip('10.4.0.1'),
  count: 1,
  first,
  last,
  example: sighting({ file: 'B/any.pcap', frame: 9 }),
});
const question: NeighbourQuestion = {
  host: 'B',
  interface: 'eth1',
  target: ip('10.4.0.1'),
  tell: ip('10.4.0.100'),
  count: 3,
  failures: [],
  first,
  last,
  examples: [],
};
const answers = [told('eth0', 'out', '10.4.0.100', MAC.eth0)];
const router = (device: string) => told(device, 'in', '10.4.0.1', MAC.router);
const own = told('eth0', 'in', '10.4.0.100', MAC.eth1);

const silent = found({
  kind: 'unanswered',
  requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
  requestReached: 'eth0 10.2.0.100 > 10.4.0.100',
});
const causes = (beside: Partial<ReasonContext>) =>
  causesBeside(silent, { answers, ...beside }, host('A', A), host('B', { ...B, addr, routes }));

describe('two cards of a host', () => {
  it('hang on two links where a broadcast is heard on one of them only, and no route is to blame', () => {
    const all = causes({ questions: [question], askers: [router('eth0')] });
    expect(kinds(all)).toEqual(['next-hop-unresolved@B']);
    expect(all[0].notes[0]).toBe(
      '10.4.0.1 is known on eth0 (B/any.pcap, frame 9), where the request came in: the cables, or VLANs, of the two interfaces seem to be swapped, or their addresses',
    );
  });

  it('hang on one where both hear the neighbour, or one hears what the other asks', () => {
    for (const askers of [
      [router('eth0'), router('eth1')],
      [router('eth0'), own],
    ]) {
      const [flux, ...others] = kinds(causes({ questions: [question], askers }));
      expect(flux).toMatch(/^arp-flux@B/);
      expect(others).toEqual(['other-route-wins@B', 'next-hop-unresolved@B']);
    }
  });

  it('are not said to hang on one where the neighbour is heard on one of them only', () => {
    const [flux] = causes({ askers: [router('eth0'), told('eth1', 'in', '10.9.9.9', MAC.router)] });
    expect(flux).toMatchObject({ kind: 'arp-flux', confidence: 'likely' });
    expect(flux.sentence).not.toContain('on one link');
    const [sure] = causes({ askers: [router('eth0'), router('eth1')] });
    expect(sure.sentence).toContain('both are on one link');
  });
});
