import { formatIp, sameIp } from '../addr/ip.ts';
import type { NeighbourAnswer, NeighbourQuestion } from '../exchange/correlation.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { Finding } from '../finding/finding.ts';
import { isHostUnreachable } from '../finding/icmp-error.ts';
import { askedDuring } from '../finding/neighbour.ts';
import { type ArpAnswer, answerArp } from '../linux/arp-answer.ts';
import type { Missing } from '../linux/decision.ts';
import type { HostState } from '../linux/host-state.ts';
import type { Packet } from '../linux/packet.ts';
import type { Passage } from '../linux/passage.ts';
import { arrivalStep, arrive } from './arrival-step.ts';
import type { Cause, CauseSource } from './cause.ts';
import { LONGEST_CHAIN } from './chain.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { atMost, causeOf } from './draft.ts';
import { notOwn } from './not-own.ts';
import { asContext, outDevice, routeSources, sysctlSources } from './quote.ts';
import { realServer } from './real-server.ts';
import { isInner } from './trip/link.ts';

/** Fewer may be the capture's edge. */
export const ASKED_IN_VAIN = 2;

/**
 * Where the network seems to have lost a packet, or a neighbour not to answer, although a host of ours was asked for its
 * link-layer address then and kept silent, as its own capture shows: that host is to blame.
 */
export function withSilence(causes: Cause[], finding: Finding, context: ReasonContext): Cause[] {
  const at = causes.findIndex((cause) => blamesAnother(cause, finding));
  const fitting =
    at < 0 ? [] : context.unheeded.filter((one) => explains(one, finding, causes[at], context.answers));
  // Several cards on one link hear the same question, and it is for the one that bears the address to answer.
  const question = fitting.find((one) => isOfBearer(one, context)) ?? fitting[0];
  if (!question) return causes;
  const { kind } = causes[at];
  // That a router said so was seen; it follows from the silence.
  const seen = kind === 'rejected-by-network' ? [causes[at]] : [];
  return [...causes.slice(0, at), ...silenceOf(question, context), ...seen, ...causes.slice(at + 1)].slice(
    0,
    LONGEST_CHAIN,
  );
}

function isOfBearer({ host, interface: device, target }: NeighbourQuestion, context: ReasonContext): boolean {
  const addresses = stateOf(context, host)?.addresses ?? [];
  return addresses.some((one) => one.device === device && sameIp(one.prefix.address, target));
}

function blamesAnother({ kind }: Cause, finding: Finding): boolean {
  if (kind === 'rejected-by-network') return hopErrors(finding).length > 0;
  return kind === 'lost-in-network' || kind === 'next-hop-unresolved';
}

/** Routers that found nobody on their link. */
export function hopErrors({ evidence, examples }: Finding): Sighting[] {
  const told = evidence.filter((one) => one.kind === 'icmp-error');
  return [...told, ...(examples[0]?.errors ?? [])].filter(isHostUnreachable);
}

function explains(
  question: NeighbourQuestion,
  finding: Finding,
  cause: Cause,
  answers: readonly NeighbourAnswer[],
): boolean {
  if (question.count < ASKED_IN_VAIN || question.host === cause.host) return false;
  if (!askedDuring(question, finding)) return false;
  if (answers.some((one) => answersFor(one, question) && askedDuring(one, finding))) return false;
  if (finding.witness.missing.some((gap) => gap.kind === 'one-direction' && gap.host === question.host))
    return false;
  return isFor(question, finding, cause);
}

/** It answers others who ask for the same address: so the one asker is none that mattered, or is answered as well. */
function answersFor({ host, direction, target }: NeighbourAnswer, question: NeighbourQuestion): boolean {
  return host === question.host && direction === 'out' && sameIp(target, question.target);
}

/** Of a reply that left its host the originator is asked for, else the responder. */
function isFor({ host, target }: NeighbourQuestion, finding: Finding, { kind }: Cause): boolean {
  if (kind === 'next-hop-unresolved') return sameIp(finding.unresolved?.target, target);
  const [exchange] = finding.examples;
  if (finding.path.replyLeft) return host === finding.originator && sameIp(exchange?.src, target);
  const { probe, translated } = finding;
  return host === finding.responder && [probe.dst, translated?.dst].some((one) => sameIp(one, target));
}

function silenceOf(question: NeighbourQuestion, context: ReasonContext): Cause[] {
  const state = stateOf(context, question.host);
  const device = question.interface;
  if (!state || device === null) return [silent(question, [])];
  const bearer = state.addresses.find((one) => sameIp(one.prefix.address, question.target))?.device;
  // Addresses on a loopback or dummy device are often meant to be silent: others answer for them.
  const limit = bearer && isInner(state, bearer) ? 'likely' : 'certain';
  const meant = bearer && isInner(state, bearer) ? onPurpose(question, state, device, bearer) : null;
  const causes = meant
    ? [meant]
    : question.target.family === 4
      ? silenceByArp(question, state, device)
      : byFirewall(question, state, device);
  return causes.map((cause) => ({ ...atMost(cause, limit), notes: [seenWords(question), ...cause.notes] }));
}

/** Null where no setting tells the host to be silent. */
function onPurpose(
  question: NeighbourQuestion,
  state: HostState,
  device: string,
  bearer: string,
): Cause | null {
  const { tell: asker, target } = question;
  const answer = target.family === 4 ? answerArp({ state, device, asker, target }) : null;
  if (answer?.kind !== 'ignored') return null;
  const { sources } = ignored(question, state, device, answer);
  return realServer({ state, address: target, device, bearer, mode: answer.mode, sources });
}

/** What the host would be asked, as far as it is known beforehand. */
export type Asked = Pick<NeighbourQuestion, 'host' | 'interface' | 'target' | 'tell'>;

/** Why the host keeps silent on the device, by its own state; an open cause where that does not tell. */
export function silenceByArp(question: Asked, state: HostState, device: string): Cause[] {
  const { tell: asker, target } = question;
  const answer = answerArp({ state, device, asker, target });
  switch (answer.kind) {
    case 'ignored':
      return [ignored(question, state, device, answer)];
    case 'filtered':
      return [filtered(question, state, answer)];
    case 'not-taken':
      return notTaken(question, state, device, answer.decision);
    case 'no-arp':
      return [silent(question, linkSource(state, device), ': the interface takes part in no ARP')];
    default:
      return [unsettled(question, answer.kind === 'cannot-tell' ? answer.missing : [])];
  }
}

function ignored(
  question: Asked,
  state: HostState,
  device: string,
  { mode, setting }: Extract<ArpAnswer, { kind: 'ignored' }>,
): Cause {
  const bearer = state.addresses.find((one) => sameIp(one.prefix.address, question.target));
  const where =
    bearer && bearer.device !== device ? `, and ${formatIp(question.target)} sits on ${bearer.device}` : '';
  const deciding = setting.sysctls.filter((one) => Number.parseInt(one.value, 10) === mode);
  return silent(
    question,
    [
      ...sysctlSources(deciding, `arp_ignore ${mode}: effective on ${device}`),
      ...(bearer
        ? [{ span: bearer.span, mark: 'context', label: 'the address asked for', where: null } as const]
        : []),
    ],
    `: arp_ignore is ${mode} (${MODES[mode] ?? 'not in use'})${where}`,
  );
}

/** Documentation/networking/ip-sysctl.rst. */
const MODES: Readonly<Record<number, string>> = {
  1: 'answer only for addresses of the interface that was asked',
  2: 'answer only for addresses of the interface that was asked, and only askers of the same network',
  3: 'do not answer for addresses of scope host',
  8: 'never answer',
};

function filtered(
  question: Asked,
  state: HostState,
  { setting, back }: Extract<ArpAnswer, { kind: 'filtered' }>,
): Cause {
  const way = outDevice(back);
  const leads = way ? `leaves by ${way}` : 'does not exist';
  return causeOf({
    ...silent(
      question,
      [
        ...sysctlSources(
          setting.sysctls.filter((one) => one.value !== '0'),
          'answers by the way home only',
        ),
        ...(back.kind === 'route'
          ? asContext(routeSources(state, back, question.tell, question.interface))
          : []),
      ],
      `: arp_filter is set, and the route to the asker ${leads}`,
    ),
    decision: back,
  });
}

/** arp_process asks the same lookup that a packet from the asker would go through. */
function notTaken(
  question: Asked,
  state: HostState,
  device: string,
  decision: Extract<ArpAnswer, { kind: 'not-taken' }>['decision'],
): Cause[] {
  const packet = questionPacket(question);
  const own = notOwn(state, question.target, decision);
  if (own) {
    const cause = causeOf({ ...silent(question, own.sources, `: ${own.why}`), decision });
    return [own.doubtful ? atMost(cause, 'likely') : cause];
  }
  const filter = decision.kind === 'no-route' ? decision.filter : null;
  if (!filter || filter.kind === 'cannot-tell') return [causeOf({ ...unsettled(question, []), decision })];
  const outcome = { kind: 'reverse-path', verdict: { ...filter, kind: filter.kind } } as const;
  const passage: Passage = { ...NOTHING_DONE, outcome, packet, decision };
  const arrival = { state, device, packet, connection: null, what: whatWasAsked(question) };
  return [...arrivalStep(arrival, passage, null).causes];
}

const NOTHING_DONE = { mark: 0, connection: null, before: null, changes: [], accepts: [], missing: [] };

/** Neighbour discovery is ICMPv6, which filters may drop. */
function byFirewall(question: Asked, state: HostState, device: string): Cause[] {
  const bearer = state.addresses.find((one) => sameIp(one.prefix.address, question.target));
  const unused = ['tentative', 'dadfailed'].find((flag) => bearer?.flags.has(flag));
  if (bearer && unused) {
    const source: CauseSource = { span: bearer.span, mark: 'decides', label: unused, where: null };
    return [silent(question, [source], `: the address is ${unused}, so that it is not in use`)];
  }
  const what = whatWasAsked(question);
  const arrival = { state, device, packet: questionPacket(question), connection: null, what };
  const { causes, missing } = arrivalStep(arrival, arrive(arrival), null);
  return causes.length > 0 ? [...causes] : [unsettled(question, missing)];
}

const ICMP6 = 58;
const NEIGHBOUR_SOLICITATION = 135;

function questionPacket({ tell, target }: Asked): Packet {
  const ndp = target.family === 6;
  return {
    source: tell,
    destination: target,
    protocol: ndp ? ICMP6 : 0,
    sourcePort: 0,
    destinationPort: 0,
    icmp: ndp ? { type: NEIGHBOUR_SOLICITATION, code: 0 } : null,
    tcpFlags: null,
    tos: 0,
    ttl: ndp ? 255 : null,
    lengthBytes: null,
  };
}

function linkSource(state: HostState, device: string): CauseSource[] {
  const link = state.links.find((one) => one.name === device);
  return link ? [{ span: link.span, mark: 'decides', label: 'no ARP', where: null }] : [];
}

function silent(question: Asked, sources: readonly CauseSource[], why = ''): Cause {
  const { host, interface: device } = question;
  const on = device === null ? '' : ` on ${device}`;
  return causeOf({
    kind: 'next-hop-unresolved',
    host,
    sentence: `${host} does not answer ${whatWasAsked(question)}${on}${why}`,
    sources,
  });
}

/** It kept silent, and its state does not tell why. */
function unsettled(question: Asked, missing: readonly Missing[]): Cause {
  const { host, target } = question;
  const rules = target.family === 4 ? 'arptables-save; nft list tables arp' : 'nft list ruleset';
  return {
    ...silent(question, []),
    confidence: 'likely',
    notes: [
      missing.length > 0
        ? 'a setting of the host may make it so, as may a filter'
        : 'its settings let it answer: a filter drops the question, or the capture leaves answers out',
    ],
    missing: missing.length > 0 ? missing : [{ kind: 'unmodelled', what: `${rules} (on ${host})` }],
  };
}

/** In the plural. */
export function whatWasAsked({ target }: Pick<Asked, 'target'>): string {
  return `${target.family === 4 ? 'ARP requests' : 'neighbour solicitations'} for ${formatIp(target)}`;
}

export function seenWords({ count, tell, examples: [first] }: NeighbourQuestion): string {
  const where = first ? `, first in ${first.file}, frame ${first.frame}` : '';
  return `seen ${count} times${where}: asked by ${formatIp(tell)}, and no answer left`;
}
