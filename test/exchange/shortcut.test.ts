import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { HostIdentity } from '../../src/addr/identity.ts';
import { UNFILTERED_ACKS } from '../../src/exchange/ack-filter.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import type { Correlation } from '../../src/exchange/correlation.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { ScriptedCapture } from './support/capture.ts';
import { ACK, echoReply, echoRequest, FIN, icmpError, RST, SYN, tcp } from './support/packets.ts';
import { wholeOf } from './support/summary.ts';

/** Whether a packet takes the shortcut into the table must make no difference to anything that is told. */

const ADDRESSES = ['10.2.0.100', '10.4.0.100', '10.3.0.100'];

const KINDS = [
  ...['echo', 'echo', 'reply', 'reply', 'syn', 'syn-ack', 'ack', 'rst', 'fin', 'error'],
  ...['large', 'large', 'large back', 'timed ack', 'sack'],
] as const;
/** Of IP protocol 47. */
const NOT_FOLLOWED = Buffer.from(`450000140000000040${'2f'}0000${'0a020064'}${'0a040064'}`, 'hex');
const LARGE = 'x'.repeat(1200);
const TIMED = Buffer.from([1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2]);
const SELECTIVE = Buffer.from([1, 1, 5, 10, 0, 0, 0, 60, 0, 0, 0, 70]);

const step = fc.record({
  waitMs: fc.constantFrom(0, 0.01, 0.2, 1, 1, 30, 900, 3000, 6000, -3, -70_000),
  kind: fc.constantFrom(...KINDS),
  src: fc.nat(2),
  dst: fc.nat(2),
  id: fc.nat(1),
  seq: fc.nat(2),
  data: fc.constantFrom('data', 'other data', ''),
  ttl: fc.constantFrom(64, 63),
  index: fc.constantFrom(2, 3),
  way: fc.constantFrom('in' as const, 'out' as const, 'other' as const),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function packetOf({ kind, src, dst, id, seq, data, ttl }: Step): Buffer {
  const [from, to] = [ADDRESSES[src], ADDRESSES[dst]];
  const echo = { src: from, dst: to, id, seq, data, ttl };
  const forth = { src: from, dst: to, srcPort: 2000 + id, dstPort: 1521, ttl };
  const back = { src: from, dst: to, srcPort: 1521, dstPort: 2000 + id, ttl };
  const options = Buffer.from([2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, seq, 0, 0, 0, 0, 1, 3, 3, 7]);
  if (kind === 'echo') return echoRequest(echo);
  if (kind === 'reply') return echoReply(echo);
  if (kind === 'syn') return tcp({ ...forth, seq }, SYN, '', data === '' ? Buffer.alloc(0) : options);
  if (kind === 'syn-ack') return tcp({ ...back, seq: seq + 50, ack: seq + 1 }, SYN | ACK, '', options);
  if (kind === 'ack') return tcp({ ...forth, seq: seq + 1, ack: seq + 51 }, ACK, data);
  if (kind === 'large') return tcp({ ...forth, seq: seq + 1, ack: seq + 51 }, ACK, LARGE, TIMED);
  if (kind === 'large back') return tcp({ ...back, seq: seq + 51, ack: seq + 1 }, ACK, LARGE);
  if (kind === 'timed ack') return tcp({ ...back, seq: seq + 51, ack: seq + 1 }, ACK, '', TIMED);
  if (kind === 'sack') return tcp({ ...back, seq: seq + 51, ack: seq + 1 }, ACK, '', SELECTIVE);
  if (kind === 'rst') return tcp({ ...back, seq: 0, ack: seq + 1 }, data === '' ? RST : RST | ACK);
  if (kind === 'fin') return tcp({ ...forth, seq: seq + 1, ack: seq + 51 }, FIN | ACK, data);
  return icmpError(from, to, 3, 1, echoRequest({ ...echo, src: to, dst: from }));
}

function captureOf(steps: readonly Step[], ethernet: boolean, before: number): ScriptedCapture {
  const capture = new ScriptedCapture('A');
  for (let i = 0; i < before; i++) {
    if (ethernet) capture.seeEthernet(i / 100, 0x10, 0x11, NOT_FOLLOWED);
    else capture.see(i / 100, 2, 'in', NOT_FOLLOWED);
  }
  let ms = 100_000;
  for (const one of steps) {
    ms += one.waitMs;
    const mac = 0x10 + one.src;
    if (ethernet) capture.seeEthernet(ms, mac, 0x10 + one.dst, packetOf(one));
    else capture.see(ms, one.index, one.way, packetOf(one), mac);
  }
  return capture;
}

const IDENTITY: HostIdentity = {
  host: 'A',
  interfaces: [0, 1].map((i) => ({
    name: `eth${i}`,
    index: 2 + i,
    mac: `00:00:00:00:00:1${i}`,
    addresses: [],
    neighbours: [],
  })),
};

/** Which exchanges of a group are its examples depends on the order in which they close, and that is told nowhere. */
function inOrder(correlation: Correlation): Correlation {
  const groups = correlation.groups.map((group) => {
    const byFrame = [...group.examples].sort((a, b) => frameOf(a) - frameOf(b));
    return { ...wholeOf(group), examples: group.count > byFrame.length ? [] : byFrame };
  });
  return { ...correlation, groups };
}

function frameOf({ requests, replies, acks, resets, errors }: Exchange): number {
  return Math.min(...[...requests, ...replies, ...acks, ...resets, ...errors].map((one) => one.frame));
}

async function expectTheSame(capture: ScriptedCapture, known: boolean, chunkFrames: number): Promise<void> {
  const identity = known ? { identity: IDENTITY } : {};
  const told = async (shortcut: boolean) =>
    inOrder(await correlate([capture.input({ chunkFrames, ...identity })], { shortcut }));
  expect(await told(true)).toEqual(await told(false));
}

it('tells the same by the short way as by the long one', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 80 }),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom(1, 3, 1000),
      (steps, ethernet, known, chunkFrames) =>
        expectTheSame(captureOf(steps, ethernet, 0), known, chunkFrames),
    ),
    { numRuns: 200 },
  );
});

it('tells the same of segments, once those without a handshake are passed over', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 120 }), fc.boolean(), (steps, ethernet) =>
      expectTheSame(captureOf(steps, ethernet, UNFILTERED_ACKS), false, 1000),
    ),
    { numRuns: 60 },
  );
});
