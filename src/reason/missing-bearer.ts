import { hostsBearing } from '../addr/identity.ts';
import { formatIp, type Ip, sameIp } from '../addr/ip.ts';
import { contains } from '../addr/prefix.ts';
import type { NeighbourQuestion } from '../exchange/correlation.ts';
import type { Finding } from '../finding/finding.ts';
import { askedDuring } from '../finding/neighbour.ts';
import type { HostState } from '../linux/host-state.ts';
import type { FirewallRule } from '../linux/passage.ts';
import { confKey } from '../linux/sysctl.ts';
import type { Cause, CauseSource } from './cause.ts';
import { LONGEST_CHAIN } from './chain.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { causeOf } from './draft.ts';
import { firewallSource } from './firewall-cause.ts';
import { SOURCES_TRIED } from './foreign-source.ts';
import { sendRequest } from './originator.ts';
import { asContext, ruleSource } from './quote.ts';
import { requestAt } from './request.ts';
import { ASKED_IN_VAIN, hopErrors, seenWords, whatWasAsked } from './silent-neighbour.ts';

/**
 * Where the network seems to have lost a packet, although a host of ours heard somebody look in vain for the address it is for,
 * which nobody bears: the host that sends from it without bearing it, else whoever was to bear it.
 */
export function withMissingBearer(causes: Cause[], finding: Finding, context: ReasonContext): Cause[] {
  const [first, ...others] = causes;
  // What is told before it would explain the silence.
  if (first?.kind !== 'rejected-by-network' && first?.kind !== 'lost-in-network') return causes;
  const refused = first.kind === 'rejected-by-network';
  const sought = refused ? hopErrors(finding).map(({ target }) => target) : [finding.path.requestLeft?.src];
  const question = context.overheard.find((one) => isInVain(one, sought, finding, context));
  const cause =
    question && (borrowed(question, finding, context, refused) ?? nobody(question, refused, context));
  if (!cause) return causes;
  // That a router said so was seen; it follows from the silence.
  return [cause, ...(refused ? [first] : []), ...others].slice(0, LONGEST_CHAIN);
}

function isInVain(
  question: NeighbourQuestion,
  sought: readonly (Ip | null | undefined)[],
  finding: Finding,
  { identities, answers }: ReasonContext,
): boolean {
  const { target, count } = question;
  if (count < ASKED_IN_VAIN || !sought.some((one) => sameIp(one, target))) return false;
  if (!askedDuring(question, finding) || hostsBearing(identities, target).length > 0) return false;
  return !answers.some((one) => sameIp(one.target, target) && askedDuring(one, finding));
}

/** The host that heard the question is the one that sends from the address. */
function borrowed(
  question: NeighbourQuestion,
  finding: Finding,
  context: ReasonContext,
  refused: boolean,
): Cause | null {
  const { requestLeft } = finding.path;
  const { host, target } = question;
  if (requestLeft?.host !== host || !sameIp(requestLeft.src, target)) return null;
  const state = stateOf(context, host);
  if (!state || state.addresses.length === 0) return null;
  const rule = writerOf(finding, state, requestLeft.interface);
  return causeOf({
    kind: 'next-hop-unresolved',
    host,
    confidence: rule && refused ? 'certain' : 'likely',
    sentence: `${host} sends from ${formatIp(target)}, which it does not bear, and so does not answer ${whatWasAsked(question)}${on(question)}`,
    sources: rule ? [firewallSource(rule, 'writes this source')] : [],
    notes: [seenWords(question), 'a rule that translates to an address does not make the host bear it'],
  });
}

/** The rule of the host that gives what it sends the source that was seen, whichever address it had before. */
function writerOf(finding: Finding, state: HostState, device: string | null): FirewallRule | undefined {
  const request = requestAt(finding, state.name);
  if (!request) return undefined;
  const asking = state.addresses.filter(
    (one) => one.device === device && one.prefix.address.family === request.source.family,
  );
  for (const { prefix } of asking.slice(0, SOURCES_TRIED)) {
    const { packet, changes } = sendRequest(state, { ...request, source: prefix.address }, device);
    const change = changes.findLast(({ what }) => what.kind === 'source');
    if (change && sameIp(packet.source, request.source)) return change.rule;
  }
  return undefined;
}

/** Whose address it was to be is not known: a host that sits on the link may have been meant. */
function nobody(question: NeighbourQuestion, refused: boolean, context: ReasonContext): Cause | null {
  const { host, interface: device, target } = question;
  const state = stateOf(context, host);
  if (!refused || !state || state.addresses.length === 0) return null;
  const there = state.addresses.find((one) => one.device === device && contains(one.prefix, target));
  const meant: CauseSource[] = there
    ? [{ span: there.span, mark: 'context', label: `bears this, not ${formatIp(target)}`, where: null }]
    : [];
  const off = disabledSource(state, device, target);
  const rule = off && state.rules.find(({ from }) => from && sameIp(from.address, target));
  const named = rule ? asContext(ruleSource(rule, 'is for this source')) : [];
  return causeOf({
    kind: 'next-hop-unresolved',
    host: rule ? host : null,
    confidence: 'likely',
    sentence: off
      ? `nobody answers ${whatWasAsked(question)} on the link of ${device} of ${host}, and IPv6 is disabled on ${device} of ${host}`
      : `nobody answers ${whatWasAsked(question)} on the link of ${device ?? 'a card'} of ${host}, and no host supplied is known to bear that address`,
    sources: [...(off ? [off] : []), ...named, ...meant],
    notes: [
      seenWords(question),
      off
        ? `a card on which IPv6 is disabled loses its IPv6 addresses; if ${formatIp(target)} was one of them, set it to 0 and add the address again`
        : `if ${formatIp(target)} was meant to be ${host}'s, it lacks that address; else the host that bears it is down or not on that link`,
    ],
  });
}

/** A card without IPv6 bears no address of it (addrconf_disable_change). */
function disabledSource({ sysctls }: HostState, device: string | null, { family }: Ip): CauseSource | null {
  const setting = device === null || family === 4 ? null : sysctls.get(confKey(6, device, 'disable_ipv6'));
  if (!setting || Number.parseInt(setting.value, 10) !== 1) return null;
  return { span: setting.span, mark: 'decides', label: `no IPv6 on ${device}`, where: null };
}

function on({ interface: device }: NeighbourQuestion): string {
  return device === null ? '' : ` on ${device}`;
}
