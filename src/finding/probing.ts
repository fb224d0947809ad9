import { formatIp } from '../addr/ip.ts';
import type { ExchangeGroup } from '../exchange/correlation.ts';
import { MOST_HOPS } from '../exchange/most-hops.ts';
import type { FindingKind } from './finding.ts';
import type { Outcome } from './outcome.ts';
import { isShortLived, sentTtl } from './sent-ttl.ts';

/** What becomes of the probes of a traceroute or mtr by their nature: of datagrams the answers are few, as they are rationed. */
const EXPECTED: ReadonlySet<FindingKind> = new Set([
  'rejected',
  'refused',
  'request-lost',
  'no-reply-seen',
  'reply-not-accepted',
]);
/** Three probes a hop, as is usual. */
const MOST_PROBES = 3 * MOST_HOPS;
/** Where traceroute asks by UDP, port by port (its manual page); nobody listens there. */
const TRACEROUTE_PORTS = { first: 33434, last: 33434 + MOST_PROBES };

interface Judgement {
  readonly group: ExchangeGroup;
  readonly outcome: Outcome;
}

/** The TTLs of probes that failed and were sent with too small ones, by who asked whom. */
export class Series {
  private readonly ttls = new Map<string, Set<number>>();

  constructor(judged: readonly Judgement[]) {
    for (const { group, outcome } of judged) {
      if (outcome.kind !== 'found' || outcome.level !== 'error') continue;
      const key = keyOf(group);
      const known = this.ttls.get(key) ?? new Set();
      this.ttls.set(key, known);
      for (const { requests } of group.examples) if (isShortLived(requests)) known.add(sentTtl(requests));
    }
  }

  /**
   * Whether it is of a tool that looks for the way: with TTLs that differ, all of them so small that a system would not
   * choose them. What always bears the same small TTL is of a host that is set so.
   */
  has({ group, outcome }: Judgement): boolean {
    if (outcome.kind !== 'found' || !isExpected(group, outcome.finding)) return false;
    if (group.src === null || !isOfShortLived(group)) return false;
    return asksTraceroutePort(group) || (this.ttls.get(keyOf(group))?.size ?? 0) > 1;
  }
}

function asksTraceroutePort({ protocol, dstPort }: ExchangeGroup): boolean {
  const { first, last } = TRACEROUTE_PORTS;
  return protocol === 'udp' && dstPort !== null && dstPort >= first && dstPort <= last;
}

function keyOf({ protocol, src, dst }: ExchangeGroup): string {
  return `${protocol} ${src && formatIp(src)} ${formatIp(dst)}`;
}

function isExpected({ protocol }: ExchangeGroup, finding: FindingKind): boolean {
  return EXPECTED.has(finding) || (finding === 'unanswered' && protocol === 'udp');
}

/**
 * Of many only a few are looked at. What was refused is grouped by its TTL, too; else the others may be of another program, save
 * where they share its socket or identifier. A system sends a SYN again that nobody answers, and so makes another group of it.
 */
export function isOfShortLived(group: ExchangeGroup): boolean {
  const { examples, count, sourcePort, protocol } = group;
  if (!examples.every(({ requests }) => isShortLived(requests))) return false;
  const [{ errors, resets, replies, retransmitted }] = examples;
  if (replies.length === 0 && errors.length + resets.length > 0) return true;
  if (count <= examples.length || sourcePort !== null || asksTraceroutePort(group)) return true;
  return protocol === 'tcp' && !retransmitted && count <= MOST_PROBES;
}
