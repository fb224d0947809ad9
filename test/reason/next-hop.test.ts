import { describe, expect, it } from 'vitest';
import type { NeighbourQuestion } from '../../src/exchange/correlation.ts';
import { finding, ip } from '../report/fixture.ts';
import { A, B, causesBeside, found, host, kinds } from './support/story.ts';

const { first, last } = finding({});
const silent = found({
  kind: 'unanswered',
  requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
  requestReached: 'eth1 10.2.0.100 > 10.4.0.100',
});
const routes = `${B.routes}
10.2.0.0/24 nexthop via 10.4.0.1 dev eth1 weight 1 nexthop via 10.3.0.254 dev eth0 weight 1`;
const asked = (target: string, device: string): NeighbourQuestion => {
  return {
    host: 'B',
    interface: device,
    target: ip(target),
    tell: ip('10.3.0.100'),
    count: 2,
    first,
    last,
    examples: [],
    failures: [],
  };
};
const told = (questions: NeighbourQuestion[], neigh = '') =>
  kinds(causesBeside(silent, { questions }, host('A', A), host('B', { ...B, routes, neigh })));

describe('a reply by a route with several next hops', () => {
  it('waited for the one that was asked for in vain', () => {
    expect(told([asked('10.3.0.254', 'eth0')])).toEqual(['next-hop-unresolved@B']);
    expect(told([asked('10.4.0.1', 'eth1')])).toEqual(['next-hop-unresolved@B']);
  });

  it('did not wait for one of another route, or of another interface', () => {
    expect(told([asked('10.3.0.9', 'eth0')])).toEqual(['unexplained@B possible']);
    expect(told([asked('10.3.0.254', 'eth1')])).toEqual(['unexplained@B possible']);
  });

  it('may have gone by the other where the neighbours know one of them as dead', () => {
    const one = '10.3.0.254 dev eth0 FAILED';
    expect(told([], one)).toEqual(['unexplained@B possible']);
    expect(told([], `${one}\n10.4.0.1 dev eth1 FAILED`)).toEqual(['next-hop-unresolved@B likely']);
  });
});
