import { own } from '../../addr/own.ts';
import type { Span } from '../../addr/source.ts';
import { Lines } from '../state/lines.ts';
import { lineNotUnderstood, type Reading } from '../state/section.ts';
import type { BaseChain, Chain, ChainRule, Firewall, Table } from './firewall.ts';
import { iptablesRule } from './iptables-rule.ts';

interface DraftTable {
  readonly table: Table;
  readonly chains: Map<string, DraftChain>;
}

interface DraftChain {
  readonly base: BaseChain | null;
  readonly rules: ChainRule[];
  readonly span: Span;
}

/** Reads `iptables-save` or `ip6tables-save`, with or without `-c`, of one table or several. */
export function readIptablesSave(reading: Reading, header: 'ip' | 'ip6'): Firewall {
  const chains = new Set<string>();
  const found = new Map<string, DraftTable>();
  let current: DraftTable | undefined;
  // Chains are named before the rules that jump to them.
  for (const lines = new Lines(reading.section); lines.next(); ) {
    const { text, span } = lines;
    if (text.startsWith('*')) current = tableOf(found, header, text.slice(1));
    else if (text.startsWith(':')) takeChain(current, chains, text, span);
    else if (!PASSED_OVER.test(text) && !takeRule(current, chains, header, text, span))
      lineNotUnderstood(reading, span, '-A CHAIN ...');
  }
  return { chains: [...found.values()].flatMap(chainsOf), sets: [] };
}

const PASSED_OVER = /^(?:#|COMMIT\b|$)/;

function tableOf(found: Map<string, DraftTable>, family: 'ip' | 'ip6', name: string): DraftTable {
  const known = found.get(name);
  if (known) return known;
  const table: DraftTable = { table: { family, name, from: 'iptables' }, chains: new Map() };
  found.set(name, table);
  return table;
}

/** `:INPUT DROP [0:0]`, `:sub - [0:0]`. */
function takeChain(table: DraftTable | undefined, chains: Set<string>, text: string, span: Span): void {
  const [name, policy] = text.slice(1).split(/\s+/);
  chains.add(name);
  if (!table || table.chains.has(name)) return;
  table.chains.set(name, { base: baseOf(table.table.name, name, policy), rules: [], span });
}

function takeRule(
  table: DraftTable | undefined,
  chains: Set<string>,
  header: 'ip' | 'ip6',
  text: string,
  span: Span,
): boolean {
  const rule = iptablesRule(text, header, chains);
  if (!rule || !table) return false;
  const { clauses, packets } = rule;
  let chain = table.chains.get(rule.chain);
  if (!chain) {
    chain = { base: baseOf(table.table.name, rule.chain, 'ACCEPT'), rules: [], span };
    table.chains.set(rule.chain, chain);
  }
  chain.rules.push({ clauses, packets, span });
  return true;
}

/** The built-in chains, at the priorities that netfilter_ipv4.h gives their tables. */
const PRIORITIES: Record<string, number> = { raw: -300, mangle: -150, filter: 0, security: 50 };
const HOOKS = new Set(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']);

function baseOf(table: string, chain: string, policy: string | undefined): BaseChain | null {
  if (!HOOKS.has(chain)) return null;
  const isBefore = chain === 'PREROUTING' || chain === 'OUTPUT';
  const nat = table === 'nat';
  return {
    // mangle OUTPUT looks the route up again (ipt_mangle_out).
    type: nat ? 'nat' : table === 'mangle' && chain === 'OUTPUT' ? 'route' : 'filter',
    hook: chain.toLowerCase(),
    priority: nat ? (isBefore ? -100 : 100) : (own(PRIORITIES, table) ?? 0),
    policy: policy === 'DROP' ? 'drop' : 'accept',
  };
}

function chainsOf({ table, chains }: DraftTable): Chain[] {
  return [...chains].map(([name, { base, rules, span }]) => ({ table, name, base, rules, span }));
}
