import { parsePrefix } from '../../addr/prefix.ts';
import { type Quote, quoteOf } from '../../addr/source.ts';
import type { CauseSource } from '../../reason/cause.ts';
import { printable } from '../printable.ts';
import { arrow, type Block, bar, gap, mark, quoted } from './gutter.ts';
import type { Row } from './row.ts';

interface Line {
  readonly source: CauseSource;
  readonly quote: Quote;
}

/** Lines of the host state a cause rests on, file by file, in the files' own order, each with its mark. */
export function stateRows(sources: readonly CauseSource[], block: Block): Row[] {
  const lines = sources.map((source) => ({ source, quote: quoteOf(source.span) }));
  const files = [...new Set(lines.map((line) => line.quote.file))];
  const rows = files.flatMap((file) => fileRows(file, lines, block));
  return rows.length > 0 ? [...rows, bar(block)] : [];
}

/** The widest line number that will stand in the gutter. */
export function widestLine(sources: readonly CauseSource[]): number {
  return Math.max(0, ...sources.map((source) => quoteOf(source.span).line));
}

function fileRows(file: string, all: readonly Line[], block: Block): Row[] {
  const own = all.filter((line) => line.quote.file === file).sort((a, b) => a.quote.line - b.quote.line);
  const deciding = own.find((line) => line.source.mark === 'decides') ?? own[0];
  const where = deciding.source.where ? `, ${deciding.source.where}` : '';
  const rows = own.flatMap((line, index) => [
    ...(index > 0 && line.quote.line > own[index - 1].quote.line + 1 ? [gap()] : []),
    ...lineRows(line, block),
  ]);
  return [arrow(block, `${file}:${deciding.quote.line}${where}`), bar(block), ...rows];
}

function lineRows({ source, quote }: Line, block: Block): Row[] {
  const text = printable(quote.text.replaceAll('\t', ' '));
  const decides = source.mark === 'decides';
  const length = decides ? text.length : selectorLength(text);
  return [quoted(block, String(quote.line), text), mark(block, 0, length, decides, source.label)];
}

/** A route that does not decide is marked at its destination; anything else whole. */
function selectorLength(text: string): number {
  const word = text.slice(0, text.search(/\s|$/));
  return parsePrefix(word) ? word.length : text.length;
}
