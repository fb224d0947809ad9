import type { Finding } from '../finding/finding.ts';
import type { HostState } from '../linux/host-state.ts';
import { arrivalStep } from './arrival-step.ts';
import type { Cause } from './cause.ts';
import type { Request } from './request.ts';
import { respond } from './responder.ts';

/** The rule of the responder's own firewall that answers the request with a refusal; null where its dump has none. */
export function rejectRule(finding: Finding, state: HostState, request: Request): Cause | null {
  const device = finding.path.requestReached?.interface;
  if (!device) return null;
  const { arrival, passage, home } = respond(finding, state, request, device);
  if (passage.outcome.kind !== 'rejected') return null;
  return arrivalStep(arrival, passage, home).causes[0] ?? null;
}
