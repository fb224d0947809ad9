import Table from 'cli-table3';
import { printable } from '../printable.ts';
import { piece, type Row } from './row.ts';

/** One line of a picture in columns; the mark stands behind them. */
export interface Line {
  readonly cells: readonly string[];
  /** What is wrong with it; empty: nothing. */
  readonly mark: string;
}

/** A line with a cell wider than this stands apart from the columns, so that it does not push the others out. */
const WIDEST = 60;
const GAP = '  ';

export function columns(lines: readonly Line[]): Row[] {
  const safe = lines.map(({ cells, mark }) => ({ cells: cells.map(printable), mark }));
  const narrow = safe.filter(({ cells }) => cells.every((cell) => cell.length <= WIDEST));
  const laidOut = alignedOf(narrow.map(({ cells }) => cells));
  const textOf = new Map(narrow.map((line, at) => [line, laidOut[at]]));
  return safe.map((line) => rowOf(textOf.get(line) ?? line.cells.join(GAP), line.mark));
}

/** No borders: spaces alone keep the columns apart, as `ip` and `ss` print them. */
function alignedOf(rows: readonly (readonly string[])[]): string[] {
  const count = rows.reduce((most, cells) => Math.max(most, cells.length), 0);
  const full = rows.map((cells) => Array.from({ length: count }, (_, at) => cells[at] ?? ''));
  if (full.length <= BLOCK_ROWS) return tableOf(full);
  const widths = full.reduce(
    (widest, cells) => widest.map((width, at) => Math.max(width, mostWidth(cells[at]))),
    new Array<number>(count).fill(1),
  );
  const lines: string[] = [];
  for (let at = 0; at < full.length; at += BLOCK_ROWS)
    lines.push(...tableOf(full.slice(at, at + BLOCK_ROWS), widths));
  return lines;
}

/** The layout takes time with the square of the rows: many are laid out in blocks, of columns equally wide. */
const BLOCK_ROWS = 200;

function tableOf(rows: readonly (readonly string[])[], colWidths: number[] = []): string[] {
  if (rows.length === 0) return [];
  const table = new Table({
    chars: NO_BORDERS,
    style: { 'padding-left': 0, 'padding-right': 0, border: [] },
    colWidths,
  });
  for (const cells of rows) table.push([...cells]);
  return table.toString().split('\n');
}

/** Columns of a terminal that it takes at most: characters of East Asia take two. */
function mostWidth(cell: string): number {
  return /^[ -~]*$/.test(cell) ? cell.length : 2 * cell.length;
}

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: GAP,
};

function rowOf(text: string, mark: string): Row {
  return mark === '' ? [piece(text)] : [piece(`${text}${GAP}`), piece(`! ${mark}`, 'warning')];
}
