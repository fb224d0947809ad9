import { own } from '../../addr/own.ts';
import type { Clause, Operator, Settable } from './clause.ts';
import type { Element, Entry, Expression, SetReference } from './expression.ts';
import { isFlags, type ValueType } from './field.ts';
import { takeExpression, typeOf } from './nft-expression.ts';
import { takeElement, takeSet } from './nft-set.ts';
import type { Words } from './tokens.ts';

const OPERATORS = new Set(['==', '!=', '<', '>', '<=', '>=', '!', 'eq', 'ne']);

const SETTABLE: Record<string, Settable | undefined> = {
  'meta mark': 'mark',
  'ct mark': 'connection-mark',
  'ip saddr': 'source',
  'ip daddr': 'destination',
  'ip6 saddr': 'source',
  'ip6 daddr': 'destination',
  'tcp sport': 'source-port',
  'tcp dport': 'destination-port',
  'udp sport': 'source-port',
  'udp dport': 'destination-port',
  'th sport': 'source-port',
  'th dport': 'destination-port',
  'ip dscp': 'dscp',
  'ip6 dscp': 'dscp',
  'ip tos': 'tos',
  'ip6 tos': 'tos',
  'ip ttl': 'ttl',
  'ip6 hoplimit': 'ttl',
};

/** Statements `K set V` that change nothing about where the packet goes. */
const HARMLESS =
  /^(?:meta (?:priority|nftrace|secmark|broute)|ct (?:helper|event|label|timeout|expectation|secmark)|ip (?:ecn|id|checksum)|ip6 (?:flowlabel|ecn)|tcp option|(?:tcp|udp) checksum)\b/;

/** A clause that begins with an expression: a comparison, a verdict map, or `K set V`. Null: nothing to note. */
export function takeComparison(words: Words): Clause | null {
  const from = words.at;
  const left = [takeExpression(words, 'number')];
  while (words.take('.')) left.push(takeExpression(words, 'number'));
  if (words.take('set')) return takeAssignment(words, left[0], from);
  if (words.take('vmap')) {
    const set = takeSet(words, left.map(typeOf));
    return set ? { kind: 'verdict-map', key: left, set } : { kind: 'unknown', words: words.since(from) };
  }
  return takeRight(words, left);
}

function takeAssignment(words: Words, left: Expression, from: number): Clause | null {
  const value = takeExpression(words, typeOf(left));
  const name = left.kind === 'field' ? left.field : left.kind === 'unknown' ? left.words : '';
  const what = own(SETTABLE, name);
  if (what) return { kind: 'set', what, value };
  return HARMLESS.test(name) ? null : { kind: 'unmodelled', words: words.since(from) };
}

function takeRight(words: Words, left: readonly Expression[]): Clause {
  const types = left.map(typeOf);
  const flags = left.length === 1 && isFlags(types[0]) && left[0].kind === 'field';
  const given = OPERATORS.has(words.word()) ? words.next().text : null;
  const set = takeSet(words, types);
  if (set) return { kind: 'match', left, operator: given === '!=' ? '!=' : '==', right: set };
  const key = [takeList(words, types[0])];
  while (words.take('.')) key.push(takeElement(words, types[key.length] ?? 'number'));
  const right: SetReference = { kind: 'entries', entries: [{ key, to: null } satisfies Entry] };
  if (words.take('/')) return masked(left[0], given, right, takeList(words, types[0]));
  return { kind: 'match', left, operator: operatorOf(given, flags), right };
}

/** `tcp flags syn / fin,syn,rst,ack`: of these bits exactly those. */
function masked(left: Expression, given: string | null, right: SetReference, mask: Element): Clause {
  const bits: Expression =
    mask.kind === 'range' ? { kind: 'constant', value: mask.first } : { kind: 'unknown', words: '/' };
  return {
    kind: 'match',
    left: [{ kind: 'bits', operator: '&', left, right: bits }],
    operator: given === '!=' ? '!=' : '==',
    right,
  };
}

/** `established,related`: all these bits as one value. */
function takeList(words: Words, type: ValueType): Element {
  let element = takeElement(words, type);
  while (words.word() === ',') {
    words.next();
    const next = takeElement(words, type);
    element =
      element.kind === 'range' && next.kind === 'range'
        ? { kind: 'range', first: element.first | next.first, last: element.first | next.first }
        : { kind: 'unknown', word: ',' };
  }
  return element;
}

function operatorOf(given: string | null, flags: boolean): Operator {
  if (given === null) return flags ? 'any-bit' : '==';
  if (given === '!') return 'no-bit';
  if (given === 'eq') return '==';
  return given === 'ne' ? '!=' : (given as Operator);
}
