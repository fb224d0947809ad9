import { type HostIdentity, hostBearing, interfaceBearing } from '../addr/identity.ts';
import { sameIp } from '../addr/ip.ts';
import { contains, type Prefix } from '../addr/prefix.ts';
import type { NeighbourQuestion } from '../exchange/correlation.ts';
import type { Coverage } from '../exchange/exchange.ts';
import type { Finding, Level } from './finding.ts';
import { isHostUnreachable } from './icmp-error.ts';
import type { Judged } from './judged.ts';
import { mergeAlike } from './merge.ts';
import { askedDuring, unresolvedOf } from './neighbour.ts';
import { worked } from './outcome.ts';
import { witnessOf } from './witness.ts';

/** Linux asks three times by default (`mcast_solicit`); fewer unanswered questions may be the capture's edge. */
const ASKED_IN_VAIN = 2;

export interface NotSentContext {
  readonly identities: readonly HostIdentity[];
  readonly coverage: readonly Coverage[];
  /** Findings about packets that were seen: a question they explain is no finding of its own. */
  readonly findings: readonly Finding[];
  readonly judged: readonly Judged[];
  /** Networks of which either end lies in one; none: all is wanted. */
  readonly between: readonly Prefix[];
}

/** Questions for a link-layer address that nobody answered, where no packet ever followed: request-not-sent. */
export function notSentFindings(questions: readonly NeighbourQuestion[], context: NotSentContext): Finding[] {
  const told = questions.flatMap((question) => {
    const level = levelOf(question, context);
    return level ? [notSent(question, level, context)] : [];
  });
  return mergeAlike(told);
}

/**
 * Every network has addresses that are asked for in vain. It is an error where the question is for another host of ours
 * or for an address that does not belong on the link, and where nothing else was sent that worked. Where other packets
 * of the host went well by the same interface it is not worth a word; where all else went well, a note. Where the host
 * tells itself that its request was not sent, it is an error whatever else went well.
 */
function levelOf(question: NeighbourQuestion, context: NotSentContext): Level | null {
  const { identities, findings, between } = context;
  const told = question.failures.length > 0;
  if ((question.count < ASKED_IN_VAIN && !told) || sameIp(question.target, question.tell)) return null;
  if (isOwn(question, identities)) return null;
  if (findings.some((finding) => explains(finding, question, identities))) return null;
  if (told) return 'error';
  // It may be the gateway of what is looked for, or have nothing to do with it.
  if (between.length > 0 && !between.some((network) => touches(network, question))) return 'note';
  if (hostBearing(identities, question.target) || isOffLink(question, identities)) return 'error';
  const good = context.judged.filter((one) => worked(one.outcome));
  if (good.some((one) => leftBy(one, question))) return null;
  return good.length > 0 && !findings.some((one) => one.level === 'error') ? 'note' : 'error';
}

function touches(network: Prefix, { target, tell }: NeighbourQuestion): boolean {
  return contains(network, target) || contains(network, tell);
}

function isOwn({ host, target }: NeighbourQuestion, identities: readonly HostIdentity[]): boolean {
  const own = identities.find((one) => one.host === host);
  return own !== undefined && interfaceBearing(own, target) !== undefined;
}

/** IPv4 only: in IPv6 a router may announce any prefix as on-link without an address from it. */
function isOffLink(question: NeighbourQuestion, identities: readonly HostIdentity[]): boolean {
  if (question.target.family !== 4) return false;
  const own = identities.find((one) => one.host === question.host);
  const asking = own?.interfaces.find((one) => one.name === question.interface);
  const prefixes = asking?.addresses.filter((prefix) => prefix.address.family === 4) ?? [];
  return prefixes.length > 0 && !prefixes.some((prefix) => contains(prefix, question.target));
}

function leftBy({ one }: Judged, { host, interface: device }: NeighbourQuestion): boolean {
  const left = one.roles.originator === host ? one.stages.requestLeft : null;
  return left !== null && left.interface === device;
}

/** The responder of an unanswered request asks for its own next hop, and the finding about that request tells it. */
function explains(
  finding: Finding,
  question: NeighbourQuestion,
  identities: readonly HostIdentity[],
): boolean {
  const { kind, level, responder, unresolved, probe, path } = finding;
  const { host, target } = question;
  if (level !== 'error') return false;
  if (kind === 'rejected') return gaveUp(finding, question);
  if (responder !== host) return false;
  if (unresolved && sameIp(unresolved.target, target)) return true;
  // Another host of ours is none that the answer to this one would go by.
  if (hostBearing(identities, target) && !sameIp(probe.src, target)) return false;
  if (kind === 'asymmetric-request') return path.replyLeft === null;
  return kind === 'unanswered' || kind === 'no-reply-seen' || kind === 'asymmetric-reply';
}

/** A host that asked in vain tells whoever sent the packet that waited for the answer (arp_error_report, ndisc_error_report). */
function gaveUp({ evidence, first, last }: Finding, question: NeighbourQuestion): boolean {
  // What the host tells itself is of a request of its own.
  if (question.failures.length > 0 || !askedDuring(question, { first, last })) return false;
  return evidence.some(
    (one) => one.host === question.host && one.direction === 'out' && isHostUnreachable(one),
  );
}

function notSent(
  question: NeighbourQuestion,
  level: Level,
  { identities, coverage }: NotSentContext,
): Finding {
  const peer = hostBearing(identities, question.target);
  const roles = { originator: question.host, responder: peer?.host ?? null };
  const { first, last, count, target, failures } = question;
  const protocol = target.family === 4 ? 'icmp' : 'icmp6';
  const absence = { first, last, count, family: target.family, protocol } as const;
  return {
    kind: 'request-not-sent',
    level,
    success: 'no',
    basis: 'seen',
    protocol,
    ...roles,
    probe: { ...endsOf(question, peer !== undefined), dstPort: null },
    count,
    answeredAlike: 0,
    answeredUnseen: 0,
    probing: false,
    first,
    last,
    path: { requestLeft: null, requestReached: null, replyLeft: null, replyReached: null },
    stray: null,
    heldBack: null,
    translated: null,
    translator: null,
    distinction: null,
    late: null,
    evidence: [...question.examples.slice(0, 3), ...failures.slice(0, 1)],
    examples: [],
    unresolved: unresolvedOf(question),
    witness: witnessOf(roles, absence, coverage, identities),
  };
}

/** Of the request: as the host's own errors say it, else as who asks for the peer itself must mean it. */
function endsOf(
  { tell, target, failures }: NeighbourQuestion,
  forPeer: boolean,
): Omit<Finding['probe'], 'dstPort'> {
  const [told] = failures;
  if (told?.target && failures.every((one) => sameIp(one.target, told.target)))
    return { src: told.src, dst: told.target };
  return forPeer ? { src: tell, dst: target } : { src: null, dst: null };
}
