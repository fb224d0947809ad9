import type { Finding } from '../finding/finding.ts';
import type { HostState } from '../linux/host-state.ts';
import type { Cause, CauseSource } from './cause.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { causeOf } from './draft.ts';
import { filterStep } from './filter-step.ts';
import { nextHopCause } from './next-hop.ts';
import { notEnough, silentHost, stateMissing } from './not-enough.ts';
import { lookupReply, replyStep } from './reply-step.ts';
import { type Request, requestOf } from './request.ts';
import { socketCause } from './socket.ts';

/** The request reached the responder and no reply left it: its filter, its program, its route or its next hop. */
export function explainUnanswered(finding: Finding, context: ReasonContext): Cause[] {
  const state = stateOf(context, finding.responder);
  const request = requestOf(finding);
  const device = finding.path.requestReached?.interface;
  if (!state || !request)
    return unresolvedOnly(finding) ?? [stateMissing(finding, 'responder', finding.responder)];
  if (!device) return [notEnough(finding, state, [{ kind: 'links', what: `ip -br link of ${state.name}` }])];
  return walk(finding, state, request, device);
}

/** In the packet's own order; the first thing that stops it is told, unless an earlier one cannot be cleared. */
function walk(finding: Finding, state: HostState, request: Request, device: string): Cause[] {
  const arrival = { state, device, ...request, what: 'the request' };
  const filter = filterStep(arrival);
  if (filter.causes.length > 0) return [...filter.causes];
  const ignored = echoIgnored(state, request) ?? socketCause(state, request);
  if (ignored) return weakened([ignored], filter.missing.length > 0);
  const reply = lookupReply(state, request, device, finding);
  const unsent = replyStep(reply, finding);
  if (unsent.causes.length > 0)
    return weakened(unsent.causes, filter.missing.length > 0 && !finding.unresolved);
  return [silentHost(finding, state, [...filter.missing, ...unsent.missing])];
}

function weakened(causes: readonly Cause[], unsure: boolean): Cause[] {
  return causes.map((cause) =>
    unsure && cause.confidence === 'certain' ? { ...cause, confidence: 'likely' } : cause,
  );
}

function unresolvedOnly(finding: Finding): Cause[] | null {
  const { unresolved } = finding;
  if (!unresolved || unresolved.host !== finding.responder) return null;
  return [nextHopCause(undefined, unresolved.target, unresolved.interface, unresolved, null, [])];
}

const ECHO_KEYS = { 4: 'net.ipv4.icmp_echo_ignore_all', 6: 'net.ipv6.icmp.echo_ignore_all' } as const;

export function echoIgnored(state: HostState, request: Request): Cause | null {
  if (request.protocol !== 'icmp') return null;
  const key = ECHO_KEYS[request.destination.family];
  const setting = state.sysctls.get(key);
  if (!setting || setting.value.trim() === '0') return null;
  const source: CauseSource = {
    span: setting.span,
    mark: 'decides',
    label: 'echo requests are ignored',
    where: null,
  };
  return causeOf({
    kind: 'echo-ignored',
    host: state.name,
    sentence: `${state.name} ignores echo requests: ${key} is ${setting.value.trim()}`,
    sources: [source],
  });
}
