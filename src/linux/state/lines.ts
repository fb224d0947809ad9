import type { Span } from '../../addr/source.ts';
import type { Section } from './section.ts';

const MOST_CHARACTERS = 4096;

/**
 * Walks the lines of a section that are not blank, and the words of a line, without copying the text: a full Internet
 * table has a million lines.
 */
export class Lines {
  readonly #section: Section;
  readonly #text: string;
  #next: number;
  #at = 0;
  /** Offset of the first character that is no white space. */
  start = 0;
  /** Offset after the last character that is no white space. */
  end = 0;

  constructor(section: Section) {
    this.#section = section;
    this.#text = section.source.text;
    this.#next = section.start;
  }

  /** Goes to the next line that holds anything; false at the end of the section. */
  next(): boolean {
    const stop = this.#section.end;
    while (this.#next < stop) {
      const from = this.#next;
      const newline = this.#text.indexOf('\n', from);
      let end = newline < 0 || newline >= stop ? stop : newline;
      this.#next = end + 1;
      let start = from;
      while (start < end && isBlank(this.#text.charCodeAt(start))) start++;
      while (end > start && isBlank(this.#text.charCodeAt(end - 1))) end--;
      if (start === end) continue;
      this.start = this.#at = start;
      this.end = end;
      return true;
    }
    return false;
  }

  /** The next word of this line; empty after the last. */
  word(): string {
    let start = this.#at;
    while (start < this.end && isBlank(this.#text.charCodeAt(start))) start++;
    let end = start;
    while (end < this.end && !isBlank(this.#text.charCodeAt(end))) end++;
    this.#at = end;
    return this.#text.slice(start, end);
  }

  /** The next word, left in place. */
  peek(): string {
    const at = this.#at;
    const word = this.word();
    this.#at = at;
    return word;
  }

  /** All words from here on. */
  words(): string[] {
    const all: string[] = [];
    for (let word = this.word(); word !== ''; word = this.word()) all.push(word);
    return all;
  }

  /** Back to the first word. */
  rewind(): void {
    this.#at = this.start;
  }

  /** The line as a whole, for patterns; no line that we know comes near the limit. */
  get text(): string {
    return this.#text.slice(this.start, Math.min(this.end, this.start + MOST_CHARACTERS));
  }

  get span(): Span {
    return { source: this.#section.source, start: this.start, end: this.end };
  }
}

/** White space, byte order mark, and the backslash by which `ip -o` joins lines. */
function isBlank(code: number): boolean {
  return code === 32 || code === 92 || code === 9 || code === 13 || code === 10 || code === 0xfeff;
}
