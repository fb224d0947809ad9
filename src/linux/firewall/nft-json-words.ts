import { own } from '../../addr/own.ts';
import { isObject, type JsonObject } from '../state/json-objects.ts';

const MOST_DEPTH = 16;

/**
 * An expression of `nft -j` in the words that `nft` prints for it (libnftables-json(5)), so that one reader serves text
 * and JSON. What it does not know comes out as words that the reader does not know either.
 */
export function wordsOfExpression(json: unknown, depth = 0): string {
  if (depth > MOST_DEPTH) return '?';
  if (typeof json === 'number') return String(json);
  if (typeof json === 'boolean') return json ? 'exists' : 'missing';
  if (typeof json === 'string') return json.startsWith('@') ? json : quoted(json);
  if (Array.isArray(json)) return list(json, depth);
  if (!isObject(json)) return '?';
  const [key] = Object.keys(json);
  return own(EXPRESSIONS, key)?.(json[key], depth + 1, json) ?? `? ${key}`;
}

/** Names of interfaces may hold anything; addresses, numbers and words of the language stay bare. */
function quoted(text: string): string {
  return /^[\w.:/*+@-]+$/.test(text) ? text : `"${text.replaceAll('"', '')}"`;
}

/** Flags: `established,related`. */
function list(json: readonly unknown[], depth: number): string {
  return json.map((one) => wordsOfExpression(one, depth + 1)).join(',');
}

type Wording = (value: unknown, depth: number, whole: JsonObject) => string;

function member(value: unknown, name: string): string {
  const found = isObject(value) ? value[name] : undefined;
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
}

function operands(value: unknown, operator: string, depth: number): string {
  const parts = Array.isArray(value) ? value : [];
  return `(${parts.map((one) => operand(one, depth)).join(` ${operator} `)})`;
}

/** Several flags as one operand: `(fin|syn)`. */
function operand(value: unknown, depth: number): string {
  if (!Array.isArray(value)) return wordsOfExpression(value, depth);
  return `(${value.map((one) => wordsOfExpression(one, depth)).join('|')})`;
}

const EXPRESSIONS: Record<string, Wording | undefined> = {
  meta: (value) => `meta ${member(value, 'key')}`,
  payload: (value) => `${member(value, 'protocol')} ${member(value, 'field')}`.trim() || '?',
  ct: (value) => ['ct', member(value, 'dir'), member(value, 'key')].filter(Boolean).join(' '),
  fib: (value) => {
    const flags = isObject(value) && Array.isArray(value.flags) ? value.flags : [member(value, 'flags')];
    return `fib ${flags.join(' . ')} ${member(value, 'result')}`;
  },
  prefix: (value) => `${member(value, 'addr')}/${member(value, 'len')}`,
  range: (value, depth) =>
    Array.isArray(value) ? value.map((one) => wordsOfExpression(one, depth)).join('-') : '?',
  concat: (value, depth) =>
    Array.isArray(value) ? value.map((one) => wordsOfExpression(one, depth)).join(' . ') : '?',
  set: (value, depth) => `{ ${elementsOf(value, depth)} }`,
  elem: (value, depth) => (isObject(value) ? wordsOfExpression(value.val, depth) : '?'),
  map: (value, depth) => (isObject(value) ? mapWords('map', value, depth) : '?'),
  '&': (value, depth) => operands(value, '&', depth),
  '|': (value, depth) => operands(value, '|', depth),
  '^': (value, depth) => operands(value, '^', depth),
  '<<': (value, depth) => operands(value, '<<', depth),
  '>>': (value, depth) => operands(value, '>>', depth),
  numgen: (value) => `numgen ${member(value, 'mode')} mod ${member(value, 'mod')}`,
  jhash: (value) => `jhash mod ${member(value, 'mod')}`,
  symhash: (value) => `symhash mod ${member(value, 'mod')}`,
  socket: (value) => `socket ${member(value, 'key')}`,
  rt: (value) => `rt ${member(value, 'key')}`,
  osf: (value) => `osf ${member(value, 'key')}`,
  exthdr: (value) => `exthdr ${member(value, 'name')}`,
  'tcp option': (value) => `tcp option ${member(value, 'name')} ${member(value, 'field') || 'exists'}`,
};

/** `K map { ... }` or `K vmap { ... }`. */
export function mapWords(word: 'map' | 'vmap', value: JsonObject, depth: number): string {
  return `${wordsOfExpression(value.key, depth)} ${word} ${wordsOfExpression(value.data, depth)}`;
}

/** Elements of a set, with what they are mapped to where they are pairs. */
export function elementsOf(value: unknown, depth = 0): string {
  const all = Array.isArray(value) ? value : [value];
  return all.map((one) => elementWords(one, depth + 1)).join(' , ');
}

function elementWords(element: unknown, depth: number): string {
  if (!Array.isArray(element)) return wordsOfExpression(element, depth);
  const [key, to] = element;
  return `${wordsOfExpression(key, depth)} : ${verdictWords(to) ?? wordsOfExpression(to, depth)}`;
}

/** `{"jump": {"target": "x"}}`; undefined where the object is no verdict. */
export function verdictWords(json: unknown): string | undefined {
  if (!isObject(json)) return undefined;
  const [key] = Object.keys(json);
  if (['accept', 'drop', 'return', 'continue'].includes(key)) return key;
  if (key === 'jump' || key === 'goto') return `${key} ${quoted(member(json[key], 'target'))}`;
  return undefined;
}
