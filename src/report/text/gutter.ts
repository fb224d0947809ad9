import { BLANK, piece, type Row, type Style } from './row.ts';

/** Columns and colours of one block: how wide its line numbers are, and how bad it is. */
export interface Block {
  /** Digits of the widest frame or line number of the diagnosis. */
  readonly gutter: number;
  readonly width: number;
  readonly bad: Style;
}

/** `  --> file:41, table main` */
export function arrow(block: Block, place: string): Row {
  return [piece(`${' '.repeat(block.gutter)}--> `, 'gutter'), piece(place)];
}

/** `41 | text`; an empty number for lines of our own. */
export function quoted(block: Block, number: string, text: string): Row {
  return [piece(`${number.padStart(block.gutter)} | `, 'gutter'), piece(text)];
}

/** `   |` */
export function bar(block: Block): Row {
  return [piece(`${' '.repeat(block.gutter)} |`, 'gutter')];
}

/** `   |    ^^^^ label` under a quoted line. */
export function mark(block: Block, from: number, length: number, wrong: boolean, label: string): Row {
  const style = wrong ? block.bad : 'context';
  const signs = (wrong ? '^' : '-').repeat(Math.max(1, length));
  return [
    piece(`${' '.repeat(block.gutter)} | `, 'gutter'),
    piece(' '.repeat(from)),
    piece(`${signs} ${label}`, style),
  ];
}

/** Lines of the file that are left out between two quoted ones. */
export function gap(): Row {
  return [piece('...', 'gutter')];
}

export { BLANK };
