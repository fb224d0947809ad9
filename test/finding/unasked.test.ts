import { describe, expect, it } from 'vitest';
import type { HostIdentity } from '../../src/addr/identity.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import { find } from '../../src/finding/find.ts';
import { sentenceOf } from '../../src/report/finding-words.ts';
import { ScriptedCapture } from '../exchange/support/capture.ts';
import { ACK, echoReply, ipOf, RST, SYN, tcp } from '../exchange/support/packets.ts';

/** A capture of one card, by which answers leave to what came in by another. */

const [A, B] = ['10.2.0.100', '10.4.0.100'];
const card = (name: string, index: number, address: string, length = 24) => ({
  name,
  index,
  mac: `00:00:00:00:00:1${index}`,
  addresses: [{ address: ipOf(address), length }],
  neighbours: [],
});
const identity = (...cards: HostIdentity['interfaces'][number][]): HostIdentity => ({
  host: 'B',
  interfaces: cards,
});
const HOST = identity(card('eth0', 2, '10.3.0.100'), card('eth1', 3, B));
const synAck = tcp({ src: B, dst: A, srcPort: 1521, dstPort: 40000, seq: 5, ack: 1001 }, SYN | ACK);
const ack = tcp({ src: A, dst: B, srcPort: 40000, dstPort: 1521, seq: 1001, ack: 6 }, ACK);
const reset = tcp({ src: A, dst: B, srcPort: 40000, dstPort: 1521, seq: 1001 }, RST);
const AGAIN = [0, 1000, 3000];

interface Seen {
  readonly times?: readonly number[];
  readonly packet?: Buffer;
  readonly host?: HostIdentity;
  readonly device?: string;
  readonly more?: Buffer;
}

async function told({ times = AGAIN, packet = synAck, host = HOST, device = 'eth0', more }: Seen = {}) {
  const capture = new ScriptedCapture('B');
  for (const ms of times) capture.see(ms, 2, 'out', packet);
  if (more) capture.see(3001, 2, 'in', more);
  const input = capture.input({ interface: device, identity: host });
  return find(await correlate([input]), [host], new Set(['B'])).findings;
}

describe('an answer to what nobody saw', () => {
  it('that leaves by a card that does not bear its source, again and again, does not come home', async () => {
    const findings = await told();
    expect(findings.map(({ level, kind, success }) => `${level} ${kind} ${success}`)).toEqual([
      'error no-reply-seen no',
    ]);
    expect(sentenceOf(findings[0])).toBe(
      'the SYN-ACK of B to 10.2.0.100 left by eth0, which does not bear its source 10.4.0.100, again and again; where the SYN came in was not captured',
    );
  });

  it('may come home, where it was not repeated more often than by chance', async () => {
    expect(await told({ times: [0, 1000] })).toEqual([]);
    expect(await told({ times: [0, 0.01, 0.02] })).toEqual([]);
  });

  it('came home, where it was acknowledged or reset', async () => {
    expect(await told({ more: ack })).toEqual([]);
    expect(await told({ more: reset })).toEqual([]);
  });

  it('says nothing as an echo reply, which is not repeated', async () => {
    const reply = echoReply({ src: B, dst: A, id: 7, seq: 1 });
    expect(await told({ packet: reply })).toEqual([]);
  });

  it('is in order, where that card bears its source, or no card in particular does', async () => {
    const swapped = identity(card('eth0', 2, B), card('eth1', 3, '10.3.0.100'));
    expect(await told({ host: swapped })).toEqual([]);
    expect(await told({ host: identity(card('eth0', 2, '10.3.0.100'), card('eth1', 3, B, 32)) })).toEqual([]);
  });

  it('lacks its request, where all cards were captured', async () => {
    expect(await told({ device: 'any' })).toEqual([]);
  });
});
