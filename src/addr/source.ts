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
  const { line, start } = lineOf(span);
  const raw = text.slice(span.start, span.end);
  const lead = raw.length - raw.trimStart().length;
  return {
    file: path,
    line: line + 1,
    column: span.start - start + lead + 1,
    text: raw.trim().replace(/\s*\n\s*/g, ' '),
  };
}

/** The line that a span begins in, from 0, and where that begins. */
function lineOf({ source, start: wanted }: Span): { readonly line: number; readonly start: number } {
  const { text } = source;
  const marks = marksOf(source);
  const mark = lastUpTo(marks, wanted);
  let line = mark * LINES_APART;
  let start = marks[mark];
  for (let at = text.indexOf('\n', start); at >= 0 && at < wanted; at = text.indexOf('\n', at + 1)) {
    line++;
    start = at + 1;
  }
  return { line, start };
}

/** Not every line: a file may hold a hundred million empty ones. */
const LINES_APART = 64;
/** Of the files quoted so far: a report may quote each of a hundred thousand lines. */
const known = new WeakMap<SourceFile, readonly number[]>();

/** Where each 64th line begins. */
function marksOf(source: SourceFile): readonly number[] {
  const before = known.get(source);
  if (before) return before;
  const marks = [0];
  const { text } = source;
  let line = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    if (++line % LINES_APART === 0) marks.push(at + 1);
  }
  known.set(source, marks);
  return marks;
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
