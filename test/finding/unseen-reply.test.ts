import { describe, expect, it } from 'vitest';
import type { HostIdentity } from '../../src/addr/identity.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import { find } from '../../src/finding/find.ts';
import { ScriptedCapture } from '../exchange/support/capture.ts';
import { ACK, echoRequest, ipOf, SYN, tcp } from '../exchange/support/packets.ts';

/** Captures of single cards, none of which had to show a reply. */

const [A, B] = ['10.2.0.100', '10.4.0.100'];
const card = (name: string, address: string) => ({
  name,
  index: null,
  mac: null,
  addresses: [{ address: ipOf(address), length: 24 }],
  neighbours: [],
});
const HOSTS: readonly HostIdentity[] = [
  { host: 'A', interfaces: [card('eth0', '10.1.0.100'), card('eth1', A)] },
  { host: 'B', interfaces: [card('eth0', '10.3.0.100'), card('eth1', B)] },
];
const ping = echoRequest({ src: A, dst: B, id: 7, seq: 1, data: 'stamp' });
const syn = tcp({ src: A, dst: B, srcPort: 40000, dstPort: 1521, seq: 1000 }, SYN);
const other = { src: '10.1.0.7', dst: '10.1.0.100', srcPort: 22, dstPort: 50000, seq: 1, ack: 1 };

/** What reached B's eth1, and what A's card shows beside traffic of its own. */
async function told(asked: readonly Buffer[], card: string, shown: readonly Buffer[] = []) {
  const [a, b] = [new ScriptedCapture('A'), new ScriptedCapture('B')];
  for (const ms of [0, 9000]) a.see(ms, 2, 'in', tcp(other, ACK));
  for (const [i, one] of shown.entries()) a.see(1000 * (i + 1), 2, 'out', one);
  for (const [i, one] of asked.entries()) b.see(1000 * (i + 1) + 0.1, 3, 'in', one);
  const inputs = [a.input({ interface: card }), b.input({ interface: 'eth1' })];
  const { findings, exchanges } = find(await correlate(inputs), HOSTS, new Set(['A', 'B']));
  return [findings.map(({ kind, level, success }) => `${level} ${kind} ${success}`), exchanges.failed];
}

describe('a reply that no capture had to show', () => {
  it('may have come home: nobody looked where it would', async () => {
    expect(await told([ping], 'eth0')).toEqual([['error no-reply-seen open'], 0]);
    expect(await told([syn], 'eth0')).toEqual([['error no-reply-seen open'], 0]);
  });

  it('did not come home where the request was sent again', async () => {
    expect(await told([syn, syn], 'eth0')).toEqual([['error no-reply-seen no'], 1]);
  });

  it('did not come home where the card that the request left by shows none', async () => {
    expect(await told([ping], 'eth1', [ping])).toEqual([['error no-reply-seen no'], 1]);
  });
});
