import { describe, expect, it } from 'vitest';
import type { HostIdentity, InterfaceIdentity } from '../../src/addr/identity.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import { ScriptedCapture } from './support/capture.ts';
import { arp, echoReply, echoRequest, ipOf } from './support/packets.ts';

const A = '10.2.0.100';
const B = '10.4.0.100';
const [MAC0, MAC1, GATEWAY] = [0x0a030064, 0x0a040064, 0xfe000401];
const ping = echoRequest({ src: A, dst: B, id: 7, seq: 1 });
const pong = echoReply({ src: B, dst: A, id: 7, seq: 1 });

const card = (
  name: string,
  index: number,
  mac: string,
  more: Partial<InterfaceIdentity> = {},
): InterfaceIdentity => ({
  name,
  index,
  mac,
  addresses: [{ address: ipOf(name === 'eth0' ? '10.3.0.100' : B), length: 24 }],
  neighbours: [],
  ...more,
});
const [eth0, eth1] = [card('eth0', 2, '00:00:0a:03:00:64'), card('eth1', 3, '00:00:0a:04:00:64')];

/** Where the request came in and the reply left. */
async function seen(
  captures: readonly ScriptedCapture[],
  interfaces: readonly InterfaceIdentity[] = [eth0, eth1],
): Promise<string[]> {
  const identity: HostIdentity = { host: 'B', interfaces };
  const { groups, captures: told } = await correlate(captures.map((one) => one.input({ identity })));
  const names = groups.flatMap(({ examples: [{ requests, replies }] }) =>
    [...requests, ...replies].map((one) => one.interface ?? '?'),
  );
  return told.some(({ reindexed }) => reindexed) ? [...names, 'reindexed'] : names;
}

const capture = (file?: string) => new ScriptedCapture('B', file);
/** The request comes in by one index, the reply leaves by the other. */
const exchange = (by: number, home: number, mac: number) =>
  capture().see(0, by, 'in', ping, GATEWAY).see(1, home, 'out', pong, mac);

describe('an interface index that another start of the kernel gave', () => {
  it('is named by the hardware address that frames left with', async () => {
    const both = exchange(2, 3, MAC0).see(2, 2, 'out', arp(2, B, '10.4.0.1', MAC1), MAC1);
    expect(await seen([both])).toEqual(['eth1', 'eth0', 'reindexed']);
    expect(await seen([exchange(3, 2, MAC0)])).toEqual(['eth1', 'eth0']);
  });

  it('also where the state knows no such index', async () => {
    const both = exchange(13, 12, MAC0).see(2, 13, 'out', arp(2, B, '10.4.0.1', MAC1), MAC1);
    expect(await seen([both])).toEqual(['eth1', 'eth0', 'reindexed']);
  });

  it('is no other where the state has no indexes, as of ifconfig', async () => {
    const both = exchange(2, 3, MAC0).see(2, 2, 'out', arp(2, B, '10.4.0.1', MAC1), MAC1);
    const unnumbered = [eth0, eth1].map((one) => ({ ...one, index: null }));
    expect(await seen([both], unnumbered)).toEqual(['eth1', 'eth0']);
  });

  it('gives the other no name, where nothing left by that one', async () => {
    expect(await seen([exchange(2, 3, MAC0)])).toEqual(['if2', 'eth0', 'reindexed']);
  });

  it('holds for all captures of the host', async () => {
    const first = capture('B/any.pcap0').see(0, 2, 'in', ping, GATEWAY);
    const next = capture('B/any.pcap1')
      .see(1, 3, 'out', pong, MAC0)
      .see(2, 2, 'out', arp(2, B, '10.4.0.1', MAC1), MAC1);
    expect(await seen([first, next])).toEqual(['eth1', 'eth0', 'reindexed']);
  });

  it('stands in questions and answers, too', async () => {
    const asking = capture()
      .see(0, 3, 'out', arp(1, '10.3.0.100', '10.3.0.1', MAC0), MAC0)
      .see(1, 2, 'in', arp(1, '10.4.0.1', B, GATEWAY), GATEWAY)
      .see(2, 2, 'out', arp(2, B, '10.4.0.1', MAC1), MAC1);
    const identity: HostIdentity = { host: 'B', interfaces: [eth0, eth1] };
    const { unanswered, answers, askers } = await correlate([asking.input({ identity })]);
    expect(unanswered.map((one) => [one.interface, one.examples[0].interface])).toEqual([['eth0', 'eth0']]);
    expect(answers.map((one) => [one.interface, one.example.interface])).toEqual([['eth1', 'eth1']]);
    expect(askers.map((one) => one.interface)).toEqual(['eth1']);
  });

  it('is believed where frames left with the address of its interface, too', async () => {
    const also = exchange(2, 3, MAC0).see(2, 3, 'out', arp(1, B, '10.4.0.1', MAC1), MAC1);
    expect(await seen([also])).toEqual(['eth0', 'eth1']);
  });

  it('and where that address leaves by an interface of its own', async () => {
    const also = exchange(2, 3, MAC0).see(2, 2, 'out', arp(1, '10.3.0.100', '10.3.0.1', MAC0), MAC0);
    expect(await seen([also])).toEqual(['eth0', 'eth1']);
  });

  it('and of ports of a bridge, which hand on what others send', async () => {
    const bridge = card('br0', 4, '00:00:0a:03:00:64', { addresses: [] });
    const ports = [
      { ...eth0, mac: '00:00:0a:05:00:64', portOf: 'br0' },
      { ...eth1, portOf: 'br0' },
    ];
    expect(await seen([exchange(2, 3, MAC0)], [...ports, bridge])).toEqual(['eth0', 'eth1']);
  });

  it('goes without a name where several bear the address', async () => {
    const twin = card('eth1.10', 5, '00:00:0a:03:00:64');
    expect(await seen([exchange(2, 3, MAC0)], [eth0, eth1, twin])).toEqual(['eth0', 'if3', 'reindexed']);
  });
});
