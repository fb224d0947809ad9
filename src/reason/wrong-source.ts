import { formatIp, type Ip, sameIp } from '../addr/ip.ts';
import type { Finding } from '../finding/finding.ts';
import type { HostState } from '../linux/host-state.ts';
import { bypassCause } from './bypass.ts';
import type { Cause } from './cause.ts';
import { called, type ReasonContext, stateOf } from './context.ts';
import { dnatBypass } from './dnat-bypass.ts';
import { causeOf } from './draft.ts';
import { firewallSource } from './firewall-cause.ts';
import { firewallGap } from './not-enough.ts';
import { programCause } from './program-source.ts';
import { type Request, requestAt, requestOf } from './request.ts';
import { type Responding, respond } from './responder.ts';
import { listenerOf } from './socket.ts';

/**
 * The kernel answers an echo request and a SYN from the address that was asked, whatever the route tables say. So no
 * route table is ever blamed for the source: a rewriting rule, a program or a translating box did it.
 */
export function explainWrongSource(finding: Finding, context: ReasonContext): Cause[] {
  const around = dnatBypass(finding, context);
  if (around) return [around];
  const asked = requestAt(finding, finding.responder)?.destination ?? finding.probe.dst;
  const left = finding.path.replyLeft;
  const bore = left?.src ?? finding.path.replyReached?.src ?? null;
  if (asked && bore && !sameIp(bore, asked) && (left || isOwn(finding, context, asked)))
    return [changedAtHost(finding, context, bore)];
  return bypassCause(finding, context) ?? [changedOnTheWay(finding)];
}

/** Its capture is missing, but the address asked is its own: no box on the way translates to it. */
function isOwn(finding: Finding, context: ReasonContext, asked: Ip): boolean {
  const state = stateOf(context, finding.responder);
  return state?.addresses.some((one) => sameIp(one.prefix.address, asked)) ?? false;
}

/** It left the responder with that source. */
function changedAtHost(finding: Finding, context: ReasonContext, bore: Ip): Cause {
  const state = stateOf(context, finding.responder);
  const request = requestOf(finding);
  if (!state || !request) return undecided(finding, bore);
  const device = finding.path.requestReached?.interface ?? bearer(state, request);
  const responding = device ? respond(finding, state, request, device) : null;
  const written = responding ? rewritten(responding, bore) : null;
  if (written) return written;
  const open =
    firewallGap(state, bore.family).length > 0 || responding?.home.passage.outcome.kind === 'cannot-tell';
  if (open && (finding.protocol !== 'udp' || bound(state, request))) return undecided(finding, bore);
  return programCause(state, request, bore, open);
}

/** A socket bound to the very address that was asked has no other to answer from. */
function bound(state: HostState, request: Request): boolean {
  return (listenerOf(state, request)?.address ?? null) !== null;
}

function bearer(state: HostState, { destination }: Request): string | null {
  return state.addresses.find((one) => sameIp(one.prefix.address, destination))?.device ?? null;
}

/** The responder's own rules, walked with this reply, give it the source that was seen. */
export function rewritten({ state, request, home }: Responding, bore: Ip): Cause | null {
  const change = home.passage.changes.findLast(({ what }) => what.kind === 'source');
  if (change?.what.kind !== 'source') return null;
  if (!sameIp(home.passage.packet.source, bore)) return null;
  const how = change.what.tracked
    ? ['it is not tracked as the answer to a connection, so it is translated as if it opened one']
    : ['the rule rewrites packets one by one; connection tracking would have left replies alone'];
  return causeOf({
    kind: 'reply-source-rewritten',
    host: state.name,
    sentence: `a firewall rule of ${state.name} gives its replies the source ${formatIp(bore)} instead of ${formatIp(request.destination)}`,
    sources: [firewallSource(change.rule, 'writes this source'), ...untracked(home.passage.changes)],
    notes: [
      'the kernel itself always answers from the address that was asked; no route table changes that',
      ...how,
    ],
    decision: home.decision,
  });
}

function untracked(changes: Responding['home']['passage']['changes']) {
  const taken = changes.filter(({ what }) => what.kind === 'notrack');
  return taken.map(({ rule }) =>
    firewallSource(rule, 'takes the packet out of connection tracking', 'context'),
  );
}

function undecided(finding: Finding, leftAs: Ip): Cause {
  const host = called(finding.responder, 'responder');
  return causeOf({
    kind: 'not-enough-information',
    host: null,
    confidence: 'possible',
    sentence: `it left ${host} with the source ${formatIp(leftAs)}: a rewriting rule or a program of ${host} did that, no route table can`,
    missing: [
      {
        kind: 'firewall',
        what: `nft list ruleset; iptables-save (on ${host}): a snat, masquerade or "saddr set" rule`,
      },
      {
        kind: 'unmodelled',
        what: `ss -lunp (on ${host}): a program that answers from an address of its own choice`,
      },
    ],
  });
}

function changedOnTheWay(finding: Finding): Cause {
  const host = called(finding.responder, 'responder');
  const leftRight = finding.path.replyLeft !== null;
  return causeOf({
    kind: 'not-enough-information',
    host: null,
    confidence: 'possible',
    sentence: leftRight
      ? `it left ${host} with the right source, which was changed on the way; what changed it cannot be told from the files given`
      : 'where its source was changed cannot be told from the files given',
    missing: [
      {
        kind: 'unmodelled',
        what: leftRight
          ? `a capture on the box between the hosts that translates addresses`
          : `a capture on ${host}`,
      },
    ],
  });
}
