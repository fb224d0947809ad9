import type { Ip } from '../addr/ip.ts';
import type { NextHop, Route, RouteType, Rule, Sysctl } from './host-state.ts';

/** What a route lookup came to, always with its whole trace. */
export type RouteDecision =
  | RouteFound
  | {
      readonly kind: 'refused';
      readonly error: Errno;
      readonly by: Rule | Route;
      readonly assumed: readonly Missing[];
      readonly trace: Trace;
    }
  /** No rule led to a route (ENETUNREACH), or the flow itself is impossible (EINVAL and the like). */
  | {
      readonly kind: 'no-route';
      readonly error: Errno;
      readonly reason: NoRouteReason;
      /** Only with the reasons `reverse-path` and `martian-source`: what the filter said. */
      readonly filter: ReversePathVerdict | null;
      readonly assumed: readonly Missing[];
      readonly trace: Trace;
    }
  | { readonly kind: 'cannot-tell'; readonly missing: readonly Missing[]; readonly trace: Trace };

export interface RouteFound {
  readonly kind: 'route';
  readonly type: RouteType;
  /** Null when the destination was assumed to be on the link of the bound device. */
  readonly route: Route | null;
  readonly rule: Rule | null;
  readonly table: number;
  /** For `local` the loopback device, or the device named in the flow. */
  readonly device: string;
  readonly gateway: Ip | null;
  /** The source the kernel chooses where the flow has none; the flow's own otherwise; null where it cannot be told. */
  readonly source: Ip | null;
  /** Every next hop that may have been chosen; one entry unless a hash, neighbour states or equal routes decide. */
  readonly candidates: readonly NextHopChoice[];
  readonly onLinkAssumed: boolean;
  /** What no file told and was taken for granted (default rules, that the source is local ...): the answer is as sure as these. */
  readonly assumed: readonly Missing[];
  readonly trace: Trace;
}

export interface NextHopChoice {
  readonly device: string;
  readonly gateway: Ip | null;
  readonly route: Route | null;
  readonly nextHop: NextHop | null;
}

/** Error names as `ip route get` and errno(3) have them. */
export type Errno =
  | 'ENETUNREACH'
  | 'EHOSTUNREACH'
  | 'EACCES'
  | 'EINVAL'
  | 'ESRCH'
  | 'ENODEV'
  | 'EXDEV'
  | 'EAGAIN';

export type NoRouteReason =
  | 'nothing-matches'
  | 'source-not-local'
  | 'martian-source'
  | 'martian-destination'
  | 'reverse-path'
  | 'not-forwarding'
  | 'device-unknown'
  | 'device-down';

/** Something that no file told and that could change the answer. `what` names it as a user would ask for it. */
export interface Missing {
  readonly kind:
    | 'routes'
    | 'rules'
    | 'addresses'
    | 'links'
    | 'sysctl'
    | 'table-name'
    | 'neighbours'
    | 'hash'
    | 'unmodelled'
    | 'not-understood'
    | 'vrf'
    | 'kernel-version'
    | 'firewall';
  /** A command or key: `ip rule`, `net.ipv4.conf.eth1.rp_filter`, the rule's own unknown word. */
  readonly what: string;
}

export type Trace = readonly TraceStep[];

/** The steps in the order in which the kernel takes them. Routes that do not contain the destination are not listed one by one. */
export type TraceStep =
  | { readonly step: 'rule-skipped'; readonly rule: Rule; readonly because: RuleMismatch }
  | { readonly step: 'rule-matched'; readonly rule: Rule }
  | { readonly step: 'table-empty'; readonly table: number; readonly rule: Rule }
  | { readonly step: 'table-no-match'; readonly table: number; readonly rule: Rule }
  | { readonly step: 'route-passed-over'; readonly route: Route; readonly because: RouteMismatch }
  | { readonly step: 'route-suppressed'; readonly route: Route; readonly rule: Rule }
  | { readonly step: 'route-throws'; readonly route: Route }
  | { readonly step: 'route-chosen'; readonly route: Route; readonly rule: Rule }
  | { readonly step: 'refused'; readonly by: Rule | Route; readonly error: Errno }
  | { readonly step: 'on-link-assumed'; readonly device: string }
  | { readonly step: 'reverse-path'; readonly verdict: ReversePathVerdict }
  | {
      readonly step: 'source-chosen';
      readonly source: Ip;
      readonly from: 'flow' | 'route' | 'device' | 'other-device';
    };

/** The first selector of a rule that does not fit the flow. */
export type RuleMismatch =
  | 'from'
  | 'to'
  | 'iif'
  | 'iif-local'
  | 'oif'
  | 'mark'
  | 'tos'
  | 'dscp'
  | 'protocol'
  | 'sport'
  | 'dport'
  | 'uid'
  | 'l3mdev'
  | 'device-detached'
  | 'not'
  | 'nop';

/** Why a route that contains the destination was not taken. */
export type RouteMismatch =
  | 'shorter-prefix'
  | 'higher-metric'
  | 'later'
  | 'tos'
  | 'scope'
  | 'dead'
  | 'linkdown'
  | 'other-device'
  | 'source-prefix'
  | 'lower-preference';

/** What the reverse-path filter (fib_validate_source) does with a packet that came in by a device. */
export type ReversePathVerdict =
  | {
      readonly kind: 'accepted' | 'dropped';
      /** Effective mode: max of `conf.all` and `conf.DEVICE`. */
      readonly mode: 0 | 1 | 2;
      readonly because: ReversePathReason;
      /** The lookup back to the source, where one was made. */
      readonly back: RouteDecision | null;
      readonly sysctls: readonly Sysctl[];
      readonly assumed: readonly Missing[];
    }
  | {
      readonly kind: 'cannot-tell';
      readonly missing: readonly Missing[];
      readonly back: RouteDecision | null;
    };

export type ReversePathReason =
  | 'off'
  | 'route-back-by-same-device'
  | 'route-back-by-other-device'
  | 'some-route-back'
  | 'no-route-back'
  | 'source-is-local'
  | 'loopback'
  | 'device-without-address'
  | 'not-unicast'
  | 'family-without-filter';
