import { own } from '../../addr/own.ts';
import { isObject, type JsonObject } from '../state/json-objects.ts';
import { mapWords, verdictWords, wordsOfExpression } from './nft-json-words.ts';

/** A statement of a rule of `nft -j`, in the words that `nft` prints for it. */
export function wordsOfStatement(json: unknown): string {
  if (!isObject(json)) return '?';
  const [key] = Object.keys(json);
  const value = json[key];
  return verdictWords(json) ?? own(STATEMENTS, key)?.(value) ?? `? ${key}`;
}

function text(value: unknown, name: string): string {
  const found = isObject(value) ? value[name] : undefined;
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
}

function over(value: unknown): string {
  return isObject(value) && value.inv === true ? 'over ' : '';
}

const STATEMENTS: Record<string, ((value: unknown) => string) | undefined> = {
  match: (value) => (isObject(value) ? matchWords(value) : '?'),
  vmap: (value) => (isObject(value) ? mapWords('vmap', value, 1) : '?'),
  mangle: (value) =>
    isObject(value) ? `${wordsOfExpression(value.key)} set ${wordsOfExpression(value.value)}` : '?',
  counter: counterWords,
  log: () => '',
  comment: () => '',
  notrack: () => 'notrack',
  limit: (value) => (typeof value === 'string' ? `limit name "${value}"` : limitWords(value)),
  quota: (value) =>
    typeof value === 'string'
      ? `quota name "${value}"`
      : `quota ${over(value)}${text(value, 'val')} ${text(value, 'val_unit') || 'bytes'}`,
  'ct count': (value) => `ct count ${over(value)}${text(value, 'val')}`,
  meter: (value) => `meter ${text(value, 'name')} { ? }`,
  set: (value) => (isObject(value) && value.stmt !== undefined ? 'meter set { ? }' : ''),
  reject: rejectWords,
  queue: () => 'queue',
  snat: (value) => translationWords('snat', value),
  dnat: (value) => translationWords('dnat', value),
  masquerade: (value) => translationWords('masquerade', value),
  redirect: (value) => translationWords('redirect', value),
  'ct helper': () => '',
  'ct timeout': () => '',
  'ct expectation': () => '',
  flow: () => '',
  dup: () => '',
  last: () => '',
  secmark: () => '',
  tproxy: () => 'tproxy',
  synproxy: () => 'synproxy',
  fwd: () => 'fwd',
};

/** `in` asks for any of the bits, as text does without an operator. */
function matchWords({ op, left, right }: JsonObject): string {
  const operator = op === 'in' ? '' : ` ${typeof op === 'string' ? op : '=='}`;
  return `${wordsOfExpression(left)}${operator} ${wordsOfExpression(right)}`;
}

function counterWords(value: unknown): string {
  if (typeof value === 'string') return `counter name "${value}"`;
  const packets = text(value, 'packets');
  return packets === '' ? 'counter' : `counter packets ${packets} bytes ${text(value, 'bytes') || 0}`;
}

function limitWords(value: unknown): string {
  return `limit rate ${over(value)}${text(value, 'rate')}/${text(value, 'per')}`;
}

function rejectWords(value: unknown): string {
  const type = text(value, 'type');
  if (type === '') return 'reject';
  return type === 'tcp reset' ? 'reject with tcp reset' : `reject with ${type} ${text(value, 'expr')}`;
}

/** The address, a port, or both; several addresses or ports are a range. */
function translationWords(by: string, value: unknown): string {
  if (!isObject(value)) return by;
  const prefix = value.type_flags === 'prefix' ? ' prefix' : '';
  if (value.addr === undefined && value.port === undefined) return by;
  const address = value.addr === undefined ? '' : wordsOfExpression(value.addr);
  const port = value.port === undefined ? '' : `:${wordsOfExpression(value.port)}`;
  const isLong = address.includes(':') && port !== '';
  return `${by}${prefix} to ${isLong ? `[${address}]` : address}${port}`;
}
