/** First bytes of the files we know: what is read as big-endian words, as the formats' own descriptions write them. */
export type Container = 'pcap' | 'pcapng' | 'gzip' | 'zstd';

export interface PcapMagic {
  readonly little: boolean;
  /** Nanoseconds per unit of the second word of a time stamp. */
  readonly resolutionNs: 1 | 1000;
  /** Bytes of a record's header. */
  readonly headerBytes: 16 | 24;
}

/** draft-ietf-opsawg-pcap section 4; 0xa1b2cd34: Kuznetzov's patch, with 8 bytes more in a record's header (libpcap sf-pcap.c). */
const PCAP_MAGICS: ReadonlyMap<number, PcapMagic> = new Map([
  [0xa1b2c3d4, { little: false, resolutionNs: 1000, headerBytes: 16 }],
  [0xd4c3b2a1, { little: true, resolutionNs: 1000, headerBytes: 16 }],
  [0xa1b23c4d, { little: false, resolutionNs: 1, headerBytes: 16 }],
  [0x4d3cb2a1, { little: true, resolutionNs: 1, headerBytes: 16 }],
  [0xa1b2cd34, { little: false, resolutionNs: 1000, headerBytes: 24 }],
  [0x34cdb2a1, { little: true, resolutionNs: 1000, headerBytes: 24 }],
]);

/** Block type of a section header, the same in both byte orders (draft-ietf-opsawg-pcapng section 4.1). */
const SECTION_HEADER = 0x0a0d0d0a;
/** RFC 8878 section 3.1.1, little-endian 0xfd2fb528. */
const ZSTD_FRAME = 0x28b52ffd;
/** RFC 1952 section 2.3.1: ID1, ID2; CM 8 is deflate. */
const GZIP_DEFLATE = 0x1f8b08;

export function pcapMagic(first: Uint8Array): PcapMagic | undefined {
  return first.length < 4 ? undefined : PCAP_MAGICS.get(word(first));
}

/** Undefined: none that we know. */
export function containerOf(first: Uint8Array): Container | undefined {
  if (first.length < 4) return undefined;
  const magic = word(first);
  if (PCAP_MAGICS.has(magic)) return 'pcap';
  if (magic === SECTION_HEADER) return 'pcapng';
  if (magic === ZSTD_FRAME) return 'zstd';
  return magic >>> 8 === GZIP_DEFLATE ? 'gzip' : undefined;
}

/** Whether the first bytes (4 or more) may begin a capture, perhaps a compressed one. Compressed text looks the same. */
export function sniffCapture(first: Uint8Array): boolean {
  return containerOf(first) !== undefined;
}

function word(first: Uint8Array): number {
  return ((first[0] << 24) | (first[1] << 16) | (first[2] << 8) | first[3]) >>> 0;
}
