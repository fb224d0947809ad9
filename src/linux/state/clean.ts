import type { SourceFile } from '../../addr/source.ts';

/** Colours of `ip -c` and of terminals (ECMA-48 control sequences), also where `cat -v` or a ticket wrote ESC as `^[`. */
const CONTROL = /(?:\x1b|\^\[)(?:\[[0-9;?]*[A-Za-z]|\([A-Z0-9]|\][^\x07\n]*\x07)/g;
/** Marks of quoted mail before a line. */
const QUOTED = /^(?:[ \t]*>)+(?=[ \t\r]|$)/gm;
/** Fences of markdown around a listing. */
const FENCES = /^[ \t]*(?:```|~~~)\w*(?=[ \t]*\r?$)/gm;
/** Blanks that web pages and word processors put in place of spaces. */
const ODD_BLANKS = [0xa0, 0x2002, 0x2003, 0x2007, 0x2009, 0x200b, 0x202f, 0x3000].map((code) =>
  String.fromCharCode(code),
);

function blanks(marks: string): string {
  return ' '.repeat(marks.length);
}

/**
 * A file as a person reads it: without colour codes, and with marks of quoting and odd blanks turned to spaces. Lines stay
 * where they are, and columns are those one sees.
 */
export function cleaned(source: SourceFile): SourceFile {
  const { path, text } = source;
  let clean = text;
  if (clean.includes('\x1b') || clean.includes('^[')) clean = clean.replace(CONTROL, '');
  if (clean.includes('>')) clean = clean.replace(QUOTED, blanks);
  if (clean.includes('```') || clean.includes('~~~')) clean = clean.replace(FENCES, blanks);
  if (clean.startsWith('\ufeff')) clean = clean.slice(1);
  for (const blank of ODD_BLANKS) if (clean.includes(blank)) clean = clean.replaceAll(blank, ' ');
  return clean === text ? source : { path, text: clean };
}
