import { describe, expect, it } from 'vitest';
import { addNanos } from '../../src/addr/time.ts';
import type { NeighbourAnswer } from '../../src/exchange/correlation.ts';
import { verdictOf } from '../../src/reason/verdict.ts';
import { ip, sighting } from '../report/fixture.ts';
import { A, B, causesBeside, found, host, kinds } from './support/story.ts';

const lost = found({ kind: 'request-lost', requestLeft: 'eth1 10.2.0.100 > 10.4.0.100' });
const withMac = (addr: string, mac: string) =>
  addr.replace(/(3: eth1: .*)/, `$1\n    link/ether ${mac} brd ff:ff:ff:ff:ff:ff`);
const OWN = '02:00:00:00:00:04';
const OTHER = '02:00:00:00:00:99';

/** As B heard it: somebody announces B's address. */
const announced: NeighbourAnswer = {
  host: 'B',
  interface: 'eth1',
  direction: 'in',
  target: ip('10.4.0.100'),
  tell: ip('10.4.0.100'),
  mac: OTHER,
  count: 2,
  first: lost.first,
  last: lost.last,
  example: sighting({ host: 'B', interface: 'eth1', direction: 'in', file: 'B/any.pcap', frame: 416 }),
};
const told = (more: Partial<NeighbourAnswer> = {}, addr = withMac(B.addr, OWN), list = 'askers') =>
  causesBeside(lost, { [list]: [{ ...announced, ...more }] }, host('A', A), host('B', { ...B, addr }));

describe('an address that a frame gives to a card which is none of the host that bears it', () => {
  it('is borne by another host, too, which gets the requests', () => {
    const causes = told();
    expect(kinds(causes)).toEqual(['duplicate-address@null likely']);
    expect(causes[0].sentence).toBe(
      'another host than B says that 10.4.0.100 is its own (02:00:00:00:00:99, none of the cards of B), and gets what is sent there',
    );
    expect(causes[0].notes[0]).toBe('said 2 times, first in B/any.pcap, frame 416');
    const { sentence } = verdictOf([{ finding: lost, causes }], { total: 1, answered: 0, undecided: 0 });
    expect(sentence).toBe('the network is probably not the problem. a host probably is');
    expect(kinds(told({}, undefined, 'answers'))).toEqual(['duplicate-address@null likely']);
  });

  it('is not where a card of its own says so, or its own are not known', () => {
    expect(kinds(told({ mac: OWN }))).toEqual(['lost-in-network@null']);
    expect(kinds(told({}, B.addr))).toEqual(['lost-in-network@null']);
  });

  it('is not where a card of its own said so again later, as after a failover', () => {
    const old = { ...announced, first: addNanos(lost.first, -60e9), last: addNanos(lost.first, -50e9) };
    const again = (seconds: number) => {
      const last = addNanos(lost.first, seconds * 1e9);
      const own = { ...announced, direction: 'out' as const, mac: OWN, first: last, last };
      const b = host('B', { ...B, addr: withMac(B.addr, OWN) });
      return kinds(causesBeside(lost, { askers: [old], answers: [own] }, host('A', A), b));
    };
    expect(again(-1)).toEqual(['lost-in-network@null']);
    expect(again(-49)).toEqual(['duplicate-address@null likely']);
    expect(again(3600)).toEqual(['duplicate-address@null likely']);
  });

  it('is not by what went out, was said of another address, or was said only later', () => {
    expect(kinds(told({ direction: 'out' }))).toEqual(['lost-in-network@null']);
    expect(kinds(told({ target: ip('10.4.0.1') }))).toEqual(['lost-in-network@null']);
    expect(kinds(told({ first: addNanos(lost.last, 1e9) }))).toEqual(['lost-in-network@null']);
  });

  it('is by what another host heard only where that is on the same link', () => {
    const example = sighting({ host: 'A', interface: 'eth1', direction: 'in' });
    expect(kinds(told({ host: 'A', example }))).toEqual(['lost-in-network@null']);
    expect(kinds(told({ host: 'A', example: { ...example, interface: null } }))).toEqual([
      'lost-in-network@null',
    ]);
    const near = { ...A, addr: A.addr.replace('10.2.0.100/24', '10.2.0.100/8') };
    const b = host('B', { ...B, addr: withMac(B.addr, OWN) });
    const heard = { answers: [{ ...announced, host: 'A', example }] };
    expect(kinds(causesBeside(lost, heard, host('A', near), b))).toEqual(['duplicate-address@null likely']);
  });
});

describe('a request that was lost while others to the same address were answered that its host never saw', () => {
  it('is not surely lost by the network', () => {
    const [cause] = causesBeside({ ...lost, answeredUnseen: 100 }, {}, host('A', A), host('B', B));
    expect(kinds([cause])).toEqual(['lost-in-network@null likely']);
    expect(cause.notes[0]).toMatch(
      /^100 other exchanges were answered from 10\.4\.0\.100, and the capture of B shows nothing of them/,
    );
  });
});
