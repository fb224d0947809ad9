import type { Element, Entry, Expression, SetReference } from './expression.ts';
import type { ValueType } from './field.ts';
import { takeVerdict } from './nft-verdict.ts';
import type { Words } from './tokens.ts';
import { elementOf, wordValue } from './value.ts';
import type { Verdict } from './verdict.ts';

/** `{ 22, 80-90 }` or `@name`; undefined where neither stands. */
export function takeSet(words: Words, types: readonly ValueType[]): SetReference | undefined {
  if (words.word() === '{') return { kind: 'entries', entries: takeEntries(words, types) };
  if (!/^@[\w.-]+$/.test(words.word()) || words.word(1) === ',') return undefined;
  return { kind: 'named', name: words.next().text.slice(1) };
}

/** The elements between braces, the braces too. */
export function takeEntries(words: Words, types: readonly ValueType[]): Entry[] {
  const entries: Entry[] = [];
  words.take('{');
  while (!words.done && !words.take('}')) {
    if (words.take(',') || words.take('\n')) continue;
    entries.push(takeEntry(words, types));
  }
  return entries;
}

/** `10.0.0.1 . 80 timeout 30s comment "x" : accept`. */
function takeEntry(words: Words, types: readonly ValueType[]): Entry {
  const key = [takeElement(words, types[0] ?? 'number')];
  while (words.take('.')) key.push(takeElement(words, types[key.length] ?? 'number'));
  skipOptions(words);
  return { key, to: words.take(':') ? takeData(words) : null };
}

/** A single element; `syn | ack` is one value. */
export function takeElement(words: Words, type: ValueType): Element {
  const closed = words.take('(');
  let element = elementOf(type, words.next().text);
  while (words.word() === '|') {
    words.next();
    element = either(element, elementOf(type, words.next().text));
  }
  if (closed) words.take(')');
  return element;
}

function either(a: Element, b: Element): Element {
  if (a.kind !== 'range' || b.kind !== 'range') return a.kind === 'unknown' ? a : b;
  const value = a.first | b.first;
  return { kind: 'range', first: value, last: value };
}

const ENDS = new Set([',', '}', ':']);

function skipOptions(words: Words): void {
  while (!words.done && !ENDS.has(words.word())) words.next();
}

/** What an element is mapped to: a verdict, a number or an address; several of them together are not modelled. */
function takeData(words: Words): Verdict | Expression {
  const verdict = takeVerdict(words);
  if (verdict) return verdict;
  const from = words.at;
  const value = wordValue('address', words.next().text);
  const more = !ENDS.has(words.word());
  skipOptions(words);
  if (value === undefined || more) return { kind: 'unknown', words: words.since(from) };
  return { kind: 'constant', value };
}
