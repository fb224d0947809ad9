import { formatIp } from '../addr/ip.ts';
import { contains } from '../addr/prefix.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { Finding } from '../finding/finding.ts';
import { isShortLived } from '../finding/sent-ttl.ts';
import { flowOf } from '../linux/flow.ts';
import type { HostState, Route } from '../linux/host-state.ts';
import { lookupOutput } from '../linux/lookup-output.ts';
import type { Passage } from '../linux/passage.ts';
import { confKey } from '../linux/sysctl.ts';
import type { Cause, CauseSource } from './cause.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { causeOf } from './draft.ts';
import { sendRequest } from './originator.ts';
import { decidingRoute, outDevice } from './quote.ts';
import { type Request, replyName, requestAt, requestOf } from './request.ts';
import { respondTo } from './responder.ts';

/** A packet that a router could not pass on for want of TTL. */
export interface Expired {
  readonly finding: Finding;
  readonly context: ReasonContext;
  /** What was said of it; null where nobody said anything. */
  readonly error: Sighting | null;
  /** Whether it is the reply. */
  readonly reply: boolean;
}

/**
 * It left its own host, as that one's capture shows, with a TTL so small that routers use it up: the host's doing, whichever router
 * says so. Null where it did not, or no capture shows it leaving.
 */
export function sentTooShort(expired: Expired): Cause | null {
  const left = leaving(expired);
  const { context, error, reply } = expired;
  const state = stateOf(context, left?.host ?? null);
  if (!left || !(error ? isShortLived([left]) : left.ttl <= 1 && needsRouter(state, left))) return null;
  const source = state ? settingOf(expired, state, left) : null;
  const [what, limit] = [reply ? 'the reply' : 'the request', left.src.family === 4 ? 'TTL' : 'hop limit'];
  const end = error
    ? `on its way to ${formatIp(left.dst)} that ran out at ${formatIp(error.src)}, which answered "time exceeded in transit"`
    : `no router passes it on to ${formatIp(left.dst)}`;
  return causeOf({
    kind: 'ttl-exceeded',
    host: left.host,
    // No router passes on a packet with 1; of more it may have been robbed by a circle.
    confidence: left.ttl <= 1 && error ? 'certain' : 'likely',
    sentence: `${left.host} sent ${what} with a ${limit} of ${left.ttl}: ${end}`,
    sources: source ? [source] : [],
    notes: source ? [] : [untold(state)],
  });
}

/** By the tables of the host it goes to a gateway, and not to somebody on a link. */
function needsRouter(state: HostState | undefined, { src, dst }: Sighting): boolean {
  if (!state || state.addresses.some(({ prefix }) => contains(prefix, dst))) return false;
  const decision = lookupOutput(state, flowOf(dst, { source: src, anySource: true }));
  return decision.kind === 'route' && decision.gateway !== null;
}

function untold(state: HostState | undefined): string {
  const program = 'a program may ask for that, as traceroute and `ping -t` do';
  if (!state)
    return `${program}; so may a firewall rule, a route (hoplimit) or sysctl (ip_default_ttl, hop_limit)`;
  return `${program}: nothing in the files of ${state.name} sets it`;
}

/** As the capture of its own host shows it; undefined where none does. */
export function leaving({ finding, reply }: Expired): Sighting | undefined {
  const [exchange] = finding.examples;
  const host = reply ? finding.responder : finding.originator;
  const seen = reply ? [...(exchange?.replies ?? []), ...(exchange?.resets ?? [])] : exchange?.requests;
  const first = seen?.find((one) => one.host === host);
  return first?.direction === 'in' ? undefined : first;
}

/** The line that gives such packets this TTL: the rule that came last, the route, or the host's own default. */
function settingOf(expired: Expired, state: HostState, left: Sighting): CauseSource | null {
  const passage = passageOf(expired, state, left);
  const limit = left.src.family === 4 ? 'TTL' : 'hop limit';
  const label = `gives it the ${limit} ${left.ttl}`;
  const change = passage?.changes.findLast(({ what }) => what.kind === 'ttl');
  if (change?.what.kind === 'ttl' && change.what.value === left.ttl)
    return { span: change.rule.span, mark: 'decides', label, where: `chain ${change.rule.chain}` };
  const route = passage?.decision?.kind === 'route' ? passage.decision.route : null;
  if (route && hopLimitOf(route) === left.ttl) return decidingRoute(state, route, null, label);
  const key =
    left.src.family === 4 ? 'net.ipv4.ip_default_ttl' : confKey(6, left.interface ?? 'all', 'hop_limit');
  const setting = state.sysctls.get(key);
  if (Number(setting?.value) !== left.ttl || (route && hopLimitOf(route) !== null)) return null;
  return { span: setting!.span, mark: 'decides', label, where: null };
}

function passageOf({ finding, reply }: Expired, state: HostState, left: Sighting): Passage | null {
  const request = requestAt(finding, left.host) ?? requestOf(finding);
  if (!request) return null;
  if (!reply) {
    const passage = sendRequest(state, untouched(request), null);
    const as = passage.decision && outDevice(passage.decision);
    return as === left.interface ? passage : sendRequest(state, untouched(request), left.interface);
  }
  const asked = finding.path.requestReached?.interface ?? left.interface;
  if (asked === null) return null;
  const refused = left.kind === 'rst';
  return respondTo(state, request, asked, replyName(finding), refused).home.passage;
}

/** As it was before rules changed what is seen of it. */
function untouched(request: Request): Request {
  return { ...request, ttl: null };
}

/** As `ip route` writes it; null: the host's default. */
function hopLimitOf({ span: { source, start, end } }: Route): number | null {
  const found = /\bhoplimit"?:?\s*(?:lock\s+)?(\d+)/.exec(source.text.slice(start, end));
  return found ? Number(found[1]) : null;
}
