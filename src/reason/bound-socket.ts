import type { RouteFound } from '../linux/decision.ts';
import type { Flow } from '../linux/flow.ts';
import type { HostState, Listener } from '../linux/host-state.ts';
import { lookupOutput } from '../linux/lookup-output.ts';
import { asksNeighbours } from '../linux/neighbour-question.ts';
import type { Cause } from './cause.ts';
import { onLinkCause } from './not-sent.ts';
import type { Request } from './request.ts';
import { listenerOf, listenerSource } from './socket.ts';

/** The socket that answers, where it is bound to a device: its answers leave by that one alone. */
export function boundListener(state: HostState, request: Request): Listener | null {
  const listener = listenerOf(state, request);
  return listener && listener.device !== null ? listener : null;
}

/** No route leads to who asked by the device that the socket is bound to, so that the kernel asks for him on the link. */
export function boundToLink(
  state: HostState,
  found: RouteFound,
  flow: Flow,
  listener: Listener | null,
): Cause | null {
  if (!listener || !found.onLinkAssumed || asksNeighbours(state, found.device) === false) return null;
  const free = lookupOutput(state, { ...flow, outputDevice: null, socketBound: false });
  return asBound(onLinkCause(state, found, free, flow.destination), listener);
}

/** With the line that shows the binding. */
export function asBound(cause: Cause, listener: Listener | null): Cause {
  if (!listener) return cause;
  const { device, port } = listener;
  const bound = listenerSource(listener, `bound to ${device}`);
  return {
    ...cause,
    sources: [bound, ...cause.sources.map((one) => ({ ...one, mark: 'context', where: null }) as const)],
    notes: [
      ...cause.notes,
      `what listens on port ${port} is bound to ${device}: routes by others do not count`,
    ],
  };
}
