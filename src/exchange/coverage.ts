import type { HostIdentity } from '../addr/identity.ts';
import { addNanos, type Time } from '../addr/time.ts';
import { type Damage, DIRECTION_IN, DIRECTION_OUT } from '../capture/frame.ts';
import {
  KIND_ECHO_REPLY,
  KIND_ECHO_REQUEST,
  KIND_ICMP_ERROR,
  KIND_NEIGHBOUR_ADVERTISEMENT,
  KIND_NEIGHBOUR_SOLICITATION,
  KIND_SYN_ACK,
  KIND_TCP_ACK,
} from '../decode/packet.ts';
import type { CaptureSummary } from './correlation.ts';
import type { Coverage } from './exchange.ts';
import type { CaptureAccount } from './host-feed.ts';
import { interfaceOfFile, isOneInterface } from './interface-name.ts';
import type { LoneAnswers } from './lone-answers.ts';
import type { Places } from './places.ts';
import type { Tally } from './tally.ts';

// https://www.tcpdump.org/linktypes.html: captures on `any`.
const LINKTYPE_LINUX_SLL = 113;
const LINKTYPE_LINUX_SLL2 = 276;

/**
 * @param offsetNs the host's clock - reference clock
 * @param lone what all captures together show
 * @param disorderNs time may go back so far without harm
 * @param sameAs the file of another host that is a copy
 */
export function coverageOf(
  account: CaptureAccount,
  number: number,
  places: Places,
  offsetNs: number,
  lone: LoneAnswers,
  disorderNs: number,
  sameAs: string | null,
): Coverage {
  const { facts, tally } = account;
  const interfaces = interfacesOf(account, number, places);
  const { first, last } = timesOf(tally);
  return {
    host: account.host,
    file: facts.file,
    first: first && addNanos(first, -offsetNs),
    last: last && addNanos(last, -offsetNs),
    interfaces,
    ...directionsOf(account, number, places, interfaces, lone),
    allOut: tally.directions === 1 << DIRECTION_OUT,
    dropped: facts.dropped,
    damaged: facts.damage.length > 0,
    cut: facts.damage.some(hidesTheEnd),
    cutFrames: tally.cutFrames,
    frames: tally.frames,
    disordered: tally.backNs > disorderNs,
    sameAs,
    showsIcmp: (tally.seen & ICMP) !== 0,
  };
}

function hidesTheEnd({ kind, lostBytes }: Damage): boolean {
  return kind === 'cut-in-record' || kind === 'file-changed' || kind === 'read-failed' || lostBytes === null;
}

export function summaryOf({ host, facts, tally }: CaptureAccount, reindexed: boolean): CaptureSummary {
  const { probes, replies, notDecoded, cutFrames, backFrame, backNs } = tally;
  const back = backFrame > 0 ? { frame: backFrame, nanos: backNs } : null;
  return { host, facts, ...timesOf(tally), back, probes, replies, notDecoded, cutFrames, reindexed };
}

function timesOf(tally: Tally): { first: Time | null; last: Time | null } {
  if (!tally.timed) return { first: null, last: null };
  return {
    first: { seconds: tally.firstSeconds, nanos: tally.firstNanos },
    last: { seconds: tally.lastSeconds, nanos: tally.lastNanos },
  };
}

/** What the user or the capture says; a capture on `any` covers all; else the name of the file, or what MACs showed. */
function interfacesOf(account: CaptureAccount, capture: number, places: Places): readonly string[] | null {
  if (isOneInterface(account.interface)) return [account.interface];
  const { interfaces, file } = account.facts;
  const any = interfaces.some(
    ({ linkType }) => linkType === LINKTYPE_LINUX_SLL || linkType === LINKTYPE_LINUX_SLL2,
  );
  if (any) return null;
  const names = interfaces.map((one) => one.name).filter(isOneInterface);
  if (names.length > 0 && names.length === interfaces.length) return [...new Set(names)];
  const named = interfaceOfFile(file, account.identity);
  if (named !== null) return [named];
  const seen = places.list.filter((place) => place.capture === capture).map((place) => place.interface);
  return [...new Set(seen.filter(isOneInterface))];
}

const ICMP =
  (1 << KIND_ECHO_REQUEST) |
  (1 << KIND_ECHO_REPLY) |
  (1 << KIND_ICMP_ERROR) |
  (1 << KIND_NEIGHBOUR_SOLICITATION) |
  (1 << KIND_NEIGHBOUR_ADVERTISEMENT);

/** Frames below this many may go one way by chance, if nothing shows what is missing. */
const ENOUGH_FRAMES = 20;
/** What only follows something that went the other way. */
const ANSWERING = (1 << KIND_ECHO_REPLY) | (1 << KIND_SYN_ACK) | (1 << KIND_TCP_ACK);

/** A capture taken with `tcpdump -Q`: all frames go one way, although some of them answer what went the other. */
function oneDirectionOf({ directions, seen, frames }: Tally): 'in' | 'out' | null {
  if (frames < ENOUGH_FRAMES || (seen & ANSWERING) === 0) return null;
  if (directions === 1 << DIRECTION_IN) return 'in';
  return directions === 1 << DIRECTION_OUT ? 'out' : null;
}

/**
 * As far as the followed packets show: that nothing went the other way is no proof that it could be seen, if nothing follows
 * from what went there.
 */
function directionsOf(
  { host, identity, tally }: CaptureAccount,
  capture: number,
  places: Places,
  interfaces: readonly string[] | null,
  lone: LoneAnswers,
): Pick<Coverage, 'directions' | 'oneShown'> {
  const seen = new Set(
    places.list.filter((place) => place.capture === capture).map((place) => place.direction),
  );
  if (seen.has('in') && seen.has('out')) return { directions: 'both', oneShown: false };
  const [only = 'unknown'] = seen;
  const oneShown =
    seen.size === 1 && only !== 'unknown' && coversAll(interfaces, identity) && lone.showOf(host);
  return { directions: oneShown ? only : (oneDirectionOf(tally) ?? 'unknown'), oneShown };
}

/** Else what is missing may have gone by another interface. */
function coversAll(interfaces: readonly string[] | null, identity: HostIdentity | null): boolean {
  if (interfaces === null) return true;
  const addressed = identity?.interfaces.filter(
    ({ name, addresses }) => name !== 'lo' && addresses.length > 0,
  );
  return !!addressed && addressed.every(({ name }) => interfaces.includes(name));
}
