import fc from 'fast-check';
import { expect, it } from 'vitest';
import { correlate } from '../../src/exchange/correlate.ts';
import { ScriptedCapture } from './support/capture.ts';
import { ACK, echoReply, echoRequest, SYN, tcp } from './support/packets.ts';
import { summaryOf } from './support/summary.ts';

/** What must make no difference: the order of files, how they are cut, read in chunks or given twice, and clocks. */

const A = '10.2.0.100';
const B = '10.4.0.100';
const OTHER = '10.3.0.100';

interface Fate {
  readonly protocol: 'icmp' | 'tcp';
  readonly reached: boolean;
  readonly answered: boolean;
  readonly wrongSource: boolean;
  readonly returned: boolean;
}

const fates = fc.array(
  fc.record({
    protocol: fc.constantFrom('icmp' as const, 'tcp' as const),
    reached: fc.boolean(),
    answered: fc.boolean(),
    wrongSource: fc.boolean(),
    returned: fc.boolean(),
  }),
  { minLength: 1, maxLength: 30 },
);

/** Both hosts' captures of exchanges that end as told. The first is whole, so that the clocks have common packets. */
function sceneOf(all: readonly Fate[]): [ScriptedCapture, ScriptedCapture] {
  const a = new ScriptedCapture('A');
  const b = new ScriptedCapture('B');
  const whole = {
    protocol: 'icmp',
    reached: true,
    answered: true,
    wrongSource: false,
    returned: true,
  } as const;
  for (const [i, fate] of [whole, ...all].entries()) play(a, b, i, fate);
  return [a, b];
}

function play(a: ScriptedCapture, b: ScriptedCapture, i: number, fate: Fate): void {
  const t = i * 20;
  const from = fate.wrongSource ? OTHER : B;
  const icmp = fate.protocol === 'icmp';
  const echo = { id: 9, seq: i, data: `d${i}` };
  const port = 2000 + i;
  const request = icmp
    ? echoRequest({ ...echo, src: A, dst: B })
    : tcp({ src: A, dst: B, srcPort: port, dstPort: 1521, seq: i * 7 }, SYN);
  const reply = icmp
    ? echoReply({ ...echo, src: from, dst: A })
    : tcp({ src: from, dst: A, srcPort: 1521, dstPort: port, seq: i, ack: i * 7 + 1 }, SYN | ACK);
  a.see(t, 3, 'out', request);
  if (!fate.reached) return;
  b.see(t + 1, 3, 'in', request);
  if (!fate.answered) return;
  b.see(t + 2, 2, 'out', reply);
  if (fate.returned) a.see(t + 3, 3, 'in', reply);
}

/** Two halves of a capture, and one of them given twice. */
function pieces(capture: ScriptedCapture, cut: number, twice: boolean): ScriptedCapture[] {
  const at = Math.floor(cut * capture.frames.length);
  const parts = [capture.part(`${capture.host}/1.pcap`, 0, at), capture.part(`${capture.host}/2.pcap`, at)];
  return twice ? [...parts, capture.part(`${capture.host}/copy.pcap`, at)] : parts;
}

it('gives the same groups however the same packets are handed in', async () => {
  await fc.assert(
    fc.asyncProperty(
      fates,
      fc.record({
        cut: fc.double({ min: 0, max: 1, noNaN: true }),
        twice: fc.boolean(),
        chunkFrames: fc.integer({ min: 1, max: 40 }),
        shift: fc.constantFrom(0, -3600, 3600, 86_400, 0.003),
        bFirst: fc.boolean(),
      }),
      async (all, { cut, twice, chunkFrames, shift, bFirst }) => {
        const [a, b] = sceneOf(all);
        const expected = summaryOf(await correlate([a.input(), b.input()])).sort();
        const files = [...pieces(a, cut, twice), ...pieces(b.shifted(shift), cut, false)];
        if (bFirst) files.reverse();
        const handed = await correlate(files.map((file) => file.input({ chunkFrames })));
        expect(summaryOf(handed).sort()).toEqual(expected);
      },
    ),
    { numRuns: 150 },
  );
});
