import type { Field } from './field.ts';
import type { Verdict } from './verdict.ts';

/** What rules compare: addresses, ports, marks and flags as numbers; interfaces by name. */
export type Value = bigint | string;

export type Expression =
  | { readonly kind: 'field'; readonly field: Field }
  | { readonly kind: 'constant'; readonly value: Value }
  | {
      readonly kind: 'bits';
      readonly operator: '&' | '|' | '^' | '<<' | '>>';
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'map'; readonly key: readonly Expression[]; readonly set: SetReference }
  | {
      readonly kind: 'fib';
      readonly result: 'oif' | 'oifname' | 'type';
      /** `saddr` or `daddr`, with `mark`, `iif`, `oif`. */
      readonly flags: ReadonlySet<string>;
    }
  /** `numgen`, `jhash` and all that is not modelled. */
  | { readonly kind: 'unknown'; readonly words: string };

/** The elements in place, or those of a named set of the rule's table. */
export type SetReference =
  | { readonly kind: 'entries'; readonly entries: readonly Entry[] }
  | { readonly kind: 'named'; readonly name: string };

/** One element of a set: a part for each field that is concatenated; with what a map maps it to. */
export interface Entry {
  readonly key: readonly Element[];
  readonly to: Verdict | Expression | null;
}

export type Element =
  /** Numbers and addresses; a single one is a range of one, a prefix one of many. */
  | { readonly kind: 'range'; readonly first: bigint; readonly last: bigint }
  /** An interface; with a `*` at its end every one that begins so. */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'any' }
  /** A word whose value is not known. */
  | { readonly kind: 'unknown'; readonly word: string };

export const ONE = (value: bigint): Element => ({ kind: 'range', first: value, last: value });
