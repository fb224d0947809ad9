import { formatIp, type Ip, sameIp } from '../addr/ip.ts';
import { formatPrefix } from '../addr/prefix.ts';
import type { ReversePathVerdict, RouteDecision } from '../linux/decision.ts';
import { rulesInDoubt } from '../linux/doubt.ts';
import { flowOf } from '../linux/flow.ts';
import type { Passage } from '../linux/passage.ts';
import { receive } from '../linux/receive.ts';
import type { Arrival } from './arrival.ts';
import type { Cause, CauseSource } from './cause.ts';
import type { Departure } from './departure.ts';
import { causeOf } from './draft.ts';
import { firewallCause } from './firewall-cause.ts';
import { impossibleAddress } from './martian.ts';
import { misdelivered } from './misdelivered.ts';
import { notOwnCause } from './not-own.ts';
import { asContext, decidingRoute, outDevice, routeSources, sysctlSources } from './quote.ts';
import { refusalCause, throwCause } from './refusal.ts';
import { deeperFault } from './routing-fault.ts';
import { markSource, marksIgnored } from './source-valid-mark.ts';
import { openAbout, type StepResult } from './step.ts';
import { unlessTracked } from './tracked.ts';

/** What the host does with it. `home`: the answer's own way, where the host is to answer. */
export function arrivalStep(arrival: Arrival, passage: Passage, home: Departure | null): StepResult {
  const { state, what } = arrival;
  const { outcome } = passage;
  switch (outcome.kind) {
    case 'dropped':
    case 'rejected':
      return {
        causes: [unlessTracked(firewallCause(state.name, outcome, what), state, arrival.packet)],
        missing: [],
      };
    case 'reverse-path':
      return { causes: filtered(arrival, passage, outcome.verdict, home), missing: [] };
    case 'cannot-tell':
      return { causes: [], missing: passage.missing };
    case 'no-way':
    case 'forwards': {
      const { packet, decision } = passage;
      const kept =
        impossibleAddress(arrival, passage) ?? notOwnCause(state, what, packet.destination, decision);
      return kept ? { causes: [kept], missing: [] } : { causes: [], missing: openAbout(passage.missing) };
    }
    case 'passes':
      return { causes: [], missing: openAbout(passage.missing) };
  }
}

export function arrive({ state, device, packet, connection }: Arrival): Passage {
  return receive({ state, device, packet, connection });
}

type Dropped = ReversePathVerdict & { kind: 'dropped' | 'accepted' };

/** The fault behind the filter's verdict is told first. */
function filtered(arrival: Arrival, passage: Passage, verdict: Dropped, home: Departure | null): Cause[] {
  const back = home ? home.decision : verdict.back;
  const { state, device, packet } = arrival;
  const right =
    misdelivered({ state, device, address: packet.destination, peer: packet.source, back }) !== null;
  const fault = right ? null : home ? faultOfHome(arrival, home) : faultBehind(arrival, verdict.back);
  return [...(fault ? [fault] : []), filterCause(arrival, passage, verdict)];
}

/** The answer itself may go well (a mark leads it home) while the filter's lookup, which knows no mark, does not. */
function faultOfHome({ device, packet }: Arrival, home: Departure): Cause | null {
  const { state, decision, subject } = home;
  if (decision.kind === 'refused') return refusalCause(state, decision, packet.source, subject);
  if (outDevice(decision) === device) return null;
  return deeperFault(home.misrouted) ?? throwCause(state, decision, packet.source, subject);
}

function faultBehind({ state, device, packet }: Arrival, back: RouteDecision | null): Cause | null {
  if (!back) return null;
  const { source, destination, tos, protocol } = packet;
  const flow = flowOf(source, { source: destination, tos, protocol, anySource: true });
  const subject = `packets from ${formatIp(destination)}`;
  if (back.kind === 'refused') return refusalCause(state, back, source, subject);
  const markless = marksIgnored(state, device);
  return (
    deeperFault({ state, flow, decision: back, wanted: device, subject, markless }) ??
    throwCause(state, back, source, subject)
  );
}

function filterCause(arrival: Arrival, passage: Passage, verdict: Dropped): Cause {
  const { state, what, packet, device } = arrival;
  if (verdict.because === 'source-is-local') return martian(arrival, verdict);
  const mode = verdict.mode === 1 ? 'strict' : 'loose';
  const marks = markSource(state, device, passage);
  const doubts = verdict.back ? rulesInDoubt(verdict.back) : [];
  return causeOf({
    kind: verdict.mode === 1 ? 'rp-filter-strict' : 'rp-filter-loose',
    host: state.name,
    sentence: `the ${mode} reverse-path filter of ${state.name} drops ${what}, which came in by ${device}: ${wayBack(verdict.back, packet.source)}`,
    sources: [
      ...sysctlSources(verdict.sysctls.filter(isMode), `${mode}: effective on ${device}`),
      ...marks.sources,
      ...backSources(arrival, verdict.back),
    ],
    notes: [
      ...translatedBefore(arrival, passage),
      'a capture is made before this filter, so the packet is seen and still never reaches the program',
      'the mode is the greater of conf.all.rp_filter and that of the interface; `nstat -az TcpExtIPReversePathFilter` counts the drops',
      ...marks.notes,
    ],
    decision: verdict.back,
    confidence: doubts.length > 0 ? 'likely' : 'certain',
    missing: doubts,
  });
}

/** The check is made behind prerouting. */
function translatedBefore({ packet: { destination } }: Arrival, { packet }: Passage): string[] {
  if (sameIp(destination, packet.destination)) return [];
  const [asked, now] = [formatIp(destination), formatIp(packet.destination)];
  return [`${asked} was translated to ${now} before: the way back is looked up from ${now}`];
}

/** The check consults other settings as well; the mode is what it was dropped by. */
function isMode({
  span,
}: {
  readonly span: { readonly source: { readonly text: string }; readonly start: number; readonly end: number };
}): boolean {
  return span.source.text.slice(span.start, span.end).includes('rp_filter');
}

function wayBack(back: RouteDecision | null, source: Ip): string {
  const device = back && outDevice(back);
  return device
    ? `the route back to ${formatIp(source)} leaves by ${device}`
    : `there is no route back to ${formatIp(source)}`;
}

function backSources({ state, packet, device }: Arrival, back: RouteDecision | null) {
  return back?.kind === 'route' ? asContext(routeSources(state, back, packet.source, device)) : [];
}

function martian({ state, what, packet, device }: Arrival, verdict: { back: RouteDecision | null }): Cause {
  const own = state.addresses.find((one) => formatIp(one.prefix.address) === formatIp(packet.source));
  const { back } = verdict;
  const route = back?.kind === 'route' && back.type === 'local' ? back.route : null;
  const [why, sources]: [string, CauseSource[]] = own
    ? [
        'is one of its own addresses',
        [{ span: own.span, mark: 'decides', label: 'its own address', where: null }],
      ]
    : route
      ? [
          `is one of its own by a route of type local, which takes in all of ${formatPrefix(route.destination)}`,
          [decidingRoute(state, route, null, 'its own, too')],
        ]
      : ['is one of its own addresses', []];
  return causeOf({
    kind: 'martian-source',
    host: state.name,
    sentence: `${state.name} drops ${what} from ${formatIp(packet.source)} at ${device}: that source ${why}`,
    sources,
    decision: back,
  });
}
