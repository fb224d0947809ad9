import { describe, expect, test } from 'vitest';
import { pcap } from './build.ts';
import { readBytes } from './read.ts';

const ONE = { seconds: 1795442400, fraction: 123456, packet: Uint8Array.of(1, 2, 3) };
const TWO = { seconds: 1795442401, fraction: 999999, packet: Uint8Array.of(4, 5), original: 60 };

describe('pcap', () => {
  const variants = [
    { name: 'microseconds', magic: 0xa1b2c3d4, unit: 1000 },
    { name: 'nanoseconds', magic: 0xa1b23c4d, unit: 1 },
    { name: 'modified', magic: 0xa1b2cd34, unit: 1000 },
  ];
  for (const { name, magic, unit } of variants) {
    for (const little of [true, false]) {
      test(`${name}, ${little ? 'little' : 'big'} endian`, async () => {
        const { frames, facts } = await readBytes(pcap([ONE, TWO], { magic, little }));
        expect(frames).toMatchObject([
          { number: 1, seconds: 1795442400, nanos: 123456 * unit, originalLength: 3, linkType: 1 },
          { number: 2, seconds: 1795442401, nanos: 999999 * unit, originalLength: 60, timed: true },
        ]);
        expect(frames.map((frame) => [...frame.bytes])).toEqual([
          [1, 2, 3],
          [4, 5],
        ]);
        expect(facts).toMatchObject({
          format: 'pcap',
          byteOrder: little ? 'little' : 'big',
          compression: 'none',
          frames: 2,
          damage: [],
        });
        expect(facts?.interfaces).toMatchObject([
          { id: 0, linkType: 1, snapLength: 65535, resolutionNs: unit },
        ]);
      });
    }
  }

  test('lengths stood the other way round before version 2.3, and sometimes in it', async () => {
    const old = await readBytes(pcap([TWO], { minor: 2 }));
    expect(old.frames).toMatchObject([{ originalLength: 60, bytes: TWO.packet }]);
    const swapped = pcap([{ ...TWO, captured: 60, original: 2 }], { minor: 3 });
    expect((await readBytes(swapped)).frames).toMatchObject([{ originalLength: 60, bytes: TWO.packet }]);
  });

  test('seconds are unsigned, up to 2106', async () => {
    const { frames } = await readBytes(pcap([{ ...ONE, seconds: 0xffffffff }]));
    expect(frames[0].seconds).toBe(4294967295);
  });

  test('a frame check sequence does not change the link type', async () => {
    const { frames } = await readBytes(pcap([ONE], { linkType: 0x54000001 }));
    expect(frames[0].linkType).toBe(1);
  });

  test('other versions and reserved bits of the link type are not read', async () => {
    const version = await readBytes(pcap([ONE], { major: 1 }));
    expect(version.problem).toEqual({ kind: 'unsupported', file: '-', what: 'pcap version 1.4' });
    const reserved = await readBytes(pcap([ONE], { linkType: 0x00200001 }));
    expect(reserved.problem?.kind).toBe('unsupported');
  });

  test('a fraction of a second over one carries into the seconds, and is told', async () => {
    const { frames, facts } = await readBytes(pcap([{ ...ONE, fraction: 2_000_001 }, TWO]));
    expect(frames[0]).toMatchObject({ seconds: ONE.seconds + 2, nanos: 1000 });
    expect(facts?.damage).toEqual([
      {
        kind: 'time-out-of-range',
        frame: 1,
        offset: 24,
        need: 999999,
        have: 2000001,
        detail: null,
        count: 1,
      },
    ]);
  });

  test('a record over 262,144 bytes ends the file, with what was read before it', async () => {
    const { frames, facts } = await readBytes(pcap([ONE, { ...TWO, captured: 262145 }, ONE]));
    expect(frames).toHaveLength(1);
    expect(facts?.damage).toMatchObject([{ kind: 'record-too-long', frame: 2, offset: 43, have: 262144 }]);
  });

  test('a record of exactly 262,144 bytes is read, over several chunks', async () => {
    const packet = new Uint8Array(262144).fill(7);
    const { frames, facts } = await readBytes(pcap([ONE, { ...ONE, packet }, TWO]), 10000, 4096);
    expect(frames.map((frame) => frame.bytes.length)).toEqual([3, 262144, 2]);
    expect(facts?.damage).toEqual([]);
  });

  test('a capture without packets is whole', async () => {
    const { frames, facts } = await readBytes(pcap([]));
    expect(frames).toEqual([]);
    expect(facts?.damage).toEqual([]);
  });
});
