import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { meanRecordBytes } from '../../src/capture/record-length.ts';
import { scratch } from '../support/cases.ts';
import { type Pcap, writePcap, writePcapng } from '../support/pcap.ts';

const folder = scratch();

function written(name: string, bytes: Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

function frames(count: number, bytes: number): Pcap {
  const record = { seconds: 1, micros: 0, originalLength: bytes, data: Buffer.alloc(bytes) };
  return { linkType: 1, records: Array.from({ length: count }, () => record) };
}

it('counts the records with their headers, of each format and packed', async () => {
  const small = frames(1000, 84);
  expect(await meanRecordBytes(written('small.pcap', writePcap(small)))).toBeCloseTo(100, -1);
  expect(await meanRecordBytes(written('small.pcapng', writePcapng(small)))).toBeCloseTo(116, -1);
  expect(await meanRecordBytes(written('small.gz', gzipSync(writePcap(small))))).toBeCloseTo(100, -1);
  expect(await meanRecordBytes(written('large.pcap', writePcap(frames(300, 1400))))).toBeGreaterThan(1400);
});

it('knows nothing where no record is found', async () => {
  expect(await meanRecordBytes(join(folder, 'none.pcap'))).toBeNull();
  expect(await meanRecordBytes(written('empty.pcap', new Uint8Array(0)))).toBeNull();
  expect(await meanRecordBytes(written('header.pcap', writePcap(frames(0, 0))))).toBeNull();
  expect(
    await meanRecordBytes(written('text.pcap', Buffer.from('default via 10.0.0.1 dev eth0\n'))),
  ).toBeNull();
});
