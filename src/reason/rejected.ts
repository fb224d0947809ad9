import { type HostIdentity, hostBearing, interfaceBearing } from '../addr/identity.ts';
import { formatIp, sameIp } from '../addr/ip.ts';
import type { Sighting } from '../exchange/sighting.ts';
import { senderOf } from '../finding/error-sender.ts';
import type { Finding } from '../finding/finding.ts';
import {
  isHostUnreachable,
  isNoWay,
  isPortUnreachable,
  isReassemblyTimeout,
  isSizeError,
  isTimeExceeded,
} from '../finding/icmp-error.ts';
import { isShortLived } from '../finding/sent-ttl.ts';
import type { HostState } from '../linux/host-state.ts';
import { bearerDown } from './bearer-down.ts';
import type { Cause, CauseKind } from './cause.ts';
import { LONGEST_CHAIN } from './chain.ts';
import { circlesThrough } from './circle.ts';
import { called, type ReasonContext, stateOf } from './context.ts';
import { besideOf } from './departure.ts';
import { causeOf } from './draft.ts';
import { sizeUntold } from './error-fate.ts';
import { refusedOnTheWay } from './host-on-the-way.ts';
import { errorName, isUnreachable } from './icmp-error.ts';
import { firewallGap, nftGap, silentHost } from './not-enough.ts';
import { notPassedOn } from './passed-on.ts';
import { udpPortClosed } from './port-closed.ts';
import { rejectRule } from './reject-rule.ts';
import { type Request, requestOf } from './request.ts';
import { respond } from './responder.ts';
import { type Expired, leaving, sentTooShort } from './sent-ttl.ts';
import { boundElsewhere, listens } from './socket.ts';

/** An ICMP error quotes the request: who sent it and what it says. */
export function explainRejected(finding: Finding, context: ReasonContext): Cause[] {
  const error = errorOf(finding);
  if (!error) return [];
  if (isOfResponder(finding, context)) return [byResponder(finding, error, context)];
  return refusedBetween({ finding, context, error, reply: false });
}

function errorOf({ evidence, examples }: Finding): Sighting | undefined {
  return evidence.find((one) => one.kind === 'icmp-error') ?? examples[0]?.errors[0];
}

/** Whether the host that was asked sent the error itself. */
export function isOfResponder(finding: Finding, { identities }: ReasonContext): boolean {
  const error = errorOf(finding);
  const bearer = error && hostBearing(identities, error.src);
  return bearer
    ? bearer.host === finding.responder && isAsked(bearer, finding, error)
    : sameIp(error?.src, finding.probe.dst);
}

type Refused = Expired & { readonly error: Sighting };

/** Somebody on the way says so, who may be a host of ours. */
export function refusedBetween(expired: Refused): Cause[] {
  const { finding, context, error } = expired;
  if (isTimeExceeded(error)) return expiredOnTheWay(expired);
  const sender = senderOf(error, finding.examples[0]?.errors ?? [], context.identities);
  const own = sender && !isSizeError(error) ? refusedOnTheWay(expired, sender, error) : [];
  if (own.length > 0) return own;
  const untold = isSizeError(error)
    ? sizeUntold(finding, expired.reply ? 'responder' : 'originator', context)
    : unreachable(error, finding, context);
  const told = byNetwork(error, sender);
  const cause =
    isSizeError(error) && finding.level === 'note' ? { ...told, notes: [...told.notes, LEARNT] } : told;
  return [...untold, cause].slice(-LONGEST_CHAIN);
}

const LEARNT = 'the sender heard of it: what it sent later was answered, no larger than the link takes';

/** A router found nobody on its link, or has lost that link: where the state of the host that bears the address tells why, that comes first. */
function unreachable(error: Sighting, finding: Finding, context: ReasonContext): Cause[] {
  if (!isNoWay(error) || !error.target) return [];
  const bearer = hostBearing(context.identities, error.target)?.host ?? null;
  const down = bearerDown(stateOf(context, bearer), error.target, finding, context);
  return down ? [down] : [];
}

/** The packet's sender gave it too small a TTL, or it went in a circle, through hosts of ours or elsewhere. */
function expiredOnTheWay(expired: Refused): Cause[] {
  const { finding, context, error, reply } = expired;
  const sender = senderOf(error, finding.examples[0]?.errors ?? [], context.identities);
  const short = sentTooShort(expired);
  if (finding.probing) return [probing(byNetwork(error, sender))];
  if (short) return [short];
  const circles = circlesThrough(expired);
  if (circles.length > 0) return circles.slice(0, LONGEST_CHAIN);
  const [exchange] = finding.examples;
  const seen = (reply ? exchange?.replies : exchange?.requests) ?? [];
  const where = isShortLived(seen)
    ? called(reply ? finding.responder : finding.originator, reply ? 'responder' : 'originator')
    : sender && !seen.some((one) => one.host === sender)
      ? sender
      : null;
  return [
    where === null ? withTtl(byNetwork(error, sender), expired) : expiredSomehow(expired, where, sender),
  ];
}

function withTtl(cause: Cause, expired: Refused): Cause {
  const left = leaving(expired);
  const what = expired.reply ? 'the reply' : 'the request';
  return left
    ? { ...cause, notes: [`${what} left ${left.host} with TTL ${left.ttl}`, ...cause.notes] }
    : cause;
}

/** Who looks for the way with ever larger TTLs is told so by every router; that is no fault. */
function probing(cause: Cause): Cause {
  return { ...cause, notes: ['its TTL was made to run out there, as those of traceroute and mtr are'] };
}

function expiredSomehow({ error, reply }: Refused, host: string, sender: string | null): Cause {
  const what = reply ? 'the reply' : 'the request';
  return causeOf({
    kind: 'not-enough-information',
    host: null,
    confidence: 'possible',
    sentence: `${sender ? `${sender} itself (${formatIp(error.src)})` : formatIp(error.src)} answered "time exceeded in transit": whether ${what} was sent with a small TTL or went in a circle is not seen`,
    missing: [{ kind: 'unmodelled', what: `a capture on ${host}` }],
  });
}

/** A router among the hosts is on the way, although it is the last that saw the request. */
function isAsked(sender: HostIdentity, { probe, translated }: Finding, { target }: Sighting): boolean {
  return [probe.dst, translated?.dst, target].some((one) => !!one && !!interfaceBearing(sender, one));
}

/** @param sender the host of ours that says so, where it is one: it passes on what another refuses or does not take */
export function byNetwork(error: Sighting, sender: string | null = null): Cause {
  const kind: CauseKind = isTimeExceeded(error)
    ? 'ttl-exceeded'
    : isSizeError(error)
      ? 'path-mtu'
      : 'rejected-by-network';
  const mtu = isSizeError(error) && error.mtu > 0 ? `, its next link takes ${error.mtu} bytes` : '';
  return causeOf({
    kind,
    host: null,
    confidence: isHostUnreachable(error) ? 'likely' : 'certain',
    sentence: `${formatIp(error.src)}${sender ? ` (${sender})` : ''}, on the way, answered "${errorName(error)}"${mtu}`,
    notes: networkNotes(kind, error),
  });
}

function networkNotes(kind: CauseKind, error: Sighting): string[] {
  if (kind === 'ttl-exceeded')
    return ['the packet went through more routers than its TTL allowed, or in a circle'];
  if (!isHostUnreachable(error)) return [];
  const [question, silent] =
    error.src.family === 4
      ? ['ARP', 'arp_ignore, a strict rp_filter or a card that is down makes it so']
      : ['neighbour discovery', 'a card that is down or a firewall makes it so'];
  return [
    `a router says so when nobody answers its ${question} for the address asked: that host itself may be silent (${silent})`,
  ];
}

/** The host itself: a rule with `reject`, else a UDP port that nobody holds. */
function byResponder(finding: Finding, error: Sighting, context: ReasonContext): Cause {
  const state = stateOf(context, finding.responder);
  const request = requestOf(finding);
  const rule = state && request ? rejectRule(finding, state, request) : null;
  if (rule) return rule;
  if (finding.protocol === 'udp' && isPortUnreachable(error)) return noSocket(finding, state, request);
  const behind =
    state && request && isHostUnreachable(error) ? unreachableBehind(finding, state, request, context) : null;
  if (behind) return behind;
  if (!isUnreachable(error)) return complaint(finding, error);
  const { family } = error.src;
  const whole = state && firewallGap(state, family).length === 0 && nftGap(state, family).length === 0;
  if (whole) return silentHost(finding, state, []);
  return someRule(finding, error);
}

/** It says so of somebody behind it, to whom its own rules translate the address asked. */
function unreachableBehind(
  finding: Finding,
  state: HostState,
  request: Request,
  context: ReasonContext,
): Cause | null {
  const device = finding.path.requestReached?.interface;
  if (!device) return null;
  const { passage } = respond(finding, state, request, device);
  return notPassedOn(state, device, request.destination, passage, besideOf(finding, context));
}

/** Port unreachable is also what `reject` says by default: the sockets, or the rules, tell them apart. */
function noSocket(finding: Finding, state: HostState | undefined, request: Request | null): Cause {
  const heard = state && request ? listens(state, request) : null;
  const other = state && request && heard === false ? boundElsewhere(state, request) : null;
  if (other) return other;
  if (state && heard === true) return silentHost(finding, state, []);
  const sure = heard === false || (state && firewallGap(state, finding.probe.dst?.family ?? 4).length === 0);
  return udpPortClosed(finding, finding.probe.dstPort, sure === true);
}

/** No firewall says so, but a kernel that could not make use of the packet. */
function complaint(finding: Finding, error: Sighting): Cause {
  return causeOf({
    kind: 'unexplained',
    host: finding.responder,
    confidence: 'possible',
    sentence: `${called(finding.responder, 'responder')} itself answered "${errorName(error)}"`,
    notes: isReassemblyTimeout(error)
      ? ['fragments of the request were lost before it, or dropped by a filter on the way']
      : [],
  });
}

function someRule(finding: Finding, error: Sighting): Cause {
  const host = called(finding.responder, 'responder');
  return causeOf({
    kind: 'firewall-rejects',
    host: finding.responder,
    confidence: 'likely',
    sentence: `${host} itself answered "${errorName(error)}": a rule of its firewall rejects the request`,
    missing: [{ kind: 'firewall', what: `nft list ruleset; iptables-save (on ${host}) names the rule` }],
  });
}
