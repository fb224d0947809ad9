import { formatIp, type Ip } from '../addr/ip.ts';
import type { Missing, ReversePathVerdict, RouteDecision } from '../linux/decision.ts';
import { flowOf } from '../linux/flow.ts';
import type { HostState } from '../linux/host-state.ts';
import { reversePath } from '../linux/reverse-path.ts';
import type { Cause } from './cause.ts';
import { causeOf } from './draft.ts';
import { asContext, outDevice, routeSources, sysctlSources } from './quote.ts';
import { refusalCause } from './refusal.ts';
import { deeperFault } from './routing-fault.ts';

/** A packet as it comes in, before the host's reverse-path filter. */
export interface Arrival {
  readonly state: HostState;
  readonly device: string;
  readonly source: Ip;
  readonly destination: Ip;
  readonly tos: number;
  /** `the request` or `the reply`. */
  readonly what: string;
}

export interface StepResult {
  /** Empty: this step lets the packet pass, as far as can be told. */
  readonly causes: readonly Cause[];
  /** What would have to be known to clear the step. */
  readonly missing: readonly Missing[];
}

export const CLEARED: StepResult = { causes: [], missing: [] };

/** Does the reverse-path filter drop it, and because of which line? The fault behind it is told first. */
export function filterStep(arrival: Arrival): StepResult {
  const { state, device, source, destination, tos } = arrival;
  const verdict = reversePath(state, { source, destination, inputDevice: device, tos, mark: 0 });
  if (verdict.kind === 'accepted') return CLEARED;
  if (verdict.kind === 'cannot-tell') return { causes: [], missing: verdict.missing };
  const fault = verdict.back ? faultBehind(arrival, verdict.back) : null;
  return { causes: [...(fault ? [fault] : []), filterCause(arrival, verdict)], missing: [] };
}

function faultBehind(arrival: Arrival, back: RouteDecision): Cause | null {
  const { state, device, source, destination, tos } = arrival;
  const flow = flowOf(source, { source: destination, tos });
  const subject = `packets from ${formatIp(destination)}`;
  if (back.kind === 'refused') return refusalCause(state, back, source, subject);
  return deeperFault({ state, flow, decision: back, wanted: device, subject });
}

function filterCause(
  arrival: Arrival,
  verdict: ReversePathVerdict & { kind: 'dropped' | 'accepted' },
): Cause {
  const { state, what, source, device } = arrival;
  if (verdict.because === 'source-is-local') return martian(arrival, verdict);
  const mode = verdict.mode === 1 ? 'strict' : 'loose';
  return causeOf({
    kind: verdict.mode === 1 ? 'rp-filter-strict' : 'rp-filter-loose',
    host: state.name,
    sentence: `the ${mode} reverse-path filter of ${state.name} drops ${what}, which came in by ${device}: ${wayBack(verdict.back, source)}`,
    sources: [
      ...sysctlSources(verdict.sysctls, `${mode}: effective on ${device}`),
      ...backSources(arrival, verdict.back),
    ],
    notes: [
      'a capture is made before this filter, so the packet is seen and still never reaches the program',
      'the mode is the greater of conf.all.rp_filter and that of the interface; `nstat -az TcpExtIPReversePathFilter` counts the drops',
    ],
    decision: verdict.back,
  });
}

function wayBack(back: RouteDecision | null, source: Ip): string {
  const device = back && outDevice(back);
  return device
    ? `the route back to ${formatIp(source)} leaves by ${device}`
    : `there is no route back to ${formatIp(source)}`;
}

function backSources({ state, source, device }: Arrival, back: RouteDecision | null) {
  return back?.kind === 'route' ? asContext(routeSources(state, back, source, device)) : [];
}

function martian({ state, what, source, device }: Arrival, verdict: { back: RouteDecision | null }): Cause {
  return causeOf({
    kind: 'martian-source',
    host: state.name,
    sentence: `${state.name} drops ${what} from ${formatIp(source)} at ${device}: that source is one of its own addresses`,
    decision: verdict.back,
  });
}
