import { describe, expect, test } from 'vitest';
import { Blocks, concat, text } from './build.ts';
import { readBytes } from './read.ts';

const PACKET = Uint8Array.of(1, 2, 3, 4, 5);
const STAMP = 1795442400_123456n;

describe('pcapng', () => {
  for (const little of [true, false]) {
    test(`packet blocks of each kind, ${little ? 'little' : 'big'} endian`, async () => {
      const b = new Blocks(little);
      const file = concat(
        b.section(),
        b.interface(113, 3),
        b.enhanced(PACKET, STAMP),
        b.simple(PACKET),
        b.obsolete(PACKET, STAMP, 4),
      );
      const { frames, facts } = await readBytes(file);
      expect(frames).toMatchObject([
        { number: 1, seconds: 1795442400, nanos: 123456000, bytes: PACKET, linkType: 113, timed: true },
        // A simple packet holds no more than its interface's snap length.
        { number: 2, seconds: 0, nanos: 0, bytes: PACKET.slice(0, 3), originalLength: 5, timed: false },
        { number: 3, seconds: 1795442400, nanos: 123456000, bytes: PACKET, timed: true },
      ]);
      expect(facts).toMatchObject({
        byteOrder: little ? 'little' : 'big',
        frames: 3,
        dropped: 4,
        damage: [],
      });
    });
  }

  test('sections of different byte order, interfaces numbered over all of them', async () => {
    const b = new Blocks(true);
    const c = new Blocks(false);
    const file = concat(
      b.section([{ code: 1, value: text('first') }]),
      b.interface(1),
      b.interface(113),
      b.enhanced(PACKET, STAMP, [], 1),
      c.section(),
      c.interface(276),
      c.enhanced(PACKET, STAMP),
    );
    const { frames, facts } = await readBytes(file);
    expect(frames).toMatchObject([
      { interfaceId: 1, linkType: 113 },
      { interfaceId: 2, linkType: 276, seconds: 1795442400 },
    ]);
    expect(facts?.comments).toEqual([{ frame: 0, text: 'first' }]);
  });

  test("an interface's options", async () => {
    const b = new Blocks();
    const file = concat(
      b.section(),
      b.interface(1, 96, [
        { code: 2, value: text('eth1\0') },
        { code: 3, value: text('uplink') },
        { code: 9, value: Uint8Array.of(9) },
        { code: 11, value: Uint8Array.of(0, ...text('icmp')) },
        { code: 14, value: b.u64(-3600n) },
      ]),
      b.enhanced(PACKET, 1795442400_123456789n),
    );
    const { frames, facts } = await readBytes(file);
    expect(frames).toMatchObject([{ seconds: 1795438800, nanos: 123456789 }]);
    expect(facts?.interfaces).toEqual([
      {
        id: 0,
        name: 'eth1',
        description: 'uplink',
        filter: 'icmp',
        linkType: 1,
        snapLength: 96,
        resolutionNs: 1,
      },
    ]);
  });

  test("a packet's options: direction, comment, drops", async () => {
    const b = new Blocks();
    const flags = (value: number) => ({ code: 2, value: b.u32(value) });
    const file = concat(
      b.section(),
      b.interface(),
      b.enhanced(PACKET, STAMP, [flags(1), { code: 1, value: text('look here') }]),
      b.enhanced(PACKET, STAMP, [flags(0xfffffffe), { code: 4, value: b.u64(7n) }]),
      b.enhanced(PACKET, STAMP, [flags(3)]),
      b.enhanced(PACKET, STAMP),
    );
    const { frames, facts } = await readBytes(file);
    expect(frames.map((frame) => frame.direction)).toEqual([1, 2, 0, 0]);
    expect(facts?.comments).toEqual([{ frame: 1, text: 'look here' }]);
    expect(facts?.dropped).toBe(7);
  });

  test('the last statistics of each interface tell the drops', async () => {
    const b = new Blocks();
    const drops = (index: number, value: bigint) => b.statistics(index, [{ code: 5, value: b.u64(value) }]);
    const file = concat(b.section(), b.interface(), b.interface(), drops(0, 3n), drops(0, 10n), drops(1, 5n));
    expect((await readBytes(file)).facts?.dropped).toBe(15);
    expect((await readBytes(concat(b.section(), b.interface()))).facts?.dropped).toBeNull();
  });

  test('unknown blocks are passed over; custom blocks have a number, as in Wireshark', async () => {
    const b = new Blocks();
    const file = concat(
      b.section(),
      b.interface(),
      b.block(0x12345, new Uint8Array(40)),
      b.block(0xbad, b.u32(32473)),
      b.enhanced(PACKET, STAMP),
    );
    const { frames, facts } = await readBytes(file);
    expect(frames).toMatchObject([{ number: 2 }]);
    expect(facts?.frames).toBe(1);
  });

  test('a length without the padding is read', async () => {
    const b = new Blocks();
    const body = concat(b.u32(0), b.u64(0n), b.u32(5), b.u32(5), PACKET);
    const file = concat(b.section(), b.interface(), b.block(6, body, { total: 37 }), b.enhanced(PACKET));
    expect((await readBytes(file)).frames).toHaveLength(2);
  });

  test('comments are kept up to a bound', async () => {
    const b = new Blocks();
    const one = b.enhanced(PACKET, STAMP, [{ code: 1, value: text('x'.repeat(5000)) }]);
    const { facts } = await readBytes(concat(b.section(), b.interface(), ...new Array(1500).fill(one)));
    expect(facts?.frames).toBe(1500);
    expect(facts?.comments).toHaveLength(1000);
    expect(facts?.comments[0].text).toHaveLength(1000);
  });
});

describe('damaged pcapng', () => {
  const b = new Blocks();
  const head = concat(b.section(), b.interface());
  const good = b.enhanced(PACKET, STAMP);

  test('an interface that was not described: the packet is left out, the rest is read', async () => {
    const { frames, facts } = await readBytes(concat(head, b.enhanced(PACKET, STAMP, [], 1), good));
    expect(frames).toMatchObject([{ number: 1 }]);
    expect(facts?.damage).toMatchObject([
      { kind: 'unknown-interface', frame: 1, offset: head.length + 8, count: 1 },
    ]);
  });

  test('a packet longer than its block is left out, once told, always counted', async () => {
    const body = concat(b.u32(0), b.u64(0n), b.u32(65536), b.u32(65536), PACKET);
    const bad = b.block(6, body);
    const { frames, facts } = await readBytes(concat(head, bad, good, bad));
    expect(frames).toHaveLength(1);
    expect(facts?.damage).toMatchObject([
      { kind: 'record-too-long', frame: 1, need: 65536, have: 8, count: 2 },
    ]);
  });

  const impossible = [
    { total: 8 },
    { total: 0 },
    { total: 17 << 20 },
    { trailing: 44 },
    { total: 0xffffffff },
  ];

  test('a block of an impossible length is passed over, up to where blocks make sense again', async () => {
    for (const lengths of impossible) {
      const bad = b.block(9999, PACKET, lengths);
      for (const pieces of [1, 9, 65536]) {
        const { frames, facts } = await readBytes(concat(head, good, bad, good, good), pieces, pieces);
        expect(frames).toHaveLength(3);
        expect(facts?.damage).toMatchObject([
          { kind: 'bad-block-length', frame: 2, lostBytes: bad.length, count: 1 },
        ]);
      }
    }
  });

  test('a packet of an interface that is not there is no place to go on, another section is', async () => {
    const bad = b.block(9999, PACKET, { total: 8 });
    const astray = await readBytes(concat(head, good, bad, b.enhanced(PACKET, STAMP, [], 1)));
    expect(astray.frames).toHaveLength(1);
    expect(astray.facts?.damage).toMatchObject([{ kind: 'bad-block-length', lostBytes: null }]);
    const other = new Blocks(false);
    const section = concat(other.section(), other.interface(), other.enhanced(PACKET, STAMP));
    const found = await readBytes(concat(head, good, bad, section));
    expect(found.frames).toHaveLength(2);
    expect(found.facts?.damage).toMatchObject([{ kind: 'bad-block-length', lostBytes: bad.length }]);
  });

  test('a section of another version, or without a byte order, ends the file', async () => {
    for (const section of [b.section([], 2, 0), b.block(0x0a0d0d0a, new Uint8Array(16))]) {
      const { frames, facts } = await readBytes(concat(head, good, section, b.interface(), good));
      expect(frames).toHaveLength(1);
      expect(facts?.damage).toMatchObject([{ kind: 'unsupported-section', frame: 2 }]);
    }
    expect((await readBytes(b.section([], 1, 1))).problem?.kind).toBe('unsupported');
  });

  test('an option that reaches over its block is told, its packet is read', async () => {
    const bad = b.enhanced(PACKET, STAMP, [{ code: 1, value: text('abc'), length: 200 }]);
    const { frames, facts } = await readBytes(concat(head, bad, good));
    expect(frames).toHaveLength(2);
    expect(facts?.damage).toMatchObject([{ kind: 'bad-option', need: 200 }]);
  });
});
