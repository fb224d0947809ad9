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

describe('a request that is seen only on a device that leads to nobody', () => {
  const nowhere = (device: string, routes: string) => {
    const kind = device === 'lo' ? 'request-not-sent' : 'request-lost';
    const seen = found({ kind, requestLeft: `${device} 10.2.0.100 > 10.4.0.100` });
    const addr = `${A.addr}\n4: dummy0: <BROADCAST,NOARP,UP,LOWER_UP> mtu 1500`;
    return causesOf(seen, host('A', { ...A, addr, routes: `${A.routes}\n${routes}` }), host('B', B));
  };

  it('was sent there by a route', () => {
    for (const device of ['lo', 'dummy0']) {
      const causes = nowhere(device, `10.4.0.100 dev ${device} scope link`);
      expect(kinds(causes)).toEqual(['route-refuses@A']);
      expect(causes[0].sentence).toBe(
        `a route of A sends what is for 10.4.0.100 by ${device}, which leads to no other host`,
      );
      expect(causes[0].sources[0].label).toBe('chosen');
    }
  });

  it('was kept by a local route', () => {
    const [cause] = nowhere('lo', 'local 10.4.0.0/24 dev lo table local proto static scope host');
    expect(cause).toMatchObject({ kind: 'other-route-wins', host: 'A', confidence: 'likely' });
  });

  it('is not explained by tables that send it elsewhere', () => {
    expect(kinds(nowhere('lo', ''))[0]).toBe('no-route-on-bound-interface@A');
    const mark = '10.4.0.0/24 via 10.2.0.1 dev eth1';
    expect(nowhere('lo', mark)[0].sentence).not.toContain('a route of A sends');
  });
});
