import type { RouteDecision } from './decision.ts';
import type { InputFlow } from './flow.ts';
import type { HostState } from './host-state.ts';
import { lookupInput4 } from './lookup-input4.ts';
import { lookupInput6 } from './lookup-input6.ts';

/**
 * What the host does with a packet that came in by a device: takes it, forwards it, or drops it; the errors are those
 * that `ip route get D from S iif I` prints.
 */
export function lookupInput(state: HostState, flow: InputFlow): RouteDecision {
  const packet: InputFlow = { ...flow, outputDevice: null };
  return flow.destination.family === 4 ? lookupInput4(state, packet) : lookupInput6(state, packet);
}
