import { formatIp, type Ip } from '../addr/ip.ts';
import { nanosBetween } from '../addr/time.ts';
import type { ExchangeGroup } from '../exchange/correlation.ts';
import type { Exchange } from '../exchange/exchange.ts';

/** How soon the answer comes, if it is one: as long as the reply window is unless told otherwise. */
const SOON_NS = 5e9;
/** Below, a port is a service's, which is asked and does not ask. */
const LEAST_CLIENT_PORT = 1024;

/**
 * A server may answer a datagram from a port of its own choice, as TFTP's do (RFC 1350 section 4, transfer identifiers): the
 * answer goes from the address asked to the port that asked, and looks like a question of its own. Such groups are joined.
 */
export function joinMovedPorts(groups: readonly ExchangeGroup[]): readonly ExchangeGroup[] {
  const silent = groups.filter(isSilent);
  if (silent.length === 0) return groups;
  const back = byTarget(groups);
  const joined = new Map<ExchangeGroup, ExchangeGroup>();
  const taken = new Set<ExchangeGroup>();
  for (const group of silent) {
    if (taken.has(group)) continue;
    const answers = answersTo(group, back.get(keyOf(group.ends.dst, group.ends.src)) ?? []);
    if (!answers) continue;
    joined.set(group, answers.joined);
    for (const one of answers.groups) if (isSilent(one)) taken.add(one);
  }
  return groups.flatMap((one) => (taken.has(one) ? [] : [joined.get(one) ?? one]));
}

/** Of datagrams that came once and to which nothing was seen. */
function isSilent(group: ExchangeGroup): boolean {
  // Of most groups nobody asks for more than this: the rest is made when it is asked for.
  if (group.protocol !== 'udp' || group.shape !== null) return false;
  if (group.src === null || group.dstPort === null) return false;
  return group.examples.every(
    ({ replies, errors, retransmitted, dns, translated }) =>
      replies.length + errors.length === 0 && !retransmitted && !dns && translated === null,
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
  readonly groups: readonly ExchangeGroup[];
}

/** Null unless each example has its answer and there are as many of them as questions. */
function answersTo(group: ExchangeGroup, back: readonly ExchangeGroup[]): Answers | null {
  const found = group.examples.map((one) => answerTo(one, back));
  const examples = found.flatMap((one) => (one ? [one.exchange] : []));
  if (examples.length < found.length) return null;
  const own = new Set(found.flatMap((one) => (one ? [one.group] : [])));
  const told = [...own].reduce((sum, { count }) => sum + count, 0);
  // Of the others no port is kept: as many answers as they are, each from a port of its own, and no other datagram besides.
  const more = group.count > told ? back.filter((one) => !own.has(one) && within(one, group)) : [];
  if (told + more.length < group.count || (more.length > 0 && !areTransfers(more, group.count - told)))
    return null;
  const groups = [...own, ...more];
  const { protocol, src, dst, dstPort, sourcePort, sizes, count, first, last, ends } = group;
  const plain = { protocol, src, dst, dstPort, sourcePort, sizes, count, first, last, ends };
  return { joined: { ...plain, shape: null, examples }, groups };
}

function areTransfers(groups: readonly ExchangeGroup[], count: number): boolean {
  const ports = new Set(groups.map(({ sourcePort }) => sourcePort));
  return groups.length === count && ports.size === count && !ports.has(null);
}

function answerTo(asked: Exchange, back: readonly ExchangeGroup[]) {
  for (const group of back.filter((one) => one.dstPort === asked.srcPort)) {
    const answer = group.examples.find(({ first }) => isSoon(nanosBetween(first, asked.first)));
    // Who refuses it had not asked there, or takes no answer from another port.
    if (!answer || answer.errors.length > 0) continue;
    const { requests: replies, requestCount: replyCount, last } = answer;
    return { group, exchange: { ...asked, replies, replyCount, last } };
  }
  return null;
}

function within(one: ExchangeGroup, { first, last }: ExchangeGroup): boolean {
  return nanosBetween(one.first, first) >= 0 && nanosBetween(one.first, last) <= SOON_NS;
}

function isSoon(laterNs: number): boolean {
  return laterNs >= 0 && laterNs <= SOON_NS;
}
