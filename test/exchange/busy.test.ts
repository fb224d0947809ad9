import { describe, expect, it } from 'vitest';
import { formatIp } from '../../src/addr/ip.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import { find } from '../../src/finding/find.ts';
import { ScriptedCapture } from './support/capture.ts';
import { ACK, SYN, tcp } from './support/packets.ts';

/** One pair of hosts fails among many that work: it must stand out, soon, and as one finding. */

const EXCHANGES = 200_000;
const CLIENTS = 500;
const BROKEN = '10.2.0.100';
const SERVER = '10.4.0.100';
const EVERY = 1000;

function busyServer(): ScriptedCapture {
  const seen = new ScriptedCapture('B');
  for (let i = 0; i < EXCHANGES; i++) {
    const fails = i % EVERY === 0;
    const src = fails ? BROKEN : `10.7.${(i % CLIENTS) >> 8}.${(i % CLIENTS) & 255}`;
    const syn = { src, dst: SERVER, srcPort: 1024 + (i % 60_000), dstPort: 443, seq: i * 7 };
    const back = { src: SERVER, dst: src, srcPort: 443, dstPort: syn.srcPort, seq: i, ack: syn.seq + 1 };
    seen.see(i * 0.5, 3, 'in', tcp(syn, SYN));
    if (fails) continue;
    seen.see(i * 0.5 + 0.1, 3, 'out', tcp(back, SYN | ACK));
    seen.see(i * 0.5 + 0.2, 3, 'in', tcp({ ...syn, seq: syn.seq + 1, ack: i + 1 }, ACK));
  }
  return seen;
}

describe('200,000 exchanges, one pair of them failing', () => {
  it('is one finding', async () => {
    const correlation = await correlate([busyServer().input()]);
    expect(correlation.counts).toEqual({ exchanges: EXCHANGES, leftEarly: 0, ambiguous: 0, strayReplies: 0 });
    const begin = process.cpuUsage();
    const { findings, exchanges } = find(correlation, [], new Set());
    expect(process.cpuUsage(begin).user).toBeLessThan(2e6);
    expect(findings.map(({ kind, count, probe }) => [kind, count, probe.src && formatIp(probe.src)])).toEqual(
      [['unanswered', EXCHANGES / EVERY, BROKEN]],
    );
    expect(exchanges).toEqual({
      total: EXCHANGES,
      answered: EXCHANGES - EXCHANGES / EVERY,
      failed: EXCHANGES / EVERY,
      undecided: 0,
    });
  }, 60_000);
});
