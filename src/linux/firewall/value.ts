import { parseIp, widthOf } from '../../addr/ip.ts';
import { networkOf, parsePrefix } from '../../addr/prefix.ts';
import { numberOfIp } from './address-number.ts';
import { type Element, ONE, type Value } from './expression.ts';
import type { ValueType } from './field.ts';
import { SYMBOLS } from './symbols.ts';

/** The number or name that a word stands for; undefined where nobody told. */
export function wordValue(type: ValueType, word: string): Value | undefined {
  if (type === 'name') return word;
  if (/^(?:0x[0-9a-f]{1,16}|\d{1,20})$/i.test(word)) return BigInt(word);
  if (type === 'address') {
    const ip = parseIp(word);
    return ip && numberOfIp(ip);
  }
  const symbol = SYMBOLS[type]?.get(word);
  return symbol === undefined ? undefined : BigInt(symbol);
}

/** One word of a set or of the right side of a comparison: a value, a range, a prefix, or `*`. */
export function elementOf(type: ValueType, word: string): Element {
  if (type === 'name') return word === '*' ? { kind: 'any' } : { kind: 'name', name: word };
  if (word === '*') return { kind: 'any' };
  const value = wordValue(type, word);
  if (typeof value === 'bigint') return ONE(value);
  return prefixOf(type, word) ?? rangeOf(type, word) ?? { kind: 'unknown', word };
}

function prefixOf(type: ValueType, word: string): Element | undefined {
  if (type !== 'address' || !word.includes('/')) return undefined;
  const prefix = parsePrefix(word);
  if (!prefix) return undefined;
  const first = numberOfIp(networkOf(prefix).address);
  const hosts = 1n << BigInt(widthOf(prefix.address.family) - prefix.length);
  return { kind: 'range', first, last: first + hosts - 1n };
}

/** `80-90`; names may hold a dash themselves. */
function rangeOf(type: ValueType, word: string): Element | undefined {
  for (let dash = word.indexOf('-'); dash >= 0; dash = word.indexOf('-', dash + 1)) {
    const first = wordValue(type, word.slice(0, dash));
    const last = wordValue(type, word.slice(dash + 1));
    if (typeof first === 'bigint' && typeof last === 'bigint') return { kind: 'range', first, last };
  }
  return undefined;
}
