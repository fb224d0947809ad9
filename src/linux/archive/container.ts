/** What a file is packed in, by its first bytes. */
export type Container = 'gzip' | 'xz' | 'bzip2' | 'zip' | 'tar';

const MAGIC: readonly (readonly [Container, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  // `BZh` and the size of its blocks.
  ['bzip2', [0x42, 0x5a, 0x68]],
  // A local file header, or the end of an archive of no files.
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['zip', [0x50, 0x4b, 0x05, 0x06]],
];

/** Offset of `ustar` in the header of the first entry, in both the POSIX and the GNU format. */
const USTAR_AT = 257;

/** Bytes of a file that are enough to tell. */
export const HEAD_BYTES = 512;

export function containerOf(head: Uint8Array): Container | null {
  const known = MAGIC.find(([, magic]) => magic.every((byte, i) => head[i] === byte));
  if (known) return known[0];
  return isTar(head) ? 'tar' : null;
}

export function isTar(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(USTAR_AT, USTAR_AT + 5)).toString('latin1') === 'ustar';
}
