import { describe, expect, it } from 'vitest';
import type { NeighbourAnswer } from '../../src/exchange/correlation.ts';
import { verdictOf } from '../../src/reason/verdict.ts';
import { finding, ip, sighting } from '../report/fixture.ts';
import { A, B, causesBeside, found, host, kinds } from './support/story.ts';

const lost = found({
  kind: 'reply-lost',
  requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
  requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
  replyLeft: 'eth1 10.4.0.100 > 10.2.0.100',
});
const routes = `${B.routes}\n10.2.0.0/24 via 10.4.0.1 dev eth1`;
const WRONG = '02:00:00:00:00:99';
const RIGHT = '02:00:00:00:00:01';
const permanent = `10.4.0.1 dev eth1 lladdr ${WRONG} PERMANENT`;
const { first, last } = finding({});
const router = (mac: string): NeighbourAnswer => ({
  host: 'B',
  interface: 'eth1',
  direction: 'in',
  target: ip('10.4.0.1'),
  mac,
  tell: ip('10.4.0.100'),
  count: 1,
  first,
  last,
  example: sighting({ file: 'B/any.pcap', frame: 4 }),
});
const causes = (neigh: string, askers: NeighbourAnswer[]) =>
  causesBeside(lost, { askers }, host('A', A), host('B', { ...B, routes, neigh }));

describe('a packet that left by a permanent neighbour entry and was lost', () => {
  it('went to nobody where the next hop itself names another address', () => {
    const told = causes(permanent, [router(RIGHT)]);
    expect(kinds(told)).toEqual(['next-hop-unresolved@B likely']);
    expect(told[0].sentence).toContain(
      `says ${WRONG}, but that address is at ${RIGHT} (B/any.pcap, frame 4)`,
    );
  });

  it('may have gone to nobody where nothing tells', () => {
    const told = causes(permanent, []);
    expect(kinds(told)).toEqual(['lost-in-network@null likely']);
    expect(told[0].sources).toHaveLength(1);
    expect(told[0].missing[0].what).toBe(`arping -I eth1 10.4.0.1 (on B): whether it is at ${WRONG}`);
    const verdict = verdictOf([{ finding: lost, causes: told }], { total: 1, answered: 0, undecided: 0 });
    expect(verdict.party).toBe('unknown');
  });

  it('was lost by the network where the entry is true, or is not permanent', () => {
    const stale = permanent.replace('PERMANENT', 'STALE');
    expect(kinds(causes(permanent, [router(WRONG)]))).toEqual(kinds(causes(stale, [])));
    expect(causes(permanent, [router(WRONG)])[0].sources).toEqual([]);
  });

  it('went to nobody for certain where the state of the next hop says so', () => {
    const addr = `${A.addr.replace('mtu 1500\n    inet 10.2', `mtu 1500\n    link/ether ${RIGHT} brd ff:ff:ff:ff:ff:ff\n    inet 10.4`).replace('10.4.0.100/24', '10.4.0.1/24')}`;
    const told = causesBeside(
      lost,
      {},
      host('A', { ...A, addr }),
      host('B', { ...B, routes, neigh: permanent }),
    );
    expect(kinds(told)).toEqual(['next-hop-unresolved@B']);
  });
});
