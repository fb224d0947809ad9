import type { Expression } from './expression.ts';
import { FIELDS, isField, type ValueType } from './field.ts';
import { takeSet } from './nft-set.ts';
import type { Words } from './tokens.ts';
import { wordValue } from './value.ts';

/** Keys of `meta` that nft prints without that word. */
const BARE_META = new Set([
  'mark',
  'iif',
  'iifname',
  'oif',
  'oifname',
  'skuid',
  'skgid',
  'iifgroup',
  'oifgroup',
]);
const HEADERS = new Set(
  'meta ct ip ip6 tcp udp th icmp icmpv6 ether vlan arp sctp dccp udplite ah esp comp igmp socket rt exthdr osf ipsec frag hbh dst mh srh tunnel vxlan geneve gre'.split(
    ' ',
  ),
);
const MOST_DEPTH = 8;
/** Of one kind in a row; what follows is not understood. */
const MOST_OPERATORS = 64;
/** Tighter first. */
const OPERATORS = [['<<', '>>'], ['&'], ['^'], ['|']] as const;
type BitOperator = (typeof OPERATORS)[number][number];

/** Whether an expression that reads something of the packet begins here. */
export function beginsExpression(words: Words): boolean {
  const word = words.word();
  return (
    word === '(' ||
    HEADERS.has(word) ||
    BARE_META.has(word) ||
    ['fib', 'numgen', 'jhash', 'symhash'].includes(word) ||
    word.startsWith('@')
  );
}

export function typeOf(expression: Expression): ValueType {
  if (expression.kind === 'field') return FIELDS[expression.field];
  if (expression.kind === 'bits') return typeOf(expression.left);
  if (expression.kind === 'fib') return expression.result === 'type' ? 'route-type' : 'name';
  return 'number';
}

/** `meta mark & 0xff | 0x1`; constants are read as the type at hand has them. */
export function takeExpression(words: Words, type: ValueType, depth = 0): Expression {
  return takeLevel(words, type, OPERATORS.length, depth);
}

function takeLevel(words: Words, type: ValueType, level: number, depth: number): Expression {
  if (level === 0) return takeMapped(words, type, depth);
  let left = takeLevel(words, type, level - 1, depth);
  const operators: readonly string[] = OPERATORS[level - 1];
  for (let i = 0; i < MOST_OPERATORS && operators.includes(words.word()); i++) {
    const operator = words.next().text as BitOperator;
    const right = takeLevel(words, left.kind === 'constant' ? type : typeOf(left), level - 1, depth);
    left = { kind: 'bits', operator, left, right };
  }
  return left;
}

function takeMapped(words: Words, type: ValueType, depth: number): Expression {
  const parts = [takePrimary(words, type, depth)];
  const from = words.at;
  while (words.take('.')) parts.push(takePrimary(words, type, depth));
  if (words.word() === 'map') {
    words.next();
    const set = takeSet(words, parts.map(typeOf));
    return set ? { kind: 'map', key: parts, set } : { kind: 'unknown', words: 'map' };
  }
  words.rewind(from);
  return parts[0];
}

function takePrimary(words: Words, type: ValueType, depth: number): Expression {
  if (words.word() === '(' && depth < MOST_DEPTH) {
    words.next();
    const inner = takeExpression(words, type, depth + 1);
    words.take(')');
    return inner;
  }
  if (words.word() !== '(' && beginsExpression(words)) return takeReading(words);
  const { text } = words.next();
  const value = wordValue(type, text);
  return value === undefined ? { kind: 'unknown', words: text } : { kind: 'constant', value };
}

function takeReading(words: Words): Expression {
  const word = words.word();
  if (word === 'fib') return takeFib(words);
  if (word === 'numgen' || word === 'jhash' || word === 'symhash') return takeChance(words);
  if (word.startsWith('@')) return takeRaw(words);
  return takeField(words);
}

/** `ip saddr`, `ct original ip saddr`, `iifname`; a field that is not modelled is unknown, with the words it takes. */
function takeField(words: Words): Expression {
  const from = words.at;
  const first = words.next().text;
  let name = BARE_META.has(first) && first !== 'meta' ? `meta ${first}` : `${first} ${words.next().text}`;
  if (/^ct (?:original|reply)$/.test(name)) name = takeDirected(words, name);
  const longer = { 'tcp option': 2, 'socket cgroupv2': 2, 'rt ip': 1, 'rt ip6': 1 }[name] ?? 0;
  for (let i = 0; i < longer; i++) words.next();
  return isField(name) ? { kind: 'field', field: name } : { kind: 'unknown', words: words.since(from) };
}

function takeDirected(words: Words, name: string): string {
  const next = words.next().text;
  return next === 'ip' || next === 'ip6' ? `${name} ${next} ${words.next().text}` : `${name} ${next}`;
}

/** `fib saddr . mark . iif oif`. */
function takeFib(words: Words): Expression {
  const from = words.at;
  words.next();
  const flags = new Set([words.next().text]);
  while (words.take('.')) flags.add(words.next().text);
  const result = words.next().text;
  words.take('check');
  if (result !== 'oif' && result !== 'oifname' && result !== 'type')
    return { kind: 'unknown', words: words.since(from) };
  return { kind: 'fib', result, flags };
}

/** `numgen inc mod 3 offset 5`, `jhash ip saddr . ip daddr mod 2 seed 0x1`. */
function takeChance(words: Words): Expression {
  const from = words.at;
  while (!words.done && words.word() !== 'mod') words.next();
  words.next();
  words.next();
  while (words.take('offset') || words.take('seed')) words.next();
  return { kind: 'unknown', words: words.since(from) };
}

/** `@th,16,16`: bits at an offset. */
function takeRaw(words: Words): Expression {
  const from = words.at;
  words.next();
  while (words.take(',')) words.next();
  return { kind: 'unknown', words: words.since(from) };
}
