/** Writing captures in other forms, independent of the reader under test: little-endian micro-second pcap in, anything out. */
export interface Record {
  readonly seconds: number;
  readonly micros: number;
  readonly originalLength: number;
  readonly data: Buffer;
}

export interface Pcap {
  readonly linkType: number;
  readonly records: readonly Record[];
}

const LITTLE_MICRO = 0xa1b2c3d4;

export function readPcap(bytes: Buffer): Pcap {
  if (bytes.readUInt32LE(0) !== LITTLE_MICRO) throw new Error('not a little-endian micro-second pcap');
  const records: Record[] = [];
  for (let at = 24; at < bytes.length; ) {
    const length = bytes.readUInt32LE(at + 8);
    const data = bytes.subarray(at + 16, at + 16 + length);
    const originalLength = bytes.readUInt32LE(at + 12);
    records.push({
      seconds: bytes.readUInt32LE(at),
      micros: bytes.readUInt32LE(at + 4),
      originalLength,
      data,
    });
    at += 16 + length;
  }
  return { linkType: bytes.readUInt32LE(20), records };
}

function words(...values: number[]): Buffer {
  const out = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => void out.writeUInt32LE(value >>> 0, 4 * index));
  return out;
}

/** draft-ietf-opsawg-pcap */
export function writePcap({ linkType, records }: Pcap): Buffer {
  const version = Buffer.from([2, 0, 4, 0]);
  const header = Buffer.concat([words(LITTLE_MICRO), version, words(0, 0, 262144, linkType)]);
  const body = records.flatMap((one) => [
    words(one.seconds, one.micros, one.data.length, one.originalLength),
    one.data,
  ]);
  return Buffer.concat([header, ...body]);
}

/** draft-ietf-opsawg-pcapng: one section, one interface with nanoseconds, enhanced packet blocks. */
export function writePcapng({ linkType, records }: Pcap): Buffer {
  const section = block(
    0x0a0d0d0a,
    Buffer.concat([words(0x1a2b3c4d), Buffer.from([1, 0, 0, 0]), words(0xffffffff, 0xffffffff)]),
  );
  const resolution = Buffer.from([9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0]);
  const interfaceBlock = block(1, Buffer.concat([words(linkType), words(262144), resolution]));
  return Buffer.concat([section, interfaceBlock, ...records.map(enhancedPacket)]);
}

function enhancedPacket(one: Record): Buffer {
  const nanos = BigInt(one.seconds) * 1_000_000_000n + BigInt(one.micros) * 1000n;
  const padding = Buffer.alloc((4 - (one.data.length % 4)) % 4);
  const fields = words(
    0,
    Number(nanos >> 32n),
    Number(nanos & 0xffffffffn),
    one.data.length,
    one.originalLength,
  );
  return block(6, Buffer.concat([fields, one.data, padding]));
}

function block(type: number, body: Buffer): Buffer {
  const length = words(body.length + 12);
  return Buffer.concat([words(type), length, body, length]);
}

export function shifted(pcap: Pcap, seconds: number): Pcap {
  return { ...pcap, records: pcap.records.map((one) => ({ ...one, seconds: one.seconds + seconds })) };
}

/** As `tcpdump -C` leaves them: each with its own header. */
export function rotated(pcap: Pcap, recordsPerFile: number): Pcap[] {
  const files: Pcap[] = [];
  for (let at = 0; at < pcap.records.length; at += recordsPerFile) {
    files.push({ ...pcap, records: pcap.records.slice(at, at + recordsPerFile) });
  }
  return files;
}
