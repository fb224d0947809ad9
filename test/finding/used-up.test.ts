import { describe, expect, it } from 'vitest';
import type { HostIdentity } from '../../src/addr/identity.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import { find } from '../../src/finding/find.ts';
import { ScriptedCapture } from '../exchange/support/capture.ts';
import { arp, echoReply, echoRequest, icmpError, ipOf } from '../exchange/support/packets.ts';

const A = '10.2.0.100';
const B = '10.4.0.100';

const host = (name: string, address: string): HostIdentity => ({
  host: name,
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

/** What becomes of a probe: nobody says that its TTL ran out, a router does, or B answers. */
type Fate = 'lost' | 'told' | 'answered';

/** A asks B in turn with these TTLs. */
async function told(
  probes: readonly (readonly [ttl: number, fate: Fate])[],
  id: (ttl: number) => number = () => 7,
): Promise<string[]> {
  const [a, b] = [new ScriptedCapture('A'), new ScriptedCapture('B')];
  b.see(0, 3, 'in', arp(1, '10.4.0.1', B));
  probes.forEach(([ttl, fate], seq) => {
    const at = seq * 100;
    const ping = { src: A, dst: B, id: id(ttl), seq, data: `probe ${seq}`, ttl };
    a.see(at, 3, 'out', echoRequest(ping));
    if (fate === 'told') a.see(at + 0.2, 3, 'in', icmpError('10.2.0.1', A, 11, 0, echoRequest(ping)));
    if (fate !== 'answered') return;
    const pong = { ...ping, src: B, dst: A, ttl: 63 };
    b.see(at + 0.1, 3, 'in', echoRequest({ ...ping, ttl: ttl - 1 })).see(at + 0.2, 3, 'out', echoReply(pong));
    a.see(at + 0.3, 3, 'in', echoReply(pong));
  });
  b.see(probes.length * 100 + 6000, 3, 'in', arp(1, '10.4.0.1', B));
  const found = find(
    await correlate([a, b].map((one) => one.input())),
    [host('A', A), host('B', B)],
    new Set(),
  );
  return found.findings.map(({ level, kind, count }) => `${level} ${kind} ${count}`);
}

const rounds = <T>(count: number, round: readonly T[]): T[] =>
  Array.from({ length: count }, () => round).flat();

describe('a probe that does not arrive and bears a small TTL', () => {
  it('ran out like others with the same TTL, of which the router said so', async () => {
    const tracing = rounds(6, [
      [1, 'told'],
      [64, 'answered'],
      [1, 'lost'],
      [64, 'answered'],
    ] as const);
    expect(await told(tracing)).toEqual(['note rejected 6', 'note request-lost 6']);
  });

  it('ran out where others of a larger, small one arrived, though no router says so', async () => {
    const tracing = rounds(6, [
      [1, 'lost'],
      [2, 'answered'],
      [3, 'answered'],
    ] as const);
    expect(await told(tracing)).toEqual(['note request-lost 6']);
  });

  it('is no probe of the way where only others with a usual one arrive', async () => {
    const set = rounds(6, [
      [1, 'lost'],
      [64, 'answered'],
    ] as const);
    expect(await told(set)).toEqual(['error request-lost 6']);
  });

  it('nor with as large a one as arrived', async () => {
    const lost = rounds(6, [
      [9, 'lost'],
      [9, 'told'],
      [9, 'answered'],
    ] as const);
    expect(await told(lost)).toEqual(['error request-lost 6', 'error rejected 6']);
  });

  it('nor where far more are lost than arrive', async () => {
    const lost = rounds(20, [[1, 'lost']] as const);
    expect(await told([[3, 'answered'], ...lost])).toEqual(['error request-lost 20']);
  });

  it('nor among others of another program', async () => {
    const one = rounds(6, [
      [1, 'told'],
      [1, 'lost'],
    ] as const);
    const other = rounds(12, [
      [64, 'lost'],
      [64, 'answered'],
      [64, 'answered'],
    ] as const);
    expect(await told([...one, ...other], (ttl) => ttl)).toContain('error request-lost 18');
  });
});
