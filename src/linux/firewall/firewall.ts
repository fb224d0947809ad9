import type { Span } from '../../addr/source.ts';
import type { Clause } from './clause.ts';
import type { Entry } from './expression.ts';

/** The host's own firewall: every chain and named set that its dumps show, nft's and iptables' in one model. */
export interface Firewall {
  readonly chains: readonly Chain[];
  readonly sets: readonly NamedSet[];
}

export type TableFamily = 'ip' | 'ip6' | 'inet' | 'arp' | 'bridge' | 'netdev';

export interface Table {
  readonly family: TableFamily;
  readonly name: string;
  /** The dump that showed it; an iptables-nft table shows in both, and is then taken from one. */
  readonly from: 'nft' | 'iptables';
}

export interface Chain {
  readonly table: Table;
  readonly name: string;
  /** Null: reached only by jump or goto. */
  readonly base: BaseChain | null;
  readonly rules: readonly ChainRule[];
  /** The chain's own line; of a base chain the one that names hook and policy. */
  readonly span: Span;
}

export interface BaseChain {
  readonly type: 'filter' | 'nat' | 'route';
  readonly hook: string;
  readonly priority: number;
  readonly policy: 'accept' | 'drop';
}

export interface ChainRule {
  readonly clauses: readonly Clause[];
  /** Packets counted by its counter; null where the dump shows none. */
  readonly packets: number | null;
  readonly span: Span;
}

/** A set, map or verdict map; nft keeps them by table. */
export interface NamedSet {
  readonly family: TableFamily;
  readonly table: string;
  readonly name: string;
  readonly entries: readonly Entry[];
}

export const NO_FIREWALL: Firewall = { chains: [], sets: [] };

/** `inet filter input`, `filter INPUT`: as each tool names it. */
export function chainTitle({ table, name }: Chain): string {
  return table.from === 'nft' ? `${table.family} ${table.name} ${name}` : `${table.name} ${name}`;
}
