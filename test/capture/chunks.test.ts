import { describe, expect, test } from 'vitest';
import { Blocks, concat, pcap, text } from './build.ts';
import { readBytes } from './read.ts';

const b = new Blocks();
const packet = (length: number) => Uint8Array.from({ length }, (_, i) => i & 255);
const CAPTURES = {
  pcap: pcap([0, 1, 2, 60, 333].map((length) => ({ seconds: 5, fraction: 6, packet: packet(length) }))),
  pcapng: concat(
    b.section([{ code: 1, value: text('a comment') }]),
    b.interface(1, 0, [{ code: 2, value: text('eth0') }]),
    ...[0, 1, 2, 60, 333].map((length) => b.enhanced(packet(length), 7n, [{ code: 2, value: b.u32(1) }])),
    b.simple(packet(9)),
  ),
};

for (const [name, bytes] of Object.entries(CAPTURES)) {
  describe(name, () => {
    test('the size of chunks and of what arrives makes no difference', async () => {
      const whole = await readBytes(bytes);
      expect(whole.facts?.damage).toEqual([]);
      for (const pieceBytes of [1, 2, 3, 7, 16, 100, bytes.length - 1, bytes.length]) {
        for (const chunkBytes of [24, 25, 64, 1000]) {
          expect(await readBytes(bytes, pieceBytes, chunkBytes)).toEqual(whole);
        }
      }
    });

    test('cut at every byte: no frame too many, never fewer as the cut moves on', async () => {
      const whole = await readBytes(bytes);
      let before = 0;
      for (let cut = 0; cut < bytes.length; cut++) {
        const { frames, facts, problem } = await readBytes(bytes.subarray(0, cut));
        expect(frames).toEqual(whole.frames.slice(0, frames.length));
        expect(frames.length).toBeGreaterThanOrEqual(before);
        before = frames.length;
        if (cut < 4) expect(problem?.kind).toBe(cut === 0 ? 'empty' : 'not-a-capture');
        else if (!CLEAN_CUTS[name as keyof typeof CAPTURES].includes(cut)) {
          const kind = facts?.damage[0]?.kind;
          expect(kind === 'cut-in-header' || kind === 'cut-in-record', `cut at ${cut}`).toBe(true);
          expect(facts?.damage[0].frame).toBe(frames.length + 1);
        } else expect(facts?.damage).toEqual([]);
      }
    });
  });
}

/** Cuts between records: nothing tells that more should follow. */
const CLEAN_CUTS = { pcap: pcapCuts(CAPTURES.pcap), pcapng: pcapngCuts(CAPTURES.pcapng) };

function pcapCuts(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer);
  const cuts: number[] = [];
  for (let at = 24; at < bytes.length; at += 16 + view.getUint32(at + 8, true)) cuts.push(at);
  return cuts;
}

function pcapngCuts(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer);
  const cuts: number[] = [];
  for (let at = 0; at < bytes.length; at += view.getUint32(at + 4, true)) cuts.push(at);
  return cuts;
}

test('a block larger than the room before a chunk is gathered', async () => {
  const large = b.block(0x4242, new Uint8Array(3 << 20));
  const file = concat(b.section(), b.interface(), b.enhanced(packet(50)), large, b.enhanced(packet(60)));
  const { frames, facts } = await readBytes(file, 50_000, 40_000);
  expect(frames.map((frame) => frame.bytes.length)).toEqual([50, 60]);
  expect(facts?.damage).toEqual([]);
});

test('the place of damage is counted in the capture, not in a chunk', async () => {
  const first = pcap(new Array(100).fill({ seconds: 1, fraction: 1, packet: packet(84) }));
  const { facts } = await readBytes(first.subarray(0, 24 + 57 * 100 + 30), 700, 512);
  expect(facts?.damage).toEqual([
    {
      kind: 'cut-in-record',
      frame: 58,
      offset: 24 + 57 * 100,
      need: 100,
      have: 30,
      detail: null,
      lostBytes: 0,
      count: 1,
    },
  ]);
});
