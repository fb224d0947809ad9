import { describe, expect, it } from 'vitest';
import type { HostIdentity } from '../../src/addr/identity.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import { interfaceOfFile } from '../../src/exchange/interface-name.ts';
import { ScriptedCapture } from './support/capture.ts';
import { arp, echoReply, echoRequest, ipOf } from './support/packets.ts';
import { summaryOf } from './support/summary.ts';

const A = '10.2.0.100';
const B = '10.4.0.100';
const OWN0 = 0x0a030064;
const OWN1 = 0x0a040064;
const GATEWAY = 0xfe000401;
const STRANGER = 0xfe009999;
const ping = echoRequest({ src: A, dst: B, id: 7, seq: 1 });
const pong = echoReply({ src: B, dst: A, id: 7, seq: 1 });

const mac = (low: number) =>
  `00:00:${low
    .toString(16)
    .padStart(8, '0')
    .replace(/(..)(?=.)/g, '$1:')}`;
const device = (name: string, index: number, own: number, address: string, neighbour: number | null) => ({
  name,
  index,
  mac: mac(own),
  addresses: [{ address: ipOf(address), length: 24 }],
  neighbours: neighbour === null ? [] : [mac(neighbour)],
});

const serverB: HostIdentity = {
  host: 'B',
  interfaces: [device('eth0', 2, OWN0, '10.3.0.100', null), device('eth1', 3, OWN1, B, GATEWAY)],
};

const seenOn = async (capture: ScriptedCapture, options: Parameters<ScriptedCapture['input']>[0]) =>
  summaryOf(await correlate([capture.input(options)])).map((line) => line.slice(line.indexOf(': ') + 2));

const capture = (file?: string) => new ScriptedCapture('B', file);

describe('rule 9: the interface and the direction', () => {
  it('come from ifindex and the host state, or the index alone', async () => {
    const seen = () => capture().see(0, 3, 'in', ping).see(1, 2, 'out', pong);
    expect(await seenOn(seen(), { identity: serverB })).toEqual(['B/eth1<echo-request B/eth0>echo-reply']);
    expect(await seenOn(seen(), {})).toEqual(['B/if3<echo-request B/if2>echo-reply']);
  });

  it('come from the sender in LINUX_SLL: own, or a neighbour', async () => {
    const seen = () => capture().seeSll(0, 'in', ping, GATEWAY).seeSll(1, 'out', pong, OWN0);
    expect(await seenOn(seen(), { identity: serverB })).toEqual(['B/eth1<echo-request B/eth0>echo-reply']);
    expect(await seenOn(seen(), {})).toEqual(['B/<echo-request B/>echo-reply']);
  });

  it('come from hardware addresses on Ethernet', async () => {
    const seen = capture().seeEthernet(0, GATEWAY, OWN1, ping).seeEthernet(1, OWN0, GATEWAY, pong);
    expect(await seenOn(seen, { identity: serverB })).toEqual(['B/eth1<echo-request B/eth0>echo-reply']);
  });

  it('come from what the user said, before all else', async () => {
    const seen = capture().seeEthernet(0, GATEWAY, OWN1, ping);
    expect(await seenOn(seen, { identity: serverB, interface: 'br0' })).toEqual(['B/br0<echo-request']);
  });

  it('come from the name of the file and from addresses where nothing else tells', async () => {
    const seen = (file?: string) => capture(file).seeEthernet(0, STRANGER, STRANGER + 1, ping);
    expect(await seenOn(seen('B/eth1.pcap'), {})).toEqual(['B/eth1?echo-request']);
    expect(await seenOn(seen('B/trace.pcap'), {})).toEqual(['B/?echo-request']);
    const noMacs = { ...serverB, interfaces: serverB.interfaces.map((one) => ({ ...one, mac: null })) };
    expect(await seenOn(seen('B/trace.pcap'), { identity: noMacs })).toEqual(['B/eth1<echo-request']);
  });

  // To and from others, so that its addresses tell nothing.
  const passing = echoRequest({ src: A, dst: '10.9.9.9', id: 7, seq: 1 });

  it('come from a neighbour that ARP in the same capture showed', async () => {
    const seen = (sender: string) =>
      capture()
        .seeSll(0, 'in', arp(1, sender, B, STRANGER), STRANGER)
        .seeSll(1, 'in', passing, STRANGER);
    expect(await seenOn(seen('10.4.0.9'), { identity: serverB })).toEqual(['B/eth1<echo-request']);
    expect(await seenOn(seen('10.3.0.9'), { identity: serverB })).toEqual(['B/eth0<echo-request']);
    expect(await seenOn(seen('10.9.0.9'), { identity: serverB })).toEqual(['B/<echo-request']);
    expect(await seenOn(capture().seeSll(0, 'in', passing, 0), { identity: serverB })).toEqual([
      'B/<echo-request',
    ]);
  });

  it('are open where a neighbour is behind several interfaces', async () => {
    const [eth0, eth1] = serverB.interfaces;
    const both = { ...serverB, interfaces: [{ ...eth0, neighbours: eth1.neighbours }, eth1] };
    const seen = () => capture().seeSll(0, 'in', passing, GATEWAY);
    expect(await seenOn(seen(), { identity: both })).toEqual(['B/<echo-request']);
    expect(await seenOn(seen(), { identity: serverB })).toEqual(['B/eth1<echo-request']);
  });

  it('hold what is addressed on the link to everybody', async () => {
    const seen = capture().seeEthernet(0, GATEWAY, STRANGER, ping);
    seen.frames[0].bytes.fill(0xff, 0, 6);
    expect(await seenOn(seen, { identity: serverB })).toEqual(['B/eth1<echo-request']);
  });

  it('tell whether it was: by the packet type, and by hardware addresses where the host is known', async () => {
    const casts = async (one: ScriptedCapture, identity: HostIdentity | null = serverB) => {
      const input = identity ? one.input({ identity }) : one.input();
      const { groups } = await correlate([input]);
      return groups.flatMap(({ examples }) =>
        examples.flatMap(({ requests }) => requests.map((r) => r.cast)),
      );
    };
    const cooked = () => capture().see(0, 3, 'all', ping);
    expect(await casts(cooked())).toEqual(['broadcast']);
    expect(await casts(cooked(), null)).toEqual(['broadcast']);
    expect(await casts(capture().see(0, 3, 'group', ping))).toEqual(['multicast']);
    const plain = () => {
      const both = capture()
        .seeEthernet(0, GATEWAY, OWN1, arp(1, '10.4.0.1', B))
        .seeEthernet(1, GATEWAY, OWN1, ping);
      both.frames[0].bytes.fill(0xff, 0, 6);
      return both;
    };
    expect(await casts(plain())).toEqual(['one']);
    expect(await casts(plain(), null)).toEqual(['one']);
    const all = plain();
    all.frames[1].bytes.fill(0xff, 0, 6);
    expect(await casts(all)).toEqual(['broadcast']);
  });

  it('leave out what was addressed on the link to another host', async () => {
    expect(await seenOn(capture().see(0, 3, 'other', ping), { identity: serverB })).toEqual([]);
    const foreign = capture().seeEthernet(0, GATEWAY, STRANGER, ping);
    expect(await seenOn(foreign, { identity: serverB })).toEqual([]);
    expect(await seenOn(capture().see(0, 3, 'other', ping), {})).toEqual(['B/if3?echo-request']);
  });
});

describe('interfaceOfFile', () => {
  it.each([
    ['a/eth0.pcap', 'eth0'],
    ['eth1.pcap12', 'eth1'],
    ['ens192.pcapng.gz', 'ens192'],
    ['bond0.100.pcap', 'bond0.100'],
    ['any.pcap', null],
    ['serverB.pcap', null],
  ])('reads %s as %s', (file, name) => {
    expect(interfaceOfFile(file, null)).toBe(name);
  });

  it('knows the host its names', () => {
    expect(interfaceOfFile('serverB-eth1.pcap', serverB)).toBe('eth1');
    expect(interfaceOfFile('eth7.pcap', serverB)).toBe(null);
  });
});
