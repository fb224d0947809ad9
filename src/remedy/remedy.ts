/** Commands that repair a cause, proved by simulation on a copy of the host state before they are shown. */
export interface Remedy {
  readonly kind: RemedyKind;
  /** Where the commands are run. */
  readonly host: string;
  /** Plain `ip`, `sysctl` or `nft` lines, in the order in which they are run. */
  readonly commands: readonly string[];
  /** What takes them back, in order. */
  readonly undo: readonly string[];
  /** Forms that outlast a reboot, by the name of the tool that reads them (`netplan`, `networkd`, `ifcfg` ...). */
  readonly persist: Readonly<Record<string, string>>;
  /** Whether the simulation says that the exchange then works. */
  readonly verified: boolean;
  /** What was taken for granted, one sentence each. */
  readonly assumed: readonly string[];
  /** Other flows of the host that would change their way; null: not worked out. */
  readonly changesOtherFlows: number | null;
}

export type RemedyKind =
  /** A second table with its own default route, and a rule on the source address. */
  | 'source-rule'
  /** A route to the peer's network by the interface wanted. */
  | 'static-route'
  /** A mark on the connection, restored on the reply, and a rule on the mark. */
  | 'connmark'
  /** rp_filter 2: accepts what comes in by another way than it would go back. */
  | 'loose-rp-filter'
  /** A rule that exists, with the right selector, order or table. */
  | 'rule-change'
  /** A route that the table of an existing rule lacks. */
  | 'table-route';
