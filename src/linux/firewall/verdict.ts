/** How a rule ends; chains end with `accept` or `drop` by policy, or `return` to where they were called. */
export type Verdict =
  | { readonly kind: 'accept' | 'drop' | 'return' | 'continue' | 'queue' }
  | { readonly kind: 'jump' | 'goto'; readonly target: string }
  /** `with` as nft names it: `tcp reset`, `icmp port-unreachable`, `icmpx admin-prohibited`. */
  | { readonly kind: 'reject'; readonly with: string };
