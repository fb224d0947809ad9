/** A text file supplied by the user, kept whole so that a report can quote its lines. */
export interface SourceFile {
  /** As the user gave it, or relative to the directory the user gave. */
  readonly path: string;
  readonly text: string;
}

/**
 * Where a parsed entry stands: character offsets in its file, end excluded. Small, because a full Internet table has a
 * million of them; line and columns are counted only when a report quotes it.
 */
export interface Span {
  readonly source: SourceFile;
  readonly start: number;
  readonly end: number;
}

export interface Quote {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based column of the first character. */
  readonly column: number;
  /** The entry itself, on one line, without surrounding white space. */
  readonly text: string;
}

export function quoteOf(span: Span): Quote {
  const { text, path } = span.source;
  const starts = lineStarts(span.source);
  const line = lastUpTo(starts, span.start);
  const raw = text.slice(span.start, span.end);
  const lead = raw.length - raw.trimStart().length;
  return {
    file: path,
    line: line + 1,
    column: span.start - starts[line] + lead + 1,
    text: raw.trim().replace(/\s*\n\s*/g, ' '),
  };
}

/** Of the files quoted so far: a report may quote each of a hundred thousand lines. */
const known = new WeakMap<SourceFile, readonly number[]>();

function lineStarts(source: SourceFile): readonly number[] {
  const before = known.get(source);
  if (before) return before;
  const starts = [0];
  const { text } = source;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  known.set(source, starts);
  return starts;
}

/** Index of the last of the ascending numbers that is at most `most`; the first always is. */
function lastUpTo(numbers: readonly number[], most: number): number {
  let [low, high] = [0, numbers.length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (numbers[middle] <= most) low = middle;
    else high = middle;
  }
  return low;
}
