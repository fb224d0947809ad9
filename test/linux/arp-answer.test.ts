import { describe, expect, it } from 'vitest';
import { answerArp } from '../../src/linux/arp-answer.ts';
import { ip } from '../report/fixture.ts';
import { hostOf } from './support/host.ts';

const ADDR = `
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536
    inet 127.0.0.1/8 scope host lo
    inet 10.9.9.9/32 scope host lo
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet 10.3.0.100/24 scope global eth0
3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet 10.4.0.100/24 scope global eth1
4: tun0: <POINTOPOINT,NOARP,UP,LOWER_UP> mtu 1500`;
const ROUTES = `default via 10.3.0.1 dev eth0
10.3.0.0/24 dev eth0 proto kernel scope link src 10.3.0.100
10.4.0.0/24 dev eth1 proto kernel scope link src 10.4.0.100
local 10.3.0.100 dev eth0 table local proto kernel scope host src 10.3.0.100
local 10.4.0.100 dev eth1 table local proto kernel scope host src 10.4.0.100
local 10.9.9.9 dev lo table local proto kernel scope host src 10.9.9.9`;
const RULES = '0: from all lookup local\n32766: from all lookup main\n32767: from all lookup default';
const QUIET = ['all', 'eth0', 'eth1']
  .flatMap((place) =>
    ['rp_filter', 'arp_ignore', 'arp_filter'].map((name) => `net.ipv4.conf.${place}.${name} = 0`),
  )
  .join('\n');

/** Asked on eth1 unless told. @param settings `eth1.arp_ignore = 1`; the others are 0 */
function answerOf(settings: string, target: string, asker: string, device = 'eth1', routes = ROUTES) {
  const told = settings ? settings.split('; ').map((one) => `net.ipv4.conf.${one}`) : [];
  const rest = QUIET.split('\n').filter(
    (line) => !told.some((one) => one.split(' ')[0] === line.split(' ')[0]),
  );
  const sysctl = [...rest, ...told].join('\n');
  const state = hostOf({ addr: ADDR, routes, rules: RULES, sysctl });
  return answerArp({ state, device, asker: ip(asker), target: ip(target) }).kind;
}

describe('what the host answers to ARP', () => {
  it.each([
    ['', '10.4.0.100', '10.4.0.1', 'answers'],
    // Any address of the host, by any interface.
    ['', '10.3.0.100', '10.4.0.1', 'answers'],
    ['', '10.9.9.9', '10.4.0.1', 'answers'],
    ['eth1.arp_ignore = 1', '10.4.0.100', '10.4.0.1', 'answers'],
    ['eth1.arp_ignore = 1', '10.4.0.100', '10.77.0.1', 'answers'],
    ['eth1.arp_ignore = 1', '10.3.0.100', '10.4.0.1', 'ignored'],
    ['all.arp_ignore = 1', '10.9.9.9', '10.4.0.1', 'ignored'],
    ['eth0.arp_ignore = 8', '10.4.0.100', '10.4.0.1', 'answers'],
    ['eth1.arp_ignore = 2', '10.4.0.100', '10.4.0.1', 'answers'],
    ['eth1.arp_ignore = 2', '10.4.0.100', '10.77.0.1', 'ignored'],
    ['eth1.arp_ignore = 3', '10.3.0.100', '10.4.0.1', 'answers'],
    ['eth1.arp_ignore = 3', '10.9.9.9', '10.4.0.1', 'ignored'],
    ['eth1.arp_ignore = 4', '10.3.0.100', '10.4.0.1', 'answers'],
    ['eth1.arp_ignore = 8', '10.4.0.100', '10.4.0.1', 'ignored'],
    ['all.arp_ignore = 1; eth1.arp_ignore = 8', '10.4.0.100', '10.4.0.1', 'ignored'],
    ['eth1.arp_filter = 1', '10.4.0.100', '10.4.0.1', 'answers'],
    ['eth1.arp_filter = 1', '10.4.0.100', '10.77.0.1', 'filtered'],
    ['all.arp_filter = 1', '10.4.0.100', '10.77.0.1', 'filtered'],
    ['eth1.rp_filter = 1', '10.4.0.100', '10.4.0.1', 'answers'],
    ['eth1.rp_filter = 1', '10.4.0.100', '10.77.0.1', 'not-taken'],
    ['eth1.rp_filter = 2', '10.4.0.100', '10.77.0.1', 'answers'],
    // Its own address asks: somebody else has it.
    ['', '10.4.0.100', '10.3.0.100', 'not-taken'],
    // Not its own: perhaps it stands in for others, which is not asked here.
    ['', '10.4.0.7', '10.4.0.1', 'cannot-tell'],
  ])('%s: for %s by %s: %s', (settings, target, asker, kind) =>
    expect(answerOf(settings, target, asker)).toBe(kind),
  );

  it('is nothing for an own address that its lookup leads elsewhere, unless it stands in for others', () => {
    const rules = '1: from all iif eth1 lookup main\n5: from all lookup local';
    const answer = (proxy: number) => {
      const sysctl = `${QUIET}\nnet.ipv4.ip_forward = 1\nnet.ipv4.conf.eth1.proxy_arp = ${proxy}`;
      const state = hostOf({ addr: ADDR, routes: ROUTES, rules, sysctl });
      return answerArp({ state, device: 'eth1', asker: ip('10.4.0.1'), target: ip('10.3.0.100') }).kind;
    };
    expect([answer(0), answer(1)]).toEqual(['not-taken', 'cannot-tell']);
  });

  it('is nothing on a device without ARP', () =>
    expect(answerOf('', '10.4.0.100', '10.4.0.1', 'tun0')).toBe('no-arp'));

  it('is not known where no file tells the settings', () => {
    const state = hostOf({
      addr: ADDR,
      routes: ROUTES,
      rules: RULES,
      sysctl: 'net.ipv4.conf.all.rp_filter = 0\nnet.ipv4.conf.eth1.rp_filter = 0',
    });
    const answer = answerArp({ state, device: 'eth1', asker: ip('10.4.0.1'), target: ip('10.4.0.100') });
    expect(answer).toMatchObject({ kind: 'cannot-tell' });
    expect(answer.kind === 'cannot-tell' && answer.missing.map((one) => one.what)).toEqual([
      'net.ipv4.conf.all.arp_ignore',
      'net.ipv4.conf.eth1.arp_ignore',
      'net.ipv4.conf.all.arp_filter',
      'net.ipv4.conf.eth1.arp_filter',
    ]);
  });
});
