import type { Family, Ip } from '../../addr/ip.ts';
import type { InterfaceAddress, Route, Rule } from '../host-state.ts';

/** Something in a host's tables that cannot do what its author seems to have meant. Words are elsewhere. */
export type Lint =
  /** It names an incoming interface: nothing that the host itself sends comes in by one. */
  | { readonly kind: 'rule-for-input-only'; readonly rule: Rule; readonly forwards: boolean | null }
  | { readonly kind: 'rule-device-missing'; readonly rule: Rule; readonly device: string }
  | { readonly kind: 'rule-table-empty'; readonly rule: Rule; readonly table: number }
  /** An earlier rule takes every packet and its table (or the rule itself) decides; `by` is null where the rule refuses. */
  | {
      readonly kind: 'rule-unreachable';
      readonly rule: Rule;
      readonly after: Rule;
      readonly by: Route | null;
    }
  | { readonly kind: 'goto-nowhere'; readonly rule: Rule; readonly preference: number }
  /** A table with routes that no rule looks up. */
  | {
      readonly kind: 'table-unused';
      readonly table: number;
      readonly family: Family;
      readonly routes: number;
      readonly first: Route;
    }
  /** No network of the device holds the gateway. */
  | {
      readonly kind: 'gateway-off-link';
      readonly route: Route;
      readonly gateway: Ip;
      readonly device: string;
      readonly onlink: boolean;
    }
  /** One network on two interfaces: replies to it leave by one of them only. */
  | {
      readonly kind: 'networks-overlap';
      readonly wide: InterfaceAddress;
      readonly narrow: InterfaceAddress;
    };

export type LintKind = Lint['kind'];
