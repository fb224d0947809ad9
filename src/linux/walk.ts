import type { Family } from '../addr/ip.ts';
import type { Errno, Missing, RouteDecision, TraceStep } from './decision.ts';
import { type HostIndex, indexOf } from './host-index.ts';
import type { HostState, NextHop, Route, Rule } from './host-state.ts';
import type { Strictness } from './select-route6.ts';

/** One lookup under way: what it looks in, and what it has noted so far. */
export interface Walk {
  readonly index: HostIndex;
  readonly family: Family;
  readonly trace: TraceStep[];
  /** Taken for granted so far; each once. */
  readonly assumed: Missing[];
  /** IPv6: whose routes are preferred. */
  readonly strict: Strictness;
}

/** What the rules and tables came to, before source and gateway are chosen (struct fib_result). */
export type FibResult =
  | {
      readonly kind: 'found';
      readonly rule: Rule;
      readonly route: Route;
      readonly hop: NextHop;
      /** All usable next hops of the route. */
      readonly hops: readonly NextHop[];
      /** All routes of the table that contain the destination, for the choice among equal defaults. */
      readonly rivals: readonly Route[];
    }
  | { readonly kind: 'refused'; readonly error: Errno; readonly by: Rule | Route }
  | { readonly kind: 'none' }
  | { readonly kind: 'cannot-tell'; readonly missing: readonly Missing[] };

export type FibFound = Extract<FibResult, { kind: 'found' }>;

const ANY_DEVICE: Strictness = { device: null, onlyDevice: false };

export function startWalk(state: HostState, family: Family, strict: Strictness = ANY_DEVICE): Walk {
  return { index: indexOf(state), family, trace: [], assumed: [], strict };
}

export function assume(walk: Walk, missing: readonly Missing[]): void {
  for (const one of missing) {
    if (!walk.assumed.some((other) => other.kind === one.kind && other.what === one.what))
      walk.assumed.push(one);
  }
}

export function noRoute(
  walk: Walk,
  error: Errno,
  reason: Extract<RouteDecision, { kind: 'no-route' }>['reason'],
): RouteDecision {
  return { kind: 'no-route', error, reason, filter: null, assumed: walk.assumed, trace: walk.trace };
}

export function refused(walk: Walk, error: Errno, by: Rule | Route): RouteDecision {
  return { kind: 'refused', error, by, assumed: walk.assumed, trace: walk.trace };
}

export function cannotTell(walk: Walk, missing: readonly Missing[]): RouteDecision {
  return { kind: 'cannot-tell', missing, trace: walk.trace };
}
