import pc from 'picocolors';
import { printable } from '../printable.ts';

/** One line of the report, as pieces of text in one style each. The only place where text meets colours and escapes. */
export type Row = readonly Piece[];

export interface Piece {
  readonly text: string;
  readonly style: Style;
}

export type Style =
  | 'plain'
  | 'strong'
  | 'error'
  | 'warning'
  | 'note'
  | 'gutter'
  | 'context'
  | 'help'
  | 'good';

export function piece(text: string, style: Style = 'plain'): Piece {
  return { text, style };
}

export const BLANK: Row = [];

/** The rows as text; complete without colour. Control characters from the input are escaped here. */
export function paint(rows: readonly Row[], color: boolean): string {
  const colors = pc.createColors(color);
  const painters: Record<Style, (text: string) => string> = {
    plain: (text) => text,
    strong: colors.bold,
    error: (text) => colors.bold(colors.red(text)),
    warning: (text) => colors.bold(colors.yellow(text)),
    note: (text) => colors.bold(colors.cyan(text)),
    gutter: (text) => colors.bold(colors.blue(text)),
    context: colors.blue,
    help: (text) => colors.bold(colors.cyan(text)),
    good: colors.green,
  };
  const line = (row: Row) =>
    trimmed(row)
      .map((one) => painters[one.style](printable(one.text)))
      .join('');
  return rows.map((row) => `${line(row)}\n`).join('');
}

/** Without white space at the end, whatever piece it is in. */
function trimmed(row: Row): Row {
  const last = row.at(-1);
  if (!last || /\S$/.test(last.text)) return row;
  const cut = last.text.trimEnd();
  return cut === '' ? trimmed(row.slice(0, -1)) : [...row.slice(0, -1), { ...last, text: cut }];
}
