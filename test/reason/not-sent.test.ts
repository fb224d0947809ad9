import { describe, expect, it } from 'vitest';
import { ip } from '../report/fixture.ts';
import { A, B, causesOf, found, host, kinds } from './support/story.ts';

/** A asks for a link-layer address on eth1 in vain. */
const asks = (target: string) =>
  found({
    kind: 'request-not-sent',
    requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
    more: {
      examples: [],
      path: { requestLeft: null, requestReached: null, replyLeft: null, replyReached: null },
      unresolved: { host: 'A', interface: 'eth1', target: ip(target), tell: ip('10.2.0.100'), asked: 3 },
    },
  });
const only = A.routes.replace('default via 10.2.0.1 dev eth1 metric 200\n', '');

describe('a request that never left', () => {
  it('was taken for on-link by a socket bound to an interface without a route', () => {
    const states = [host('A', { ...A, routes: only }), host('B', B)];
    expect(kinds(causesOf(asks('10.4.0.100'), ...states))).toEqual(['no-route-on-bound-interface@A']);
  });

  it('waits for a gateway of its own network', () => {
    const states = [host('A', A), host('B', B)];
    expect(kinds(causesOf(asks('10.2.0.1'), ...states))).toEqual(['next-hop-unresolved@A']);
  });

  it('waits for a gateway that is on no network of the host', () => {
    const routes = `${only}\n10.4.0.0/24 via 10.9.9.9 dev eth1 onlink`;
    const states = [host('A', { ...A, routes }), host('B', B)];
    expect(kinds(causesOf(asks('10.9.9.9'), ...states))).toEqual(['next-hop-unresolved@A']);
  });

  it('was meant for a neighbour that is none: the prefix of the interface is too wide', () => {
    const addr = A.addr.replace('10.2.0.100/24', '10.2.0.100/8');
    const states = [host('A', { ...A, addr }), host('B', B)];
    expect(kinds(causesOf(asks('10.4.0.100'), ...states))).toEqual(['netmask-too-wide@A']);
  });

  it('was not asked for as on-link, nor by a prefix, on a device that does no ARP', () => {
    const addr = A.addr.replace(
      'BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500\n    inet 10.2',
      'POINTOPOINT,NOARP,UP,LOWER_UP> mtu 1500\n    inet 10.2',
    );
    const bound = [host('A', { ...A, addr, routes: only }), host('B', B)];
    expect(kinds(causesOf(asks('10.4.0.100'), ...bound))).toEqual(['next-hop-unresolved@A']);
    const wide = [host('A', { ...A, addr: addr.replace('10.2.0.100/24', '10.2.0.100/8') }), host('B', B)];
    expect(kinds(causesOf(asks('10.4.0.100'), ...wide))).toEqual(['next-hop-unresolved@A']);
  });
});
