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
  return safe.map((line) => {
    const at = narrow.indexOf(line);
    return rowOf(at < 0 ? line.cells.join(GAP) : laidOut[at], line.mark);
  });
}

/** No borders: spaces alone keep the columns apart, as `ip` and `ss` print them. */
function alignedOf(rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const count = Math.max(...rows.map((cells) => cells.length));
  const table = new Table({
    chars: NO_BORDERS,
    style: { 'padding-left': 0, 'padding-right': 0, border: [] },
  });
  for (const cells of rows) table.push(Array.from({ length: count }, (_, at) => cells[at] ?? ''));
  return table.toString().split('\n');
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
