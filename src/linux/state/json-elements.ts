/** Where a JSON value lies in a text: character offsets, end excluded. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

export interface JsonDamage {
  readonly at: number;
  readonly reason: string;
}

export interface JsonElements {
  readonly elements: readonly Extent[];
  readonly damage: JsonDamage | null;
}

/** `ip -j` nests four deep; nft about ten. JSON.parse would follow a hostile file down until the stack ends. */
const MOST_DEPTH = 64;

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/**
 * The elements of a JSON array without parsing them, so that each can be parsed by itself and keeps its place in the
 * file, and damage to one leaves the others. Several arrays one after another (`ip -batch`) count as one.
 */
export function elementsOf(text: string, start: number, end: number): JsonElements {
  const elements: Extent[] = [];
  let at = skipBlank(text, start, end);
  while (at < end) {
    if (text.charCodeAt(at) !== OPEN_ARRAY)
      return { elements, damage: { at, reason: 'no array begins here' } };
    at = skipBlank(text, at + 1, end);
    while (at < end && text.charCodeAt(at) !== CLOSE_ARRAY) {
      const stop = endOfValue(text, at, end);
      if (typeof stop !== 'number') return { elements, damage: stop };
      if (stop > at) elements.push({ start: at, end: stop });
      at = skipBlank(text, stop, end);
      if (text.charCodeAt(at) === COMMA) at = skipBlank(text, at + 1, end);
    }
    if (at >= end) return { elements, damage: { at: end, reason: 'the array does not end' } };
    at = skipBlank(text, at + 1, end);
  }
  return { elements, damage: null };
}

/** The array that is the value of a member of the object at `extent`; undefined if it has no such member. */
export function memberArray(text: string, extent: Extent, key: string): Extent | undefined {
  const quoted = `"${key}"`;
  let depth = 0;
  for (let at = extent.start; at < extent.end; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const stop = endOfString(text, at, extent.end);
      if (depth === 1 && stop - at === quoted.length && text.startsWith(quoted, at)) {
        const colon = skipBlank(text, stop, extent.end);
        const value = skipBlank(text, colon + 1, extent.end);
        if (text.charCodeAt(colon) === COLON && text.charCodeAt(value) === OPEN_ARRAY) {
          const end = endOfValue(text, value, extent.end);
          return typeof end === 'number' ? { start: value, end } : undefined;
        }
      }
      at = stop - 1;
    } else if (code === OPEN_OBJECT || code === OPEN_ARRAY) depth++;
    else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) depth--;
  }
  return undefined;
}

/** The offset after the value that begins at `start`: at a comma or closing bracket that is not its own. */
function endOfValue(text: string, start: number, end: number): number | JsonDamage {
  let depth = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at, end) - 1;
    else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      if (++depth > MOST_DEPTH) return { at, reason: `nested more than ${MOST_DEPTH} deep` };
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      if (depth === 0) return code === CLOSE_ARRAY ? at : { at, reason: 'a bracket closes what is not open' };
      if (--depth === 0) return at + 1;
    } else if (code === COMMA && depth === 0) return at;
  }
  return { at: end, reason: 'the text ends inside an element' };
}

/** The offset after the closing quote of the string that begins at `start`. */
function endOfString(text: string, start: number, end: number): number {
  for (
    let quote = text.indexOf('"', start + 1);
    quote >= 0 && quote < end;
    quote = text.indexOf('"', quote + 1)
  ) {
    let slashes = 0;
    while (text.charCodeAt(quote - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return quote + 1;
  }
  return end;
}

function skipBlank(text: string, start: number, end: number): number {
  let at = start;
  for (; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9 && code !== 0xfeff) break;
  }
  return at;
}
