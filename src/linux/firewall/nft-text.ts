import type { Span } from '../../addr/source.ts';
import { lineNotUnderstood, type Reading, spanIn } from '../state/section.ts';
import type { BaseChain, Chain, ChainRule, Firewall, NamedSet, Table, TableFamily } from './firewall.ts';
import { baseOf } from './nft-base.ts';
import { type Counters, clausesOf } from './nft-rule.ts';
import { takeEntries } from './nft-set.ts';
import { setTypes } from './nft-set-type.ts';
import { type Token, textOf, tokensOf, Words } from './tokens.ts';

/** Reads `nft list ruleset`, with or without handles and numbers. Never throws; what it cannot read is a problem. */
export function readNftText(reading: Reading): Firewall {
  const { source, start, end } = reading.section;
  const words = new Words(tokensOf(source.text, start, end));
  const reader = new NftReader(reading);
  while (!words.done) {
    if (words.take('\n') || words.take(';')) continue;
    if (words.word() === 'table' && words.word(3) === '{') reader.takeTable(words);
    else lineNotUnderstood(reading, spanOf(reading, lineOf(words)), 'table FAMILY NAME {');
  }
  return { chains: reader.chains, sets: reader.sets };
}

const FAMILIES = new Set<string>(['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev']);

class NftReader {
  readonly chains: Chain[] = [];
  readonly sets: NamedSet[] = [];
  readonly #reading: Reading;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  takeTable(words: Words): void {
    words.next();
    const family = words.next().text;
    const name = words.next().text;
    words.next();
    const body = bodyOf(words);
    if (!FAMILIES.has(family)) return;
    const table: Table = { family: family as TableFamily, name, from: 'nft' };
    const dormant = this.#dormant(body);
    const counters = countersOf(body);
    this.#takeObjects(table, new Words(body), counters, dormant);
  }

  /** `flags dormant`: the table is there, and none of its base chains is called. */
  #dormant(body: readonly Token[]): boolean {
    const words = new Words(body);
    while (!words.done && words.word() === '\n') words.next();
    return words.word() === 'flags' && textOf(lineOf(words)).includes('dormant');
  }

  #takeObjects(table: Table, words: Words, counters: Counters, dormant: boolean): void {
    while (!words.done) {
      if (words.take('\n') || words.take(';')) continue;
      const line = lineOf(words, true);
      if (line.length < 3 || line.at(-1)?.text !== '{') continue;
      const body = bodyOf(words);
      const [{ text: kind }, { text: name }] = line;
      if (kind === 'chain') this.#takeChain(table, name, line, body, counters, dormant);
      if (kind === 'set' || kind === 'map') this.#takeSet(table, name, body);
    }
  }

  #takeChain(
    table: Table,
    name: string,
    head: readonly Token[],
    body: readonly Token[],
    counters: Counters,
    dormant: boolean,
  ): void {
    const words = new Words(body);
    const rules: ChainRule[] = [];
    let base: BaseChain | null = null;
    let span = spanOf(this.#reading, head);
    while (!words.done) {
      if (words.take('\n') || words.take(';')) continue;
      const from = words.at;
      const line = lineOf(words);
      if (line[0].text === 'type' && line.some(({ text }) => text === 'hook')) {
        base = baseOf(table.family, line, words) ?? null;
        span = spanOf(this.#reading, body.slice(from, words.at));
      } else if (line[0].text !== 'comment') rules.push(this.#ruleOf(line, counters));
    }
    this.chains.push({ table, name, base: dormant ? null : base, rules, span });
  }

  #ruleOf(line: readonly Token[], counters: Counters): ChainRule {
    const clauses = clausesOf(line, counters);
    const counter = clauses.find((one) => one.kind === 'counter');
    return { clauses, packets: counter?.packets ?? null, span: spanOf(this.#reading, line) };
  }

  #takeSet({ family, name: table }: Table, name: string, body: readonly Token[]): void {
    const words = new Words(body);
    const types = setTypes(words);
    const at = body.findIndex(({ text, quoted }) => text === 'elements' && !quoted);
    words.rewind(at + 2);
    const entries = at < 0 ? [] : takeEntries(words, types);
    this.sets.push({ family, table, name, entries });
  }
}

/** The words of a statement: up to a newline or `;` outside of braces, both left out. With `open`, up to its `{`. */
function lineOf(words: Words, open = false): Token[] {
  const line: Token[] = [];
  let depth = 0;
  while (!words.done) {
    const token = words.next();
    if (depth === 0 && !token.quoted && (token.text === '\n' || token.text === ';')) break;
    if (!token.quoted && token.text === '{') depth++;
    if (!token.quoted && token.text === '}') depth = Math.max(0, depth - 1);
    if (token.text !== '\n' || token.quoted) line.push(token);
    if (open && depth === 1) break;
  }
  return line.length > 0 ? line : [words.peek()];
}

/** The words up to the brace that closes the one just taken. */
function bodyOf(words: Words): Token[] {
  const body: Token[] = [];
  let depth = 1;
  while (!words.done) {
    const token = words.next();
    if (!token.quoted && token.text === '{') depth++;
    if (!token.quoted && token.text === '}' && --depth === 0) break;
    body.push(token);
  }
  return body;
}

/** `counter NAME {\n packets 3 bytes 4 }`, of the whole table. */
function countersOf(body: readonly Token[]): Counters {
  const counters = new Map<string, number>();
  body.forEach(({ text }, i) => {
    if (text !== 'counter' || body[i + 2]?.text !== '{') return;
    const at = body.slice(i, i + 12).findIndex((one) => one.text === 'packets');
    if (at > 0) counters.set(body[i + 1].text, Number(body[i + at + 1]?.text));
  });
  return counters;
}

function spanOf(reading: Reading, tokens: readonly Token[]): Span {
  return spanIn(reading.section, tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? 0);
}
