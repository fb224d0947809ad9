/**
 * Captures and files are written by others: what could move the cursor, colour or reorder a terminal's text never
 * reaches it. C0, DEL, C1 and the line separators are escaped, and so are the characters that change direction (Trojan Source).
 */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]/gu;

/** The text with such characters as `\x1b` or `\u202e`. Doing it twice changes nothing. */
export function printable(text: string): string {
  return text.replace(UNSAFE, escaped);
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}
