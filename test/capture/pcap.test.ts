import { describe, expect, test } from 'vitest';
import { damageMessage } from '../../src/report/damage-words.ts';
import { concat, pcap } from './build.ts';
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
        lostBytes: 0,
        count: 1,
      },
    ]);
  });

  test('a record over 262,144 bytes is passed over, up to where records make sense again', async () => {
    const bad = { ...TWO, captured: 262145 };
    for (const pieces of [1, 7, 65536]) {
      const { frames, facts } = await readBytes(pcap([ONE, bad, ONE, TWO, ONE]), pieces, pieces);
      expect(frames.map((one) => one.bytes.length)).toEqual([3, 3, 2, 3]);
      expect(facts?.damage).toMatchObject([
        {
          kind: 'record-too-long',
          frame: 2,
          offset: 43,
          need: 262145,
          have: 262144,
          lostBytes: 18,
          count: 1,
        },
      ]);
    }
  });

  test('where no record makes sense again the rest is lost, and said to be', async () => {
    const far = { ...ONE, seconds: ONE.seconds + 2 * 86400 };
    for (const rest of [[far, far, far, far], [{ ...ONE, fraction: 1_000_000 }], []]) {
      const { frames, facts } = await readBytes(pcap([ONE, { ...TWO, captured: 0x80000000 }, ...rest]));
      expect(frames).toHaveLength(1);
      expect(facts?.damage).toMatchObject([{ kind: 'record-too-long', lostBytes: null }]);
    }
  });

  test('behind a damaged place the file may still end inside a frame', async () => {
    const file = pcap([ONE, { ...TWO, captured: 0xffffffff }, ONE, TWO, ONE]).subarray(0, -1);
    const { frames, facts } = await readBytes(file, 1, 1);
    expect(frames).toHaveLength(3);
    expect(facts?.damage).toMatchObject([
      { kind: 'record-too-long', lostBytes: 18 },
      { kind: 'cut-in-record', frame: 4, need: 19, have: 18 },
    ]);
  });

  test('several damaged places count as one kind, with all the bytes lost', async () => {
    const bad = { ...TWO, captured: 300_000 };
    const { frames, facts } = await readBytes(pcap([bad, ONE, ONE, ONE, bad, ONE, TWO, ONE]));
    expect(frames).toHaveLength(6);
    expect(facts?.damage).toMatchObject([{ frame: 1, offset: 24, lostBytes: 36, count: 2 }]);
  });

  test.each([
    ['little endian', {}],
    ['big endian', { little: false }],
    ['nanoseconds', { magic: 0xa1b23c4d }],
    ['modified', { magic: 0xa1b2cd34 }],
    ['lengths the other way round', { minor: 2 }],
  ])('files joined with cat are read on behind each header, which is told: %s', async (_, options) => {
    const one = pcap([ONE, TWO], options);
    const empty = pcap([], options);
    for (const pieceBytes of [1, 7, 65536]) {
      const { frames, facts } = await readBytes(concat(one, one, empty, one), pieceBytes);
      expect(frames.map((frame) => frame.seconds - ONE.seconds)).toEqual([0, 1, 0, 1, 0, 1]);
      expect(facts?.damage).toMatchObject([
        { kind: 'record-too-long', frame: 3, offset: one.length, count: 3, lostBytes: 3 * 24 },
      ]);
    }
    const words = damageMessage((await readBytes(concat(one, one))).facts!.damage[0]);
    expect(words).toBe(
      'no record is here (the header of another file); 24 bytes are passed over, then the file makes sense again',
    );
    const cut = await readBytes(concat(one, empty.subarray(0, 20)));
    expect(cut.frames).toHaveLength(2);
    expect(cut.facts?.damage).toMatchObject([{ kind: 'cut-in-header', need: 24, have: 20 }]);
  });

  test.each([
    ['another link type', { linkType: 113 }],
    ['another byte order', { little: false }],
    ['other units of time', { magic: 0xa1b23c4d }],
  ])('a file joined that has %s is not read, and no frame is made of its header', async (_, options) => {
    for (const pieceBytes of [1, 65536]) {
      const one = pcap([ONE, TWO]);
      const { frames, facts } = await readBytes(concat(one, pcap([ONE], options), one), pieceBytes);
      expect(frames).toHaveLength(2);
      expect(facts?.damage).toMatchObject([{ kind: 'unsupported-section', frame: 3, offset: one.length }]);
    }
  });

  test('an empty packet of 2055 is none', async () => {
    const empty = { seconds: 0xa1b2c3d4, fraction: 5, packet: new Uint8Array(0) };
    const { frames, facts } = await readBytes(pcap([ONE, empty, TWO]));
    expect(frames).toHaveLength(3);
    expect(facts?.damage).toEqual([]);
  });

  test("DG/UX's version 543.0 has the lengths the other way round", async () => {
    const cut = [ONE, TWO].map((one) => ({ ...one, original: 60 }));
    const { frames } = await readBytes(pcap(cut, { major: 543, minor: 0 }));
    expect(frames.map((one) => [one.bytes.length, one.originalLength])).toEqual([
      [3, 60],
      [2, 60],
    ]);
    expect((await readBytes(pcap(cut, { major: 543, minor: 1 }))).problem?.kind).toBe('unsupported');
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
