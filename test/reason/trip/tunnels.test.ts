import { describe, expect, it } from 'vitest';
import { answerOf, decide } from '../../../src/linux/route-answer.ts';
import { parseRouteQuery } from '../../../src/linux/route-query.ts';
import { roundTrip } from '../../../src/reason/trip/round-trip.ts';
import type { TripQuestion } from '../../../src/reason/trip/trip.ts';
import { lookupRemarks } from '../../../src/report/lookup-words.ts';
import { stepSentence } from '../../../src/report/trip-words.ts';
import { ip } from '../../report/fixture.ts';
import { A, B, type Files, host } from '../support/story.ts';

const TUN = '4: tun0: <POINTOPOINT,MULTICAST,NOARP,UP,LOWER_UP> mtu 1500\n    link/none\n    inet';
const NO_FILTER = `net.ipv4.conf.all.rp_filter = 0
net.ipv4.conf.eth0.rp_filter = 0
net.ipv4.conf.eth1.rp_filter = 0
net.ipv4.conf.tun0.rp_filter = 0
net.ipv4.conf.all.accept_local = 0`;

const OWN = `
10.9.0.0/24 dev tun0 proto kernel scope link src 10.9.0.1
local 10.9.0.1 dev tun0 table local proto kernel scope host src 10.9.0.1`;

function ends(addrA: string, more: Partial<Files> = {}, addrB = B.addr) {
  const sysctl = NO_FILTER;
  return [
    host('A', {
      ...A,
      addr: `${A.addr}\n${addrA}`,
      sysctl,
      ...more,
      routes: (more.routes ?? A.routes) + OWN,
    }),
    host('B', { ...B, addr: addrB, sysctl }),
  ] as const;
}

function question(hosts: ReturnType<typeof ends>, device: string | null, to = '10.4.0.100'): TripQuestion {
  const plain = { address: null, protocol: 'icmp', port: 0, tos: 0, strictNetwork: false } as const;
  return { ...plain, from: hosts[0], device, to: ip(to), hosts };
}

function told(asked: TripQuestion) {
  const { verdict, causes, steps, open } = roundTrip(asked);
  return {
    verdict,
    causes: causes.map((one) => one.kind),
    said: steps.map((one) => stepSentence(one, asked)),
    missing: open.map((one) => one.missing.what),
  };
}

describe('a socket bound to a device that does no ARP', () => {
  it.each(['POINTOPOINT,MULTICAST,NOARP', 'NOARP', 'POINTOPOINT'])(
    'asks nobody: <%s> simply sends',
    (flags) => {
      const hosts = ends(
        `${TUN.replace('POINTOPOINT,MULTICAST,NOARP', flags)} 10.9.0.1/24 scope global tun0`,
      );
      const { said } = told(question(hosts, 'tun0'));
      expect(said.slice(0, 2)).toEqual([
        'A sends the request by tun0, from 10.9.0.1',
        'the network is taken to deliver it to B, on eth1',
      ]);
      expect(told(question(hosts, 'tun0'))).toMatchObject({ verdict: 'arrives', missing: [] });
    },
  );

  it('sends to an address that no file knows, too', () => {
    const hosts = ends(`${TUN} 10.9.0.1/24 scope global tun0`);
    const { verdict, causes, said } = told(question(hosts, 'tun0', '10.77.0.1'));
    expect({ verdict, causes }).toEqual({ verdict: 'cannot-tell', causes: [] });
    expect(said[1]).toBe('which interface of which host bears 10.77.0.1 no file tells');
  });

  it('comes out at the far end of the tunnel, where that is known by its peer address', () => {
    const far = `${B.addr}\n${TUN} 10.9.0.2 peer 10.9.0.1/32 scope global tun0`;
    const hosts = ends(`${TUN} 10.9.0.1 peer 10.9.0.2/32 scope global tun0`, {}, far);
    expect(told(question(hosts, 'tun0')).said[1]).toBe('B is on the same link and gets it on tun0');
  });

  it('is given no ARP by route get either', () => {
    const [a] = ends(`${TUN} 10.9.0.1/24 scope global tun0`);
    const text = '10.4.0.100 oif tun0';
    const query = parseRouteQuery(text);
    if (!query.ok) throw new Error(text);
    expect(answerOf(a, text, query.value.flow).answer).toMatchObject({ dev: 'tun0' });
    expect(JSON.stringify(lookupRemarks(a, decide(a, query.value.flow)))).not.toContain('ARP');
  });

  it('cannot be told from one that does where no listing shows the flags', () => {
    const hosts = ends('');
    const unknown = { ...hosts[0], links: hosts[0].links.map((one) => ({ ...one, flags: new Set(['UP']) })) };
    const routes = hosts[0].routes.filter((one) => one.metric === 0);
    const { verdict, missing } = told(question([{ ...unknown, routes }, hosts[1]], 'eth1'));
    expect({ verdict, missing }).toEqual({ verdict: 'cannot-tell', missing: ['ip link show eth1'] });
  });
});

describe('a socket bound to a device that leads to no other host', () => {
  it('sends by lo, where the kernel discards it', () => {
    const { verdict, causes, said } = told(question(ends(''), 'lo'));
    expect({ verdict, causes }).toEqual({ verdict: 'fails', causes: ['no-route-on-bound-interface'] });
    expect(said).toEqual(['the request to 10.4.0.100 does not leave A by lo']);
  });

  it('is no cause of its own where a route leads by a dummy device', () => {
    const dummy =
      '5: d0: <BROADCAST,NOARP,UP,LOWER_UP> mtu 1500\n    link/ether 02:00:00:00:00:09\n    dummy';
    const routes = `${A.routes}\n10.4.0.0/24 dev d0 scope link`;
    const { verdict, causes } = told(question(ends(dummy, { routes }), null));
    expect({ verdict, causes }).toEqual({ verdict: 'fails', causes: ['route-refuses'] });
  });

  it('is known by its name where no listing tells its kind, and a card without ARP is no tunnel', () => {
    const by = (device: string) => {
      const link = `5: ${device}: <BROADCAST,NOARP,UP,LOWER_UP> mtu 1500\n    link/ether 02:00:00:00:00:09`;
      return told(
        question(ends(link, { routes: `${A.routes}\n10.4.0.0/24 dev ${device} scope link` }), null),
      );
    };
    expect(by('dummy0')).toMatchObject({ verdict: 'fails', causes: ['route-refuses'] });
    expect(by('eth7').verdict).not.toBe('arrives');
  });
});

describe('a gateway behind a tunnel', () => {
  it('is not silent, whatever a stale neighbour table says', () => {
    const routes = `${A.routes}\n10.4.0.0/24 via 10.9.0.2 dev tun0`;
    const neigh = '10.9.0.2 dev tun0 FAILED';
    const hosts = ends(`${TUN} 10.9.0.1/24 scope global tun0`, { routes, neigh });
    expect(told(question(hosts, null))).toMatchObject({ verdict: 'arrives', causes: [] });
  });
});
