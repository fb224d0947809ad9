import type { Chunk } from './chunk.ts';

export type LengthsSwapped = 'yes' | 'no' | 'perhaps';

/** What the records of a file have in common, to know one when it is seen. */
export interface PlausibleRecord {
  readonly little: boolean;
  readonly headerBytes: number;
  readonly unitsPerSecond: number;
  /** Longest packet, captured or original. */
  readonly longest: number;
  /** Of the last good frame; null before the first. */
  readonly seconds: number | null;
  readonly lengthsSwapped: LengthsSwapped;
}

export interface Found {
  /** Where a record begins, or where the search must go on. */
  readonly at: number;
  readonly certain: boolean;
}

/** Records in a row that must make sense. A payload may hold one that looks like a record, hardly several that fit together. */
const IN_A_ROW = 3;
/** Captures of a fault are no longer than that between two frames. */
const SECONDS_APART = 24 * 3600;
/** Longest packet on any wire, offloaded segments included. */
const LONGEST_ORIGINAL = 262144;

/**
 * The next place from `at` on where records make sense. `atEnd`: nothing comes behind the chunk, so that a record which
 * ends with it makes sense, too.
 */
export function nextRecord(chunk: Chunk, at: number, like: PlausibleRecord, atEnd: boolean): Found {
  let candidate = at;
  for (; chunk.end - candidate >= like.headerBytes; candidate++) {
    const verdict = judge(chunk, candidate, like);
    if (verdict === 'fits' || (atEnd && verdict === 'fits to the end'))
      return { at: candidate, certain: true };
    if (verdict !== 'no' && !atEnd) return { at: candidate, certain: false };
  }
  return { at: candidate, certain: false };
}

type Verdict = 'fits' | 'fits to the end' | 'cut' | 'no';

/** Follows records from header to header. */
function judge({ view, end }: Chunk, candidate: number, like: PlausibleRecord): Verdict {
  let at = candidate;
  for (let seen = 0; seen < IN_A_ROW; seen++) {
    if (at === end && seen > 0) return 'fits to the end';
    if (end - at < like.headerBytes) return seen > 1 ? 'fits to the end' : 'cut';
    const captured = plausibleLength(view, at, like);
    if (captured < 0) return 'no';
    at += like.headerBytes + captured;
    if (at > end) return seen > 0 ? 'fits to the end' : 'cut';
  }
  return 'fits';
}

/** Bytes captured of the record at `at`; -1 where it cannot be one. */
function plausibleLength(view: DataView, at: number, like: PlausibleRecord): number {
  const { little, unitsPerSecond, longest, seconds, lengthsSwapped } = like;
  const first = view.getUint32(at + 8, little);
  const second = view.getUint32(at + 12, little);
  const [captured, original] = lengthsSwapped === 'yes' ? [second, first] : [first, second];
  const shorter = lengthsSwapped === 'perhaps' ? Math.min(captured, original) : captured;
  if (shorter === 0 || shorter > longest || Math.max(captured, original) > LONGEST_ORIGINAL) return -1;
  if (shorter > original || view.getUint32(at + 4, little) >= unitsPerSecond) return -1;
  const apart = seconds === null ? 0 : Math.abs(view.getUint32(at, little) - seconds);
  return apart > SECONDS_APART ? -1 : shorter;
}
