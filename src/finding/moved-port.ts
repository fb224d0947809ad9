import type { HostIdentity } from '../addr/identity.ts';
import { formatIp, type Ip, sameIp } from '../addr/ip.ts';
import { later, nanosBetween } from '../addr/time.ts';
import type { ExchangeGroup } from '../exchange/correlation.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { OtherSources } from './other-source.ts';

/** How soon the answer comes, if it is one: as long as the reply window is unless told otherwise. */
const SOON_NS = 5e9;
/** Below, a port is a service's, which is asked and does not ask. */
const LEAST_CLIENT_PORT = 1024;

/**
 * A server may answer a datagram from a port of its own choice, as TFTP's do (RFC 1350 section 4, transfer identifiers): the
 * answer goes from the address asked to the port that asked, and looks like a question of its own. A socket that is bound to no
 * address lets the route choose, so that it may come from another address of the server as well. Such groups are joined.
 */
export function joinMovedPorts(
  groups: readonly ExchangeGroup[],
  identities: readonly HostIdentity[] = [],
): readonly ExchangeGroup[] {
  const silent = groups.filter(isSilent);
  if (silent.length === 0) return groups;
  const back = byTarget(groups);
  const others = new OtherSources(groups, identities);
  const joined = new Map<ExchangeGroup, ExchangeGroup>();
  const taken = new Set<ExchangeGroup>();
  for (const group of silent) {
    if (taken.has(group)) continue;
    const from = (source: Ip) => back.get(keyOf(source, group.ends.src)) ?? [];
    const asAsked = answersTo(group, from(group.ends.dst), false);
    const other = asAsked ? null : others.of(group);
    const answers = asAsked ?? (other && answersTo(group, from(other), true));
    if (!answers) continue;
    // Who goes on talking to the other address took its answer: the question is the beginning of that exchange.
    if (other && answers.heeded) taken.add(group);
    else {
      joined.set(group, answers.joined);
      for (const one of answers.groups) if (other || isSilent(one)) taken.add(one);
    }
  }
  return groups.flatMap((one) => (taken.has(one) ? [] : [joined.get(one) ?? one]));
}

/** Of datagrams to which nothing was seen. */
function isSilent(group: ExchangeGroup): boolean {
  // Of most groups nobody asks for more than this: the rest is made when it is asked for.
  if (group.protocol !== 'udp' || group.shape !== null) return false;
  if (group.src === null || group.dstPort === null) return false;
  return group.examples.every(
    ({ replies, errors, dns, translated }) =>
      replies.length + errors.length === 0 && !dns && translated === null,
  );
}

/** Groups of datagrams by source and address asked. */
function byTarget(groups: readonly ExchangeGroup[]): Map<string, ExchangeGroup[]> {
  const back = new Map<string, ExchangeGroup[]>();
  for (const one of groups) {
    if (one.protocol !== 'udp' || one.src === null || (one.dstPort ?? 0) < LEAST_CLIENT_PORT) continue;
    const key = keyOf(one.ends.src, one.ends.dst);
    const known = back.get(key);
    if (known) known.push(one);
    else back.set(key, [one]);
  }
  return back;
}

function keyOf(src: Ip, dst: Ip): string {
  return `${formatIp(src)} ${formatIp(dst)}`;
}

interface Answers {
  readonly joined: ExchangeGroup;
  /** To each the one who asked said something in turn. */
  readonly heeded: boolean;
  readonly groups: readonly ExchangeGroup[];
}

/**
 * Null unless each example has its answer and there are as many of them as questions.
 * @param other whether they bear another source than the address asked
 */
function answersTo(group: ExchangeGroup, back: readonly ExchangeGroup[], other: boolean): Answers | null {
  const found = group.examples.map((one) => answerTo(one, back, other));
  const examples = found.flatMap((one) => (one ? [one.exchange] : []));
  if (examples.length < found.length) return null;
  const own = new Set(found.flatMap((one) => (one ? [one.group] : [])));
  const told = [...own].reduce((sum, { count }) => sum + count, 0);
  // Of the others no port is kept: as many answers as they are, each from a port of its own, and no other datagram besides.
  const more = group.count > told ? back.filter((one) => !own.has(one) && within(one, group)) : [];
  if (told + more.length < group.count || (more.length > 0 && !areTransfers(more, group.count - told)))
    return null;
  const again = group.examples.some((one) => one.retransmitted);
  if (other && !again && told + more.length > group.count) return null;
  const groups = [...own, ...more];
  const { protocol, src, dst, dstPort, sourcePort, sizes, count, first, last, ends } = group;
  const plain = { protocol, src, dst, dstPort, sourcePort, sizes, count, first, last, ends };
  const heeded = found.every((one) => one?.heeded);
  return { joined: { ...plain, shape: null, examples }, heeded, groups };
}

function areTransfers(groups: readonly ExchangeGroup[], count: number): boolean {
  const ports = new Set(groups.map(({ sourcePort }) => sourcePort));
  return groups.length === count && ports.size === count && !ports.has(null);
}

function answerTo(asked: Exchange, back: readonly ExchangeGroup[], other: boolean) {
  const here = back.filter((one) => one.dstPort === asked.srcPort);
  for (const group of here) {
    const answer = group.examples.find(({ first }) => isSoon(nanosBetween(first, asked.first)));
    if (!answer) continue;
    // Who refuses it had not asked there, or takes no answer from another port.
    if (answer.errors.length > 0 && !other) continue;
    if (asked.retransmitted && !answersEach(asked, answer, here, other)) continue;
    const { requests: replies, requestCount: replyCount, last } = answer;
    const heeded = answer.replies.length > 0;
    return { group, heeded, exchange: { ...asked, replies, replyCount, last: later(asked.last, last) } };
  }
  return null;
}

/** Who is answered does not ask again, unless the answer was lost or is not taken for one; then each question has its own. */
function answersEach(
  { requests, first, src }: Exchange,
  answer: Exchange,
  back: readonly ExchangeGroup[],
  other: boolean,
): boolean {
  const [{ host }] = answer.requests;
  const there = requests.filter((one) => one.host === host);
  const asked = there.filter((one) => one.interface === there[0].interface).length;
  const answers = back
    .filter((one) => sameIp(one.ends.src, answer.src) && nanosBetween(one.first, first) >= 0)
    .reduce((sum, { count }) => sum + count, 0);
  if (other) return asked > 0 && answers === asked;
  const arrived = answer.requests.some((one) => one.direction === 'in' && sameIp(one.dst, src));
  return asked > 0 && answers >= asked && !arrived;
}

function within(one: ExchangeGroup, { first, last }: ExchangeGroup): boolean {
  return nanosBetween(one.first, first) >= 0 && nanosBetween(one.first, last) <= SOON_NS;
}

function isSoon(laterNs: number): boolean {
  return laterNs >= 0 && laterNs <= SOON_NS;
}
