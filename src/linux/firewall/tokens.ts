/** A word of nft's language with its place in the file. */
export interface Token {
  readonly text: string;
  /** Between double quotes: a name or a comment, never a word of the language. */
  readonly quoted: boolean;
  readonly start: number;
  readonly end: number;
}

const WHITE = /[ \t\r\f\v\ufeff]/;
const SINGLE = '{};,()|\n';
const NOTHING: Token = { text: '', quoted: false, start: 0, end: 0 };

/** The words of nft's text: braces, commas and newlines apart, comments (`# handle 4`) left out. */
export function tokensOf(text: string, start: number, end: number): Token[] {
  const tokens: Token[] = [];
  let at = start;
  while (at < end) {
    const c = text[at];
    if (WHITE.test(c)) at++;
    else if (c === '#') at = endOfLine(text, at, end);
    else {
      const stop =
        c === '"' ? endOfQuote(text, at, end) : SINGLE.includes(c) ? at + 1 : endOfWord(text, at, end);
      tokens.push(tokenOf(text, at, stop));
      at = stop;
    }
  }
  return tokens;
}

function tokenOf(text: string, start: number, end: number): Token {
  const raw = text.slice(start, end);
  const quoted = raw.startsWith('"');
  return { text: quoted ? raw.slice(1, raw.endsWith('"') ? -1 : undefined) : raw, quoted, start, end };
}

function endOfLine(text: string, at: number, end: number): number {
  const newline = text.indexOf('\n', at);
  return newline < 0 || newline > end ? end : newline;
}

/** nft knows no escapes between quotes; a quote that nothing closes ends with its line. */
function endOfQuote(text: string, at: number, end: number): number {
  const line = endOfLine(text, at, end);
  const quote = text.indexOf('"', at + 1);
  return quote < 0 || quote >= line ? line : quote + 1;
}

function endOfWord(text: string, at: number, end: number): number {
  let stop = at;
  while (stop < end && !WHITE.test(text[stop]) && !SINGLE.includes(text[stop]) && text[stop] !== '"') stop++;
  return stop;
}

/** Walks over words; beyond the last there are only empty ones. */
export class Words {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length;
  }

  get at(): number {
    return this.#at;
  }

  /** Back to a place where it was before. */
  rewind(at: number): void {
    this.#at = at;
  }

  peek(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? NOTHING;
  }

  /** The word ahead as one of the language: empty where it is quoted. */
  word(ahead = 0): string {
    const token = this.peek(ahead);
    return token.quoted ? '' : token.text;
  }

  next(): Token {
    const token = this.peek();
    this.#at++;
    return token;
  }

  /** Takes the word if it is the next one. */
  take(word: string): boolean {
    const found = this.word() === word && !this.done;
    if (found) this.#at++;
    return found;
  }

  /** The words from a place up to here, as text. */
  since(from: number): string {
    return textOf(this.#tokens.slice(from, this.#at));
  }
}

export function textOf(tokens: readonly Token[]): string {
  return tokens.map(({ text, quoted }) => (quoted ? `"${text}"` : text)).join(' ');
}
