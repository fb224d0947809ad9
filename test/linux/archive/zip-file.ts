import { crc32 } from '../../support/crc32.ts';

export interface ZipMember {
  readonly name: string;
  readonly text: string;
  /** Unix mode; a link is 0o120777 and has its target as text. */
  readonly mode?: number;
  /** What the archive says of the size, where it lies. */
  readonly size?: number;
}

/** A zip archive without compression, of names that `zip` itself would not write. */
export function zipOf(members: readonly ZipMember[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const member of members) {
    const [name, bytes] = [Buffer.from(member.name), Buffer.from(member.text)];
    const common = fieldsOf(member, name, bytes);
    const local = Buffer.concat([words32(0x04034b50), words16(20), common, words16(0), name, bytes]);
    directory.push(
      words32(0x02014b50),
      // Made on Unix: the attributes hold the mode.
      words16(0x0314, 20),
      common,
      words16(0, 0, 0, 0),
      words32((member.mode ?? 0o100644) * 0x10000, at),
      name,
    );
    parts.push(local);
    at += local.length;
  }
  const list = Buffer.concat(directory);
  const end = [
    words32(0x06054b50),
    words16(0, 0, members.length, members.length),
    words32(list.length, at),
    words16(0),
  ];
  return Buffer.concat([...parts, list, ...end]);
}

/** What the local header and the directory both hold: flags, method, time, checksum, sizes, length of the name. */
function fieldsOf({ size }: ZipMember, name: Buffer, bytes: Buffer): Buffer {
  const length = size ?? bytes.length;
  return Buffer.concat([
    words16(0x800, 0, 0, 0),
    words32(crc32(bytes), length, length),
    words16(name.length),
  ]);
}

function words16(...values: number[]): Buffer {
  return Buffer.from(Uint16Array.from(values).buffer);
}

function words32(...values: number[]): Buffer {
  return Buffer.from(Uint32Array.from(values).buffer);
}
