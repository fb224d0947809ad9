import { describe, expect, it } from 'vitest';
import type { HostIdentity } from '../../src/addr/identity.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import { find } from '../../src/finding/find.ts';
import { ScriptedCapture } from '../exchange/support/capture.ts';
import { arp, echoReply, echoRequest, ipOf, SYN, tcp } from '../exchange/support/packets.ts';

const A = '10.2.0.100';
const B = '10.4.0.100';
const identity = (host: string, address: string): HostIdentity => ({
  host,
  interfaces: [
    {
      name: 'if3',
      index: null,
      mac: null,
      addresses: [{ address: ipOf(address), length: 24 }],
      neighbours: [],
    },
  ],
});
const syn = (seq: number) => tcp({ src: A, dst: B, srcPort: 40000, dstPort: 22, seq }, SYN);
const ping = { src: A, dst: B, id: 7, seq: 1, data: 'stamp' };
const pong = { ...ping, src: B, dst: A };

/** A's SYN is lost; its ping was answered, of which B saw nothing unless told. */
async function unseen(from: number, to: number, seen = false): Promise<number[]> {
  const [a, b] = [new ScriptedCapture('A'), new ScriptedCapture('B')];
  b.see(from, 3, 'in', arp(1, '10.4.0.1', B));
  a.see(100, 3, 'out', echoRequest(ping)).see(101, 3, 'in', echoReply(pong));
  if (seen) b.see(100.2, 3, 'in', echoRequest(ping)).see(100.4, 3, 'out', echoReply(pong));
  for (const ms of [300, 1300]) a.see(ms, 3, 'out', syn(1000));
  b.see(to, 3, 'in', arp(1, '10.4.0.1', B));
  const correlation = await correlate([a, b].map((one) => one.input()));
  const { findings } = find(correlation, [identity('A', A), identity('B', B)], new Set());
  return findings.map(({ kind, answeredUnseen }) => (kind === 'request-lost' ? answeredUnseen : -1));
}

describe('exchanges that were answered of which the host asked saw nothing', () => {
  it('are told beside requests that did not come to it', async () => {
    expect(await unseen(0, 9000)).toEqual([1]);
    expect(await unseen(0, 9000, true)).toEqual([0]);
  });

  it('are none where its capture may not have run yet, or not any more', async () => {
    expect(await unseen(200, 9000)).toEqual([0]);
    expect(await unseen(0, 90)).toEqual([0]);
  });
});
