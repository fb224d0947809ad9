import { parseIp } from '../../addr/ip.ts';
import { parsePrefix } from '../../addr/prefix.ts';
import { numberOfIp } from './address-number.ts';
import type { Clause, Translation } from './clause.ts';
import type { Expression } from './expression.ts';
import { beginsExpression, takeExpression } from './nft-expression.ts';
import type { Words } from './tokens.ts';

const FLAGS = new Set(['random', 'fully-random', 'persistent', 'netmap', ',']);

export function beginsTranslation(word: string): boolean {
  return word === 'snat' || word === 'dnat' || word === 'masquerade' || word === 'redirect';
}

/** `dnat ip to 1.2.3.4:80`, `masquerade to :1024-2048 random`, `snat ip6 to [fd00::1]:80`. */
export function takeTranslation(words: Words): Clause {
  const by = words.next().text as Translation['by'];
  if (words.word() === 'ip' || words.word() === 'ip6') words.next();
  words.take('prefix');
  const target = words.take('to') ? takeTarget(words) : {};
  while (FLAGS.has(words.word())) words.next();
  return { kind: 'translate', translation: { ...translationTo(by), ...target } };
}

export function translationTo(by: Translation['by']): Translation {
  return { by, address: null, port: null, addressVaries: false, portVaries: false, prefixLength: null };
}

function takeTarget(words: Words): Partial<Translation> {
  if (beginsExpression(words)) return { address: takeExpression(words, 'address') };
  const target = targetOf(words.next().text);
  if (!words.take('.') && !words.take(':')) return target;
  const port = words.next().text;
  return { ...target, ...portOf(port) };
}

/** `1.2.3.4`, `1.2.3.4-1.2.3.9`, `1.2.3.0/24`, `1.2.3.4:80-90`, `[fd00::1]:80`, `:80`; nft and iptables write alike. */
export function targetOf(word: string): Partial<Translation> {
  const match = /^(?:\[([^\]]*)\]|([^:]*)|(.*::?.*))(?::([\d-]+))?$/.exec(word);
  const direct = parseIp(word);
  if (direct) return { address: constant(numberOfIp(direct)) };
  const [, bracketed, plain] = match ?? [];
  const port = match?.[4];
  return { ...addressOf(bracketed ?? plain ?? word), ...(port === undefined ? {} : portOf(port)) };
}

function addressOf(text: string): Partial<Translation> {
  if (text === '') return {};
  const [first, last] = text.split('-').map((one) => parseIp(one.replace(/[[\]]/g, '')));
  if (first && (last || !text.includes('-')))
    return { address: constant(numberOfIp(first)), addressVaries: last !== undefined };
  const prefix = text.includes('/') ? parsePrefix(text) : undefined;
  if (prefix) return { address: constant(numberOfIp(prefix.address)), prefixLength: prefix.length };
  return { address: { kind: 'unknown', words: text } };
}

function portOf(text: string): Partial<Translation> {
  const [first, last] = text.split('-');
  if (!/^\d{1,5}$/.test(first)) return { port: { kind: 'unknown', words: text } };
  return { port: constant(BigInt(first)), portVaries: last !== undefined && last !== first };
}

function constant(value: bigint): Expression {
  return { kind: 'constant', value };
}
