import type { Value } from './expression.ts';

/** What an expression comes to for a packet. */
export type Reading =
  | { readonly kind: 'value'; readonly value: Value }
  /** The packet has no such thing: nft breaks off the rule, however the comparison goes. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown' };

export const ABSENT: Reading = { kind: 'absent' };
export const UNKNOWN: Reading = { kind: 'unknown' };

export function read(value: Value | number): Reading {
  return { kind: 'value', value: typeof value === 'number' ? BigInt(value) : value };
}

/** Null: neither capture nor forecast tells. */
export function readKnown(value: number | null): Reading {
  return value === null ? UNKNOWN : read(value);
}

/** Does a clause match? */
export type Truth = 'yes' | 'no' | 'unknown';

export function negate(truth: Truth): Truth {
  return truth === 'unknown' ? truth : truth === 'yes' ? 'no' : 'yes';
}

export function truth(value: boolean): Truth {
  return value ? 'yes' : 'no';
}
