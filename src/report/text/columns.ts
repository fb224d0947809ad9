import { printable } from '../printable.ts';
import { piece, type Row } from './row.ts';

/** One line of a picture in columns; the mark stands behind them. */
export interface Line {
  readonly cells: readonly string[];
  /** What is wrong with it; empty: nothing. */
  readonly mark: string;
}

/** Cells in a cell wider than this do not push the others out. */
const WIDEST = 60;
const GAP = '  ';

export function columns(lines: readonly Line[]): Row[] {
  const safe = lines.map(({ cells, mark }) => ({ cells: cells.map(printable), mark }));
  const count = safe.reduce((most, one) => Math.max(most, one.cells.length), 0);
  const widths = Array.from({ length: count }, (_, at) => widthOf(safe.map(({ cells }) => cells[at] ?? '')));
  return safe.map(({ cells, mark }) => {
    const text = cells.map((cell, at) => cell.padEnd(widths[at])).join(GAP);
    return mark === '' ? [piece(text)] : [piece(`${text}${GAP}`), piece(`! ${mark}`, 'warning')];
  });
}

function widthOf(cells: readonly string[]): number {
  const widths = cells.map((cell) => cell.length).filter((length) => length <= WIDEST);
  return widths.reduce((most, one) => Math.max(most, one), 0);
}
