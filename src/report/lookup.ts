import type { RouteDecision } from '../linux/decision.ts';
import type { Flow } from '../linux/flow.ts';
import type { HostState } from '../linux/host-state.ts';
import type { RouteAnswer } from '../linux/route-answer.ts';

/** One lookup with its answer: what the renderers of `route get` are given. */
export interface Lookup {
  readonly state: HostState;
  readonly flow: Flow;
  readonly decision: RouteDecision;
  readonly answer: RouteAnswer;
}
