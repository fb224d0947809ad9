import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { ReadableSource } from '../../src/capture/sources.ts';
import { Xxh64 } from '../../src/capture/xxh64.ts';
import { ZstdSource } from '../../src/capture/zstd.ts';
import { concat, pcap, text, Writer } from './build.ts';

/** Sixty frames as `zstd -19 --check` made them small: runs, literals, matches, a checksum. */
const PACKED = Buffer.from(
  [
    'KLUv/WTEC40RAJYlaC9AVdIBw0FRFBhHUYFxFBVFUfJnIekwr2EUPdpNiNxSpqRM1ZrRxExVVVVVVbW2BWsAWgBXAGcGhhqi74WF',
    '3retoFCb2dyRkYSEmqeFgNBjTgcH9ULJwKCWlwUFvboiIKjT2NFoYKC2TkCgxwcE1DYAQG0mJ6YwNDu1xuTo2Nw0pSeHhwanMja1',
    'xtTA3MiEiGJehEQAItHQkGhAFODzAxQUHR29cVrn4KhxkqZvbNTWJekaGn1Kmc/IqNVTHQOjlpLCX1z06+puYVHjhH9FRc2IPgVF',
    'b4b2iYnaecsSEjX8TY6I6Nd0yRAQdaqnHx5q6ld2cOhzGd3QUK90Kip93jJiSkq9cPIhCkoNU/Lx5KT3lDaamNRmacOSkpqvvI6E',
    'pEdETzcyUq88SyciUst1541GvfqtLiSkTmXjgYDU1mS++/jo8eZfSUja2rl8Hh41s2UXvSe8pVxcasy7SbW01Bb+JLVWn+dLNU21',
    'up1SklRLr6PK7JdNP6VUjSb9CrFmy1vd9Wbqpv7ahl9o19DuE5r1y34JWVjqtJ+4slJTtysMgPaoEVC9ymHYPwPwmQOQQknxfVwz',
    'jlq3WuWN88Y6lnvGNctR66pVvnHeqGO5z7hmHLVetcob5y11LPeM64yj1lWreuO8Ua+YzgmTa02cfUmNvLjfshh74t0WalaN/S1d',
    '6Bj/tTIxar596GLe8LO1LnMCnjTZ3/bpf/nt9x3/mmvvhx73C75Fm3jI0z/0aqMj2Q4=',
  ].join(''),
  'base64',
);

function original(): Uint8Array {
  const records = Array.from({ length: 60 }, (_, i) => {
    const packet = text(`frame ${i} of sixty, route ${i * i} via eth${i % 3} `);
    return { seconds: 1_700_000_000 + i, fraction: i, packet };
  });
  return pcap(records);
}

interface Unpacked {
  readonly bytes: Uint8Array;
  readonly failure: string | null;
  readonly largest: number;
}

async function unpack(packed: Uint8Array, pieceBytes = 1000): Promise<Unpacked> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < packed.length; at += pieceBytes)
    pieces.push(Buffer.from(packed.slice(at, at + pieceBytes)));
  const source = new ZstdSource(new ReadableSource(Readable.from(pieces)));
  const parts: Uint8Array[] = [];
  const into = new Uint8Array(1 << 20);
  let failure: string | null = null;
  try {
    for (let got = 1; got > 0; ) {
      got = await source.read(into, 0, into.length);
      parts.push(into.slice(0, got));
    }
  } catch (error) {
    failure = (error as Error).message;
    expect(error).toMatchObject({ code: 'ZSTD_error_data' });
  }
  await source.close();
  return { bytes: concat(...parts), failure, largest: Math.max(0, ...parts.map((one) => one.length)) };
}

/** RFC 8878 section 3.1.1: a window of 1 KiB, no checksum unless given. */
function frame(blocks: Uint8Array, checksum: number | null = null, window = 0): Uint8Array {
  const head = new Writer()
    .u32(0xfd2fb528)
    .u8(checksum === null ? 0 : 4, window)
    .bytes(blocks);
  return checksum === null ? head.done() : head.u32(checksum).done();
}

function block(type: number, size: number, body: Uint8Array, last = true): Uint8Array {
  const word = (size << 3) | (type << 1) | (last ? 1 : 0);
  return concat(Uint8Array.of(word & 0xff, (word >> 8) & 0xff, word >> 16), body);
}

const raw = (body: Uint8Array, last = true) => block(0, body.length, body, last);
const run = (byte: number, size: number, last = true) => block(1, size, Uint8Array.of(byte), last);

describe('zstd, where Node has none', () => {
  test('gives back what was packed, in pieces of any size', async () => {
    for (const pieceBytes of [1, 7, 64, 1000]) {
      expect(await unpack(PACKED, pieceBytes)).toMatchObject({ failure: null, bytes: original() });
    }
  });

  test('passes from frame to frame, also over those to be skipped', async () => {
    const skipped = new Writer().u32(0x184d2a53).u32(5).u8(1, 2, 3, 4, 5).done();
    const all = concat(skipped, frame(raw(text('one '))), skipped, frame(run(0x61, 3)), frame(raw(text(''))));
    expect(await unpack(all)).toMatchObject({ failure: null, bytes: text('one aaa') });
  });

  test('compares checksums', async () => {
    const sum = new Xxh64();
    sum.update(text('evidence'));
    const blocks = raw(text('evidence'));
    expect(await unpack(frame(blocks, sum.low32()))).toMatchObject({ failure: null });
    const wrong = await unpack(frame(blocks, sum.low32() ^ 1));
    expect(wrong).toMatchObject({ failure: 'the checksum is wrong', bytes: text('evidence') });
    let changed = 0;
    for (let bit = 0; bit < PACKED.length * 8; bit += 5) {
      const damaged = Uint8Array.from(PACKED);
      damaged[bit >> 3] ^= 1 << (bit & 7);
      const { failure, bytes } = await unpack(damaged);
      if (failure === null && Buffer.compare(bytes, original()) !== 0) changed++;
    }
    // A bit of the header may say that there is no checksum; none of the data goes unnoticed.
    expect(changed).toBeLessThanOrEqual(1);
  });

  test('every shorter prefix is told to be cut, and what came before is kept', async () => {
    const all = concat(frame(raw(text('one '))), PACKED);
    let most = 0;
    for (let length = 13; length < all.length; length++) {
      const { failure, bytes } = await unpack(all.subarray(0, length));
      expect(failure === null ? length : failure).toBe(
        length === 13 ? 13 : 'unexpected end of the compressed data',
      );
      expect(bytes.length).toBeGreaterThanOrEqual(most);
      most = bytes.length;
    }
  });

  test.each([
    ['no frame', text('hello world'), 'no frame begins here'],
    ['nothing', new Uint8Array(0), 'unexpected end of the compressed data'],
    ['a reserved block', frame(block(3, 0, new Uint8Array(0))), 'a block of this kind or size cannot be'],
    ['a block over 128 KiB', frame(run(0, 131073)), 'a block of this kind or size cannot be'],
    ['a window of 2 GiB', frame(run(0, 1), null, 0xa8), /^a window of 2147483648 bytes needs Node 22.15/],
    [
      'a dictionary',
      new Writer().u32(0xfd2fb528).u8(1, 0, 9).bytes(run(0, 1)).done(),
      'a dictionary is needed',
    ],
    ['a compressed block of nonsense', frame(block(2, 9, text('nonsense!'))), /./],
  ])('%s is damage', async (_, packed, expected) => {
    const { failure } = await unpack(packed);
    if (typeof expected === 'string') expect(failure).toBe(expected);
    else expect(failure).toMatch(expected);
  });

  test('a bomb comes a few blocks at a time', async () => {
    const blocks = Array.from({ length: 200 }, (_, i) => run(0, 131072, i === 199));
    const { bytes, largest } = await unpack(frame(concat(...blocks), null, 0x38));
    expect(bytes.length).toBe(200 * 131072);
    expect(largest).toBeLessThanOrEqual(512 << 10);
  });

  test('blocks of a few bytes are joined', async () => {
    const words = ['a', 'bc', '', 'd', 'e', 'fghi', '', 'j'];
    const blocks = words.map((word, i) => raw(text(word), i === words.length - 1));
    for (const pieceBytes of [1, 1000]) {
      expect(await unpack(frame(concat(...blocks)), pieceBytes)).toMatchObject({
        failure: null,
        bytes: text('abcdefghij'),
      });
    }
  });

  test('what was read is let go of', async () => {
    const [count, size] = [400, 128 << 10];
    const body = new Uint8Array(size).fill(7);
    const pieces = function* () {
      yield frame(new Uint8Array(0), null, 0x38);
      for (let i = 0; i < count; i++) yield raw(body, i === count - 1);
    };
    const source = new ZstdSource(new ReadableSource(Readable.from(pieces())));
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const into = new Uint8Array(size);
    for (let read = 0; read < (count * size) / 2; ) read += await source.read(into, 0, size);
    // Half of it was read, 26 MB; what nobody holds any more is let go of a moment after the collection.
    await expect
      .poll(() => {
        collect();
        return process.memoryUsage().arrayBuffers;
      })
      .toBeLessThan(16e6);
    await source.close();
  });

  test('blocks too small for their window end before they cost', async () => {
    const blocks = Array.from({ length: 2000 }, (_, i) => run(0, 1, i === 1999));
    const began = performance.now();
    const { failure, bytes } = await unpack(frame(concat(...blocks), null, 0x68));
    expect(failure).toBe('its blocks are too small; zstd -d before');
    expect(bytes.length).toBe(128);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});
