import { isObject, type JsonObject, type Located, objectsUnder } from '../state/json-objects.ts';
import { lineNotUnderstood, type Reading } from '../state/section.ts';
import type { BaseChain, Chain, ChainRule, Firewall, NamedSet, Table, TableFamily } from './firewall.ts';
import { wordsOfStatement } from './nft-json-statement.ts';
import { elementsOf } from './nft-json-words.ts';
import { type Counters, clausesOf } from './nft-rule.ts';
import { takeEntries } from './nft-set.ts';
import { setTypes } from './nft-set-type.ts';
import { tokensOf, Words } from './tokens.ts';

interface DraftChain extends Chain {
  readonly rules: ChainRule[];
}

/** Reads `nft -j list ruleset`. Each object keeps its place, so that a verdict quotes the rule's own. */
export function readNftJson(reading: Reading): Firewall {
  const { source, start, end } = reading.section;
  const whole = {
    value: {},
    extent: { start: source.text.indexOf('{', start), end },
    span: { source, start, end },
  };
  const objects = objectsUnder(reading, whole, 'nftables');
  const dormant = dormantTables(objects);
  const chains = new Map<string, DraftChain>();
  const sets: NamedSet[] = [];
  const counters = countersOf(objects);
  for (const { value, span } of objects) {
    if (isObject(value.chain)) {
      const chain = chainOf(value.chain, span, dormant);
      if (chain) chains.set(chainKey(value.chain, text(value.chain, 'name')), chain);
    } else if (isObject(value.rule)) {
      const chain = chains.get(chainKey(value.rule, text(value.rule, 'chain')));
      if (chain) chain.rules.push(ruleOf(value.rule, span, counters));
      else lineNotUnderstood(reading, span, 'a rule of a chain listed before');
    } else if (isObject(value.set ?? value.map)) sets.push(setOf((value.set ?? value.map) as JsonObject));
  }
  return { chains: [...chains.values()], sets };
}

function text(object: JsonObject, name: string): string {
  const value = object[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function chainKey(object: JsonObject, chain: string): string {
  return `${text(object, 'family')} ${text(object, 'table')} ${chain}`;
}

/** Tables whose base chains are not called. */
function dormantTables(objects: readonly Located[]): Set<string> {
  const tables = objects.flatMap(({ value }) => (isObject(value.table) ? [value.table] : []));
  const dormant = tables.filter(({ flags }) => JSON.stringify(flags ?? '').includes('dormant'));
  return new Set(dormant.map((table) => `${text(table, 'family')} ${text(table, 'name')}`));
}

function countersOf(objects: readonly Located[]): Counters {
  const all = objects.flatMap(({ value }) => (isObject(value.counter) ? [value.counter] : []));
  return new Map(all.map((counter) => [text(counter, 'name'), Number(counter.packets)]));
}

function chainOf(
  object: JsonObject,
  span: Located['span'],
  dormant: ReadonlySet<string>,
): DraftChain | undefined {
  const family = text(object, 'family');
  if (!FAMILIES.has(family)) return undefined;
  const table: Table = { family: family as TableFamily, name: text(object, 'table'), from: 'nft' };
  const asleep = dormant.has(`${table.family} ${table.name}`);
  return { table, name: text(object, 'name'), base: asleep ? null : baseOf(object), rules: [], span };
}

const FAMILIES = new Set<string>(['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev']);
const TYPES = new Set(['filter', 'nat', 'route']);

function baseOf(object: JsonObject): BaseChain | null {
  const type = text(object, 'type');
  const priority = Number(text(object, 'prio') || Number.NaN);
  if (!TYPES.has(type) || !Number.isInteger(priority)) return null;
  const policy = text(object, 'policy') === 'drop' ? 'drop' : 'accept';
  return { type: type as BaseChain['type'], hook: text(object, 'hook'), priority, policy };
}

function ruleOf(object: JsonObject, span: Located['span'], counters: Counters): ChainRule {
  const statements = Array.isArray(object.expr) ? object.expr : [];
  const clauses = statements.flatMap((one) => {
    const words = wordsOfStatement(one);
    return clausesOf(tokensOf(words, 0, words.length), counters);
  });
  const counter = clauses.find((one) => one.kind === 'counter');
  return { clauses, packets: counter?.packets ?? null, span };
}

function setOf(object: JsonObject): NamedSet {
  const type = Array.isArray(object.type) ? object.type.join(' . ') : text(object, 'type');
  const words = `type ${type} ;`;
  const types = setTypes(new Words(tokensOf(words, 0, words.length)));
  const elements = object.elem === undefined ? '' : `{ ${elementsOf(object.elem)} }`;
  const entries = takeEntries(new Words(tokensOf(elements, 0, elements.length)), types);
  return {
    family: text(object, 'family') as TableFamily,
    table: text(object, 'table'),
    name: text(object, 'name'),
    entries,
  };
}
