import type { Span } from '../addr/source.ts';
import type { Missing, RouteDecision } from '../linux/decision.ts';
import type { StateProblem } from '../linux/host-state.ts';

/** Why: a finding joined with the trace that explains it, down to the lines supplied. */
export interface Cause {
  readonly kind: CauseKind;
  /** The host to blame; null where it is the network or where nobody can tell. */
  readonly host: string | null;
  readonly confidence: 'certain' | 'likely' | 'possible';
  /** One sentence that stands alone. */
  readonly sentence: string;
  /** Lines of the host state, the deciding one first. */
  readonly sources: readonly CauseSource[];
  readonly notes: readonly string[];
  /** The lookup that was made, for the trace in JSON; null where none was. */
  readonly decision: RouteDecision | null;
  /** What would settle it, where something is missing. */
  readonly missing: readonly Missing[];
  /** Parts of the state that were not understood and could matter. */
  readonly problems: readonly StateProblem[];
}

export interface CauseSource {
  readonly span: Span;
  readonly mark: 'decides' | 'context';
  /** A few words beside the mark, e.g. `chosen, the only match`. */
  readonly label: string;
  /** Where it is in the lookup, e.g. `table main, reached by rule 32766`; only on the deciding source. */
  readonly where: string | null;
}

export type CauseKind =
  | 'default-route-only'
  | 'other-route-wins'
  | 'rp-filter-strict'
  | 'rp-filter-loose'
  | 'firewall-rp-filter'
  | 'no-route-on-bound-interface'
  | 'next-hop-unresolved'
  | 'no-route'
  | 'route-refuses'
  | 'rule-never-matches-local'
  | 'rule-table-empty'
  | 'rule-table-no-default'
  | 'rule-table-wrong-route'
  | 'rule-after-main'
  | 'rule-wrong-selector'
  | 'mark-not-on-reply'
  | 'mark-rule-missing'
  | 'mark-no-reroute'
  | 'reply-source-rewritten'
  | 'reply-source-by-program'
  | 'reply-bypasses-nat'
  | 'multipath-reply'
  | 'arp-flux'
  | 'duplicate-address'
  | 'netmask-too-wide'
  | 'source-hint-wrong'
  | 'request-source-foreign'
  | 'interface-linkdown'
  | 'martian-source'
  | 'echo-ignored'
  | 'firewall-drops'
  | 'firewall-rejects'
  | 'port-closed'
  | 'listener-on-other-address'
  | 'listen-queue-full'
  | 'misrouted-by-network'
  | 'lost-in-network'
  | 'rejected-by-network'
  | 'ttl-exceeded'
  | 'path-mtu'
  | 'unexplained'
  | 'not-enough-information';
