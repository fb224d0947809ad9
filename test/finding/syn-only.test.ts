import { describe, expect, it } from 'vitest';
import type { HostIdentity } from '../../src/addr/identity.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import { find } from '../../src/finding/find.ts';
import { ScriptedCapture } from '../exchange/support/capture.ts';
import { ACK, ipOf, SYN, tcp } from '../exchange/support/packets.ts';

/** A asks two services of B, six times each; the capture of B was taken with a filter for SYNs, or nothing answered. */

const [A, B] = ['10.2.0.100', '10.4.0.100'];
const host = (name: string, address: string): HostIdentity => ({
  host: name,
  interfaces: [
    { name: 'if3', index: 3, mac: null, addresses: [{ address: ipOf(address), length: 24 }], neighbours: [] },
  ],
});

const another = (b: ScriptedCapture) =>
  void b.see(9000, 3, 'in', tcp({ src: '10.9.0.1', dst: B, srcPort: 5, dstPort: 80, seq: 7 }, SYN));

interface Given {
  readonly ports?: readonly number[];
  readonly times?: number;
  /** Connections whose SYN is sent again after a second. */
  readonly repeated?: (port: number) => boolean;
  /** What A's capture shows: SYNs as well, all, or there is none. */
  readonly a?: 'syns' | 'all' | null;
  /** B's capture shows how it answers. */
  readonly answered?: boolean;
  /** Milliseconds between one and the next. */
  readonly apart?: number;
  readonly more?: (b: ScriptedCapture) => void;
}

async function found({
  ports = [443, 1521],
  times = 6,
  repeated = () => false,
  a: shown = null,
  answered = false,
  apart = 600,
  more,
}: Given) {
  const [a, b] = [new ScriptedCapture('A'), new ScriptedCapture('B')];
  const seen: { at: number; see: () => void }[] = [];
  for (const [index, port] of ports.entries()) {
    for (let i = 0; i < times; i++) {
      const at = i * apart + index * 10;
      const [mine, seq] = [40000 + 100 * index + i, 1000 * (i + 1) + index];
      const syn = { src: A, dst: B, srcPort: mine, dstPort: port, seq };
      const asks = tcp(syn, SYN);
      for (const again of repeated(port) ? [0, 1000] : [0]) {
        if (shown) seen.push({ at: at + again, see: () => a.see(at + again, 3, 'out', asks) });
        seen.push({ at: at + again + 0.1, see: () => b.see(at + again + 0.1, 3, 'in', asks) });
      }
      const answers = tcp({ src: B, dst: A, srcPort: port, dstPort: mine, seq: 9, ack: seq + 1 }, SYN | ACK);
      if (answered) seen.push({ at: at + 0.2, see: () => b.see(at + 0.2, 3, 'out', answers) });
      if (shown === 'all') seen.push({ at: at + 0.3, see: () => a.see(at + 0.3, 3, 'in', answers) });
    }
  }
  for (const one of seen.sort((x, y) => x.at - y.at)) one.see();
  more?.(b);
  const captures = (shown ? [a, b] : [b]).map((one) => one.input());
  const told = find(await correlate(captures), [host('A', A), host('B', B)], new Set());
  return { ...told, words: told.findings.map(({ kind, count }) => `${count} ${kind}`) };
}

describe('captures that hold of TCP nothing but SYNs', () => {
  it('do not tell what became of connections of which none was tried again', async () => {
    const { words, exchanges, synOnly } = await found({});
    expect([words, synOnly]).toEqual([[], ['B']]);
    expect(exchanges).toEqual({ total: 12, answered: 0, failed: 0, undecided: 12 });
  });

  it('do not tell it on either side', async () => {
    expect((await found({ a: 'syns' })).words).toEqual([]);
  });

  it('do not tell whether a SYN-ACK that left came home', async () => {
    const { words, synOnly } = await found({ a: 'syns', answered: true });
    expect([words, synOnly]).toEqual([[], ['A']]);
  });

  it('do not tell why those were tried again that were', async () => {
    const { words, findings } = await found({
      ports: [22, 443, 1521],
      repeated: (port) => port === 22,
    });
    expect(words).toEqual(['6 no-reply-seen']);
    expect(findings[0].witness.missing).toContainEqual({ kind: 'syn-only', host: 'B' });
  });

  it('are known by what others saw answered', async () => {
    const { words, synOnly } = await found({ ports: [443], times: 10, a: 'all', more: another });
    expect([words, synOnly]).toEqual([[], ['B']]);
  });
});

describe('captures of connections that nobody answered', () => {
  it.each<[string, Given]>([
    ['each of which was tried again', { repeated: () => true }],
    ['to one service, perhaps of a health check that gives up within a second', { ports: [443], times: 12 }],
    ['which are few', { times: 4, more: another }],
    ['of which no repetition would have been captured', { apart: 100 }],
    ['beside others that do show more', { more: (b) => void b.see(9000, 3, 'out', OTHER) }],
  ])('tell so: %s', async (_, given) => {
    const { words, synOnly } = await found(given);
    expect(words.every((word) => word.endsWith(' unanswered'))).toBe(true);
    expect(words.length).toBeGreaterThan(0);
    expect(synOnly).toEqual([]);
  });
});

const OTHER = tcp({ src: B, dst: '10.9.0.1', srcPort: 80, dstPort: 5, seq: 9, ack: 8 }, SYN | ACK);
