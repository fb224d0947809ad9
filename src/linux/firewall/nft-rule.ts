import { own } from '../../addr/own.ts';
import type { Clause } from './clause.ts';
import { beginsExpression } from './nft-expression.ts';
import { takeComparison } from './nft-match.ts';
import { beginsTranslation, takeTranslation } from './nft-translation.ts';
import { takeVerdict } from './nft-verdict.ts';
import { type Token, Words } from './tokens.ts';

/** Numbers that a table's named counters hold. */
export type Counters = ReadonlyMap<string, number>;

/** A rule's line as clauses. What is not understood stays in its place as `unknown`, up to the next verdict. */
export function clausesOf(tokens: readonly Token[], counters: Counters = new Map()): Clause[] {
  const words = new Words(tokens);
  const clauses: Clause[] = [];
  while (!words.done) {
    const clause = takeClause(words, counters);
    if (clause) clauses.push(clause);
  }
  return clauses;
}

function takeClause(words: Words, counters: Counters): Clause | null {
  const word = words.word();
  const statement = own(STATEMENTS, word);
  if (statement) return statement(words, counters);
  if (word === 'ct' && words.word(1) === 'count') return takeMay(words, 2);
  const verdict = takeVerdict(words);
  if (verdict) return { kind: 'verdict', verdict };
  if (beginsTranslation(word)) return takeTranslation(words);
  return beginsExpression(words) ? takeComparison(words) : takeUnknown(words);
}

const STATEMENTS: Record<string, (words: Words, counters: Counters) => Clause | null> = {
  counter: takeCounter,
  log: takeLog,
  comment: (words) => skip(words, 2),
  ';': (words) => skip(words, 1),
  notrack: (words) => skip(words, 1) ?? { kind: 'notrack' },
  limit: (words) => takeMay(words, 1),
  quota: (words) => takeMay(words, 1),
  last: takeLast,
  add: takeSetUpdate,
  update: takeSetUpdate,
  delete: takeSetUpdate,
  meter: takeSetUpdate,
  flow: (words) => skip(words, 3),
  reset: (words) => skip(words, 4),
  dup: takeUnmodelled,
  fwd: takeUnmodelled,
  tproxy: takeUnmodelled,
  synproxy: takeUnmodelled,
};

function skip(words: Words, count: number): null {
  for (let i = 0; i < count; i++) words.next();
  return null;
}

function takeCounter(words: Words, counters: Counters): Clause | null {
  words.next();
  if (words.take('name')) return counted(counters.get(words.next().text));
  if (!words.take('packets')) return null;
  const packets = Number(words.next().text);
  if (words.take('bytes')) words.next();
  return counted(packets);
}

function counted(packets: number | undefined): Clause | null {
  return packets === undefined || Number.isNaN(packets) ? null : { kind: 'counter', packets };
}

const LOG_OPTIONS = new Set(['prefix', 'level', 'group', 'snaplen', 'queue-threshold', 'flags']);

function takeLog(words: Words): null {
  words.next();
  while (LOG_OPTIONS.has(words.word())) {
    const flags = words.next().text === 'flags';
    const kind = words.next().text;
    if (flags && (kind === 'tcp' || kind === 'ip')) skipList(words);
  }
  return null;
}

function skipList(words: Words): void {
  do words.next();
  while (words.take(','));
}

/** `limit rate over 10 mbytes/second burst 5 packets`, `quota over 10 mbytes used 3 bytes`, `ct count over 5`. */
function takeMay(words: Words, count: number): Clause {
  const from = words.at;
  skip(words, count);
  if (words.take('name')) words.next();
  words.take('rate');
  words.take('over');
  while (/^\d/.test(words.word()) || MAY_WORDS.test(words.word())) words.next();
  return { kind: 'may', words: words.since(from) };
}

const MAY_WORDS = /^(?:[kmg]?bytes?(?:\/\w+)?|packets|burst|used|until)$/;

/** `last used 5m3s`. */
function takeLast(words: Words): null {
  words.next();
  if (words.take('used')) words.next();
  return null;
}

/** `add @seen { ip saddr limit rate over 10/second }`: the limit decides whether the rule goes on. */
function takeSetUpdate(words: Words): Clause | null {
  const from = words.at;
  while (!words.done && words.word() !== '{') words.next();
  while (!words.done && words.next().text !== '}');
  const text = words.since(from);
  return /\b(?:limit|quota|ct count)\b/.test(text) || text.startsWith('meter ')
    ? { kind: 'may', words: text }
    : null;
}

/** Up to the next verdict, or all that is left. */
function takeUnmodelled(words: Words): Clause {
  return { kind: 'unmodelled', words: skipToVerdict(words) };
}

function takeUnknown(words: Words): Clause {
  return { kind: 'unknown', words: skipToVerdict(words) };
}

const VERDICTS = new Set([
  'accept',
  'drop',
  'return',
  'jump',
  'goto',
  'reject',
  'queue',
  'counter',
  'comment',
]);

function skipToVerdict(words: Words): string {
  const from = words.at;
  do words.next();
  while (!words.done && !VERDICTS.has(words.word()) && !beginsTranslation(words.word()));
  return words.since(from);
}
