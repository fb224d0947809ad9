import type { Chunk } from './chunk.ts';
import type { Found } from './pcap-search.ts';

const SECTION_HEADER = 0x0a0d0d0a;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const ENHANCED_PACKET = 6;
/** Types of blocks that files are made of, besides the section header (draft-ietf-opsawg-pcapng section 11.1). */
const TYPES: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 9, 10, 0xbad, 0x40000bad]);
const BLOCK_OVERHEAD = 12;
/** Longest block that is taken for one again: a packet of the largest size with options and to spare. */
const LONGEST = 512 << 10;

/**
 * The next place from `at` on where a block makes sense: of a known type, with the same length at both its ends. A section
 * may have another byte order, the other blocks have that of the section (`little`). `interfaces`: described in it.
 */
export function nextBlock(chunk: Chunk, at: number, little: boolean, interfaces: number): Found {
  let candidate = at;
  for (; chunk.end - candidate >= BLOCK_OVERHEAD; candidate++) {
    const verdict = judge(chunk, candidate, little, interfaces);
    if (verdict !== 'no') return { at: candidate, certain: verdict === 'fits' };
  }
  return { at: candidate, certain: false };
}

function judge({ view, end }: Chunk, at: number, little: boolean, interfaces: number): 'fits' | 'cut' | 'no' {
  const order = orderAt(view, at, little);
  if (order === null) return 'no';
  const length = view.getUint32(at + 4, order);
  if (length < BLOCK_OVERHEAD || length > LONGEST || length % 4 !== 0) return 'no';
  if (view.getUint32(at, order) === ENHANCED_PACKET && view.getUint32(at + 8, order) >= interfaces)
    return 'no';
  if (end - at < length) return 'cut';
  return view.getUint32(at + length - 4, order) === length ? 'fits' : 'no';
}

/** Whether numbers are little-endian in the block at `at`; null where none of a known type can begin. */
function orderAt(view: DataView, at: number, little: boolean): boolean | null {
  const type = view.getUint32(at, little);
  if (type !== SECTION_HEADER) return TYPES.has(type) ? little : null;
  if (view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC) return true;
  return view.getUint32(at + 8, false) === BYTE_ORDER_MAGIC ? false : null;
}
