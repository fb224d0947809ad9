import { nanosBetween } from '../addr/time.ts';
import type { ExchangeGroup } from '../exchange/correlation.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { FindingKind } from './finding.ts';
import type { Outcome } from './outcome.ts';
import type { Case } from './signs.ts';

/** So many datagrams from one socket, none answered, are no client that waits for an answer. */
const TOLD_NOT_ASKED = 10;
/**
 * Who asks again has waited for the answer: clients of UDP for half a second at first (RFC 8489 section 6.2.1, RFC 3261 section
 * 17.1.1.1), the hastiest of them as long as Linux's TCP (TCP_RTO_MIN).
 */
const WAITED_NS = 200e6;
/** Who repeats the same so seldom waits for an answer, however long that goes on. */
const PATIENT_NS = 1.5e9;
/** A client gives up in the end; by RFC 3261 section 17.1.2.2, after eleven times. */
const MOST_TRIES = 12;

/**
 * Services whose datagrams nothing answers, by their own specifications: syslog (RFC 5426), NetFlow, IPFIX (RFC 7011), sFlow,
 * statsd, GELF, collectd.
 */
const TOLD = [514, 2055, 4739, 6343, 8125, 12201, 25826];
/**
 * Tunnels, whose source port is a hash of the flow inside and never answered: VXLAN (RFC 7348 section 5; 8472 is what Linux
 * takes unless told otherwise), VXLAN-GPE, Geneve (RFC 8926 section 3.3), GRE (RFC 8086), MPLS (RFC 7510), GUE, LISP (RFC 9300).
 */
const TUNNELS = [4789, 8472, 4790, 6081, 4754, 6635, 6080, 4341];
const NEVER_ANSWER: ReadonlySet<number> = new Set([...TOLD, ...TUNNELS]);
/** SNMP: nothing answers a trap, but an inform is acknowledged, and repeated until it is (RFC 3416 section 4.2.7). */
const TRAPS = 162;

interface Judgement {
  readonly group: ExchangeGroup;
  readonly one: Case;
  readonly outcome: Outcome;
}

/** What stays on the host itself may be taken there, by an address that no listing of addresses shows. */
const MAY_BE_TAKEN: ReadonlySet<FindingKind> = new Set(['unanswered', 'no-reply-seen', 'request-not-sent']);

/**
 * Whether datagrams that stay without an answer look like a protocol that has none. One that never reached its host is lost all the
 * same; who asks by DNS, or asks the same again after a while, waits for an answer.
 */
export function mayBeOneWay({ group, one, outcome }: Judgement, answeredAlike: number): boolean {
  const { exchange } = one;
  if (exchange.protocol !== 'udp' || outcome.kind !== 'found' || answeredAlike > 0) return false;
  if (!MAY_BE_TAKEN.has(outcome.finding)) return false;
  if (exchange.dns || exchange.errors.length > 0 || exchange.replies.length > 0) return false;
  if (exchange.dstPort !== null && NEVER_ANSWER.has(exchange.dstPort)) return true;
  if (asksAgain(exchange)) return false;
  return exchange.dstPort === TRAPS || (group.sourcePort !== null && toldOf(group) >= TOLD_NOT_ASKED);
}

/** A few times the same, so far apart that there was time for an answer. */
function asksAgain(exchange: Exchange): boolean {
  const times = fromOnePlace(exchange);
  if (!exchange.retransmitted || times.length < 2) return exchange.retransmitted;
  const span = nanosBetween(times[times.length - 1].time, times[0].time);
  const apart = span / (times.length - 1);
  return apart >= PATIENT_NS || (datagramsOf(exchange) <= MOST_TRIES && apart >= WAITED_NS);
}

/** Datagrams of the group, at least: in quick succession, or with the same payload, several are one exchange. */
function toldOf({ count, examples }: ExchangeGroup): number {
  return examples.reduce((sum, one) => sum + datagramsOf(one) - 1, count);
}

/** Sightings beyond those that are kept are taken to be at the same places. */
function datagramsOf({ requests, requestCount }: Exchange): number {
  return Math.ceil(requestCount / new Set(requests.map(placeOf)).size);
}

function fromOnePlace({ requests }: Exchange): Sighting[] {
  return requests.filter((one) => placeOf(one) === placeOf(requests[0]));
}

function placeOf({ host, file, interface: device, direction }: Sighting): string {
  return JSON.stringify([host, file, device, direction]);
}
