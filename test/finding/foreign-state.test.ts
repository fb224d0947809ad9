import { describe, expect, it } from 'vitest';
import type { HostIdentity } from '../../src/addr/identity.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import { foreignStates } from '../../src/finding/foreign-state.ts';
import { problemWords } from '../../src/report/problem-words.ts';
import { ScriptedCapture } from '../exchange/support/capture.ts';
import { echoReply, echoRequest, ipOf } from '../exchange/support/packets.ts';

const A = '10.2.0.100';
const B = '10.4.0.100';
const [MAC_A, MAC_B] = ['00:00:00:00:00:0a', '00:00:00:00:00:0b'];
const ping = (seq: number, src = A, dst = B) => echoRequest({ src, dst, id: 7, seq, data: 'stamp' });
const pong = (seq: number) => echoReply({ src: B, dst: A, id: 7, seq, data: 'stamp' });

const state = (host: string, address: string, mac: string | null): HostIdentity => ({
  host,
  interfaces: [
    { name: 'if3', index: null, mac, addresses: [{ address: ipOf(address), length: 24 }], neighbours: [] },
  ],
});

async function told(captures: readonly ScriptedCapture[], identities: readonly HostIdentity[]) {
  const { groups } = await correlate(captures.map((one) => one.input()));
  return foreignStates(groups, identities).map(
    ({ host, frame, bearer }) => `${host} ${frame.file} ${frame.frame} ${bearer}`,
  );
}

const pinged = () => {
  const [a, b] = [new ScriptedCapture('A'), new ScriptedCapture('B')];
  a.see(0, 3, 'out', ping(1), 0x0a);
  b.see(0.1, 3, 'in', ping(1), 0x99).see(0.2, 3, 'out', pong(1), 0x0b);
  a.see(0.3, 3, 'in', pong(1), 0x98);
  return [a, b];
};

describe('states that do not fit the captures of their hosts', () => {
  it('are told, and with whose they may have been exchanged', async () => {
    const swapped = [state('A', B, MAC_B), state('B', A, MAC_A)];
    expect(await told(pinged(), swapped)).toEqual(['A A/any.pcap 1 B', 'B B/any.pcap 2 A']);
    const twice = [state('A', A, MAC_A), state('B', A, MAC_A)];
    expect(await told(pinged(), twice)).toEqual(['B B/any.pcap 2 null']);
  });

  it('are known by what comes in from their own address where they tell no hardware address', async () => {
    expect(await told(pinged(), [state('A', A, null), state('B', A, null)])).toEqual(['B B/any.pcap 1 null']);
  });

  it('are none that fit by an address, or by a card', async () => {
    expect(await told(pinged(), [state('A', A, '00:00:00:00:00:77')])).toEqual([]);
    expect(await told(pinged(), [state('A', '10.2.0.7', MAC_A)])).toEqual([]);
    expect(await told(pinged(), [])).toEqual([]);
  });

  it('are none where the state tells nothing of that card', async () => {
    const a = new ScriptedCapture('A').see(0, 4, 'out', ping(1), 0x0a);
    expect(await told([a], [state('A', '10.2.0.7', '00:00:00:00:00:77')])).toEqual([]);
  });

  it('are none where a bridge sends what others made, of which only that was captured', async () => {
    const a = new ScriptedCapture('A').see(0, 3, 'out', ping(1), 0x0a).see(0.1, 4, 'out', ping(1), 0x0a);
    const own = state('A', '10.9.0.7', '00:00:00:00:00:77');
    const [card] = own.interfaces;
    expect(await told([a], [own])).toEqual(['A A/any.pcap 1 null']);
    const bridge = { ...card, name: 'if5' };
    const ports = ['if3', 'if4'].map((name) => ({ ...card, name, addresses: [], portOf: 'if5' }));
    expect(await told([a], [{ host: 'A', interfaces: [bridge, ...ports] }])).toEqual([]);
  });

  it('are none of a router, which passes on what others send', async () => {
    const r = new ScriptedCapture('R');
    r.see(0, 3, 'in', ping(1), 0x0a).see(0.1, 4, 'out', ping(1), 0x55);
    expect(await told([r], [state('R', '10.9.0.1', '00:00:00:00:00:66')])).toEqual([]);
  });

  it('may fit by a later exchange', async () => {
    const a = new ScriptedCapture('A');
    a.see(0, 3, 'out', ping(1), 0x77);
    expect(await told([a], [state('A', '10.2.0.7', MAC_A)])).toEqual(['A A/any.pcap 1 null']);
    a.see(9000, 3, 'out', ping(1, '10.2.0.7', '10.4.0.9'), 0x77);
    expect(await told([a], [state('A', '10.2.0.7', MAC_A)])).toEqual([]);
  });

  it('are named with the frame', async () => {
    const { groups } = await correlate(pinged().map((one) => one.input()));
    const [a, b] = foreignStates(groups, [state('A', B, MAC_B), state('B', A, null)]);
    expect(problemWords({ kind: 'state-of-another-host', ...a })).toBe(
      'the state given for A does not fit its captures and is not used: A/any.pcap: frame 1 goes out from 10.2.0.100 (00:00:00:00:00:0a), of which it knows nothing; 10.2.0.100 is in the state given for B, were they exchanged?',
    );
    expect(problemWords({ kind: 'state-of-another-host', ...b })).toBe(
      'the state given for B does not fit its captures and is not used: B/any.pcap: frame 1 comes in from 10.2.0.100 (00:00:00:00:00:99), which it says is its own; was it saved on another host, or in another network namespace?',
    );
  });
});
