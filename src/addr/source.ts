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
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < span.start; at = text.indexOf('\n', at + 1)) {
    line++;
    lineStart = at + 1;
  }
  const raw = text.slice(span.start, span.end);
  const lead = raw.length - raw.trimStart().length;
  return {
    file: path,
    line,
    column: span.start - lineStart + lead + 1,
    text: raw.trim().replace(/\s*\n\s*/g, ' '),
  };
}
