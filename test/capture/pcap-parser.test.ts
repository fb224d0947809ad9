import { Readable } from 'node:stream';
import fc from 'fast-check';
import pcapParser from 'pcap-parser';
import { expect, test } from 'vitest';
import { pcap, type Record } from './build.ts';
import { readBytes } from './read.ts';

interface Theirs {
  readonly header: {
    readonly timestampSeconds: number;
    readonly timestampMicroseconds: number;
    readonly originalLength: number;
  };
  readonly data: Buffer;
}

function readTheirs(bytes: Uint8Array): Promise<Theirs[]> {
  return new Promise((resolve, reject) => {
    const seen: Theirs[] = [];
    const parser = pcapParser.parse(Readable.from([Buffer.from(bytes)]));
    parser.on('packet', (packet: Theirs) => seen.push(packet));
    parser.on('end', () => resolve(seen));
    parser.on('error', reject);
  });
}

const RECORD: fc.Arbitrary<Record> = fc.record({
  seconds: fc.integer({ min: 0, max: 0xffffffff }),
  fraction: fc.integer({ min: 0, max: 999_999 }),
  packet: fc.uint8Array({ maxLength: 300 }),
  original: fc.integer({ min: 300, max: 0xffffffff }),
});

test('classic captures are read as pcap-parser reads them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(RECORD, { maxLength: 40 }), fc.boolean(), async (records, little) => {
      const bytes = pcap(records, { little });
      const { frames } = await readBytes(bytes, 64, 100);
      const theirs = await readTheirs(bytes);
      const mine = frames.map((one) => [
        one.seconds,
        one.nanos / 1000,
        one.originalLength,
        Buffer.from(one.bytes),
      ]);
      const wanted = theirs.map(({ header, data }) => {
        return [header.timestampSeconds, header.timestampMicroseconds, header.originalLength, data];
      });
      expect(mine).toEqual(wanted);
    }),
    { numRuns: 100 },
  );
});
