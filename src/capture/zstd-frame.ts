// RFC 8878 section 3.1.1: magic (4), descriptor (1), window (0 or 1), dictionary (0 to 4), content size (0 to 8); then blocks.
export const ZSTD_MAGIC = 0xfd2fb528;
const DESCRIPTOR = 4;
/** Bytes up to and with the descriptor, which tells how many follow. */
export const ZSTD_FIXED_BYTES = 5;
const SINGLE_SEGMENT = 0x20;
const HAS_CHECKSUM = 0x04;
const DICTIONARY_BYTES = [0, 1, 2, 4] as const;
/** By the two upper bits of the descriptor; without them, a single segment tells its size in one byte. */
const SIZE_BYTES = [0, 2, 4, 8] as const;
/** Section 3.1.1.1.4: a size in two bytes does not begin at 0. */
const SIZE_BASE = 256;
const SMALLEST_WINDOW_LOG = 10;

/** Section 3.1.2: frames to be passed over, magic 0x184d2a50 to 0x184d2a5f, length (4). */
export function isSkippable(magic: number): boolean {
  return magic >>> 4 === 0x184d2a5;
}

export interface ZstdFrame {
  /** Bytes that must be kept while the frame is decompressed. */
  readonly window: number;
  readonly hasChecksum: boolean;
  readonly hasDictionary: boolean;
}

/** Length of a frame's header, by its first ZSTD_FIXED_BYTES bytes. */
export function zstdHeaderBytes(first: Uint8Array): number {
  const descriptor = first[DESCRIPTOR];
  return (
    ZSTD_FIXED_BYTES + windowBytes(descriptor) + DICTIONARY_BYTES[descriptor & 3] + sizeBytes(descriptor)
  );
}

export function readZstdFrame(header: Uint8Array): ZstdFrame {
  const descriptor = header[DESCRIPTOR];
  const single = (descriptor & SINGLE_SEGMENT) !== 0;
  return {
    window: single ? contentSize(header) : windowOf(header[ZSTD_FIXED_BYTES]),
    hasChecksum: (descriptor & HAS_CHECKSUM) !== 0,
    hasDictionary: (descriptor & 3) !== 0,
  };
}

/** The header as of a frame without a checksum, for a decompressor that passes checksums over. */
export function withoutChecksum(header: Uint8Array): Uint8Array {
  const copy = header.slice();
  copy[DESCRIPTOR] &= ~HAS_CHECKSUM;
  return copy;
}

function windowBytes(descriptor: number): 0 | 1 {
  return (descriptor & SINGLE_SEGMENT) === 0 ? 1 : 0;
}

function sizeBytes(descriptor: number): number {
  return SIZE_BYTES[descriptor >>> 6] || ((descriptor & SINGLE_SEGMENT) !== 0 ? 1 : 0);
}

/** Section 3.1.1.1.2: a power of two and eighths of it. */
function windowOf(byte: number): number {
  const base = 2 ** (SMALLEST_WINDOW_LOG + (byte >>> 3));
  return base + (base / 8) * (byte & 7);
}

/** The size stands at the header's end. */
function contentSize(header: Uint8Array): number {
  const bytes = sizeBytes(header[DESCRIPTOR]);
  let size = 0;
  for (let i = 1; i <= bytes; i++) size = size * 256 + header[header.length - i];
  return bytes === 2 ? size + SIZE_BASE : size;
}
