import { printable } from '../printable.ts';
import { wrap } from '../wrap.ts';
import { piece, type Row, type Style } from './row.ts';

/** Narrower than this nothing is readable, whatever a terminal says of itself. */
const NARROWEST = 30;

/** `head` and then prose, wrapped to the width, further lines `hang` columns in. */
export function prose(
  head: string,
  headStyle: Style,
  text: string,
  width: number,
  hang: number,
  textStyle: Style = 'plain',
): Row[] {
  const lines = wrapAfter(head.length, printable(text), Math.max(width, NARROWEST), hang);
  return lines.map((line, index) =>
    index === 0
      ? [piece(head, headStyle), piece(line, textStyle)]
      : [piece(' '.repeat(hang) + line, textStyle)],
  );
}

/** Wraps text whose first line begins after `used` columns and whose others are indented by `hang`. */
function wrapAfter(used: number, text: string, width: number, hang: number): string[] {
  const [first, ...rest] = wrap(`${'x'.repeat(used)}${text}`, width);
  const more = rest.length > 0 ? wrap(rest.join(' '), width - hang) : [];
  return [first.slice(used), ...more];
}

/** `   = note: text`, further lines under the text. */
export function noteRows(label: string, text: string, gutter: number, width: number): Row[] {
  const indent = ' '.repeat(gutter + 1);
  const hang = gutter + 1 + `= ${label}: `.length;
  const rows = prose(`${indent}= ${label}: `, 'plain', text, width, hang);
  return rows.map((row, index) =>
    index === 0 ? [piece(`${indent}= `, 'gutter'), piece(`${label}: `, 'strong'), ...row.slice(1)] : row,
  );
}
