import type { Expression, SetReference } from './expression.ts';
import type { Verdict } from './verdict.ts';

/**
 * A rule is a row of clauses, taken one after another: a match that fails ends the rule. Statements before it have then
 * been carried out (`ct mark set 1 ct state new accept`).
 */
export type Clause =
  | {
      readonly kind: 'match';
      readonly left: readonly Expression[];
      readonly operator: Operator;
      readonly right: SetReference;
    }
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  | { readonly kind: 'verdict-map'; readonly key: readonly Expression[]; readonly set: SetReference }
  | { readonly kind: 'set'; readonly what: Settable; readonly value: Expression }
  | { readonly kind: 'notrack' }
  | { readonly kind: 'translate'; readonly translation: Translation }
  | { readonly kind: 'counter'; readonly packets: number }
  /** iptables `-m rpfilter`. */
  | {
      readonly kind: 'rpfilter';
      readonly loose: boolean;
      readonly validMark: boolean;
      readonly acceptLocal: boolean;
      readonly invert: boolean;
    }
  /** iptables `-m owner`: matches nothing that no user's socket sent, and inverted all of that. */
  | { readonly kind: 'owner'; readonly invert: boolean }
  /** Matches one packet and not the next: limits, quotas, counts, chance. */
  | { readonly kind: 'may'; readonly words: string }
  /** A match that is not modelled, or words that were not understood. */
  | { readonly kind: 'unknown'; readonly words: string }
  /** A statement that does something with the packet that is not modelled (`tproxy`, `dup`). */
  | { readonly kind: 'unmodelled'; readonly words: string };

export type Operator = '==' | '!=' | '<' | '>' | '<=' | '>=' | 'any-bit' | 'no-bit';

/** snat, dnat, masquerade and redirect: only for the first packet of a connection. */
export interface Translation {
  readonly by: 'snat' | 'dnat' | 'masquerade' | 'redirect';
  /** Null: the address stays (a port alone), or the kernel picks it. */
  readonly address: Expression | null;
  readonly port: Expression | null;
  /** The kernel picks from a range, so that the value is not known. */
  readonly addressVaries: boolean;
  readonly portVaries: boolean;
  /** NETMAP: this many leading bits are replaced, the rest stay; null: all. */
  readonly prefixLength: number | null;
}

export type Settable =
  | 'mark'
  | 'connection-mark'
  | 'source'
  | 'destination'
  | 'source-port'
  | 'destination-port'
  | 'dscp'
  | 'tos'
  | 'ttl';
