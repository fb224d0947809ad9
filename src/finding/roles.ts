import { type HostIdentity, hostBearing } from '../addr/identity.ts';
import { sameIp } from '../addr/ip.ts';
import type { Coverage, Exchange } from '../exchange/exchange.ts';
import type { Sighting } from '../exchange/sighting.ts';
import { type End, nearestByTtl } from './hops.ts';

/** Who sent the probe and who answers it, by host name; null where neither an address, a direction nor a TTL tells. */
export interface Roles {
  readonly originator: string | null;
  readonly responder: string | null;
}

/**
 * A host that bears the address is sure; else the direction on the wire tells: what left a host and did not come into it
 * before is its own, what came into a host and did not go on is meant for it. So is a reply, save where the host had passed
 * the request on: there it is held back. Of captures that show no direction (a card's own, without the host's addresses)
 * the TTL tells which host is nearer to whom.
 */
export function rolesOf(
  exchange: Exchange,
  identities: readonly HostIdentity[],
  coverage: readonly Coverage[],
): Roles {
  // What comes into the host that was asked is the answer of somebody behind it.
  const asked = bearingAsked(exchange, identities);
  const originator =
    hostBearing(identities, exchange.src)?.host ??
    onlyWay(exchange.requests, 'out', asked) ??
    unlessPassedOn(exchange.requests, onlyWay(exchange.replies, 'in', asked));
  const responder =
    asked ?? onlyWay(exchange.requests, 'in', originator) ?? onlyWay(exchange.replies, 'out', originator);
  if (originator !== null && responder !== null) return { originator, responder };
  const byTtl = (end: End, other: string | null) => {
    const host = atTheEnd(exchange, end);
    return host !== other && showsNoDirection(host, identities, coverage) ? host : null;
  };
  return {
    originator: originator ?? byTtl('sender', responder),
    responder: responder ?? byTtl('receiver', originator),
  };
}

function atTheEnd({ requests, replies }: Exchange, end: End): string | null {
  const back = end === 'sender' ? 'receiver' : 'sender';
  return nearestByTtl(requests, end) ?? nearestByTtl(replies, back);
}

/**
 * Of whose captures no frame could tell a direction. Where some do (`any`, or with the host's own addresses), what shows
 * none is another's, seen in passing.
 */
function showsNoDirection(
  host: string | null,
  identities: readonly HostIdentity[],
  coverage: readonly Coverage[],
): boolean {
  const known = identities.find((one) => one.host === host)?.interfaces ?? [];
  if (known.some(({ addresses, mac }) => addresses.length > 0 || mac !== null)) return false;
  const captures = coverage.filter((one) => one.host === host);
  return captures.every(({ interfaces, directions }) => interfaces !== null && directions === 'unknown');
}

/** The host that was asked, by the address it was asked at: behind a translating box the last one on the way. */
function bearingAsked(
  { dst, translated }: Exchange,
  identities: readonly HostIdentity[],
): string | undefined {
  const behind = translated && hostBearing(identities, translated.dst);
  return (behind ?? hostBearing(identities, dst))?.host;
}

/** The one host that saw packets in this direction and none in the other (a router sees both). */
function onlyWay(
  sightings: readonly Sighting[],
  direction: 'in' | 'out',
  except: string | null = null,
): string | null {
  const way = new Set<string>();
  const other = new Set<string>();
  for (const one of sightings) {
    if (one.direction === 'unknown' || one.host === except) continue;
    (one.direction === direction ? way : other).add(one.host);
  }
  const hosts = [...way].filter((host) => !other.has(host));
  return hosts.length === 1 ? hosts[0] : null;
}

function unlessPassedOn(requests: readonly Sighting[], host: string | null): string | null {
  return host !== null && passedOn(requests, host) ? null : host;
}

/** Took it in and sent it out with the addresses it had. */
export function passedOn(requests: readonly Sighting[], host: string): boolean {
  const here = requests.filter((one) => one.host === host);
  const entered = here.filter(({ direction }) => direction === 'in');
  return here.some(
    ({ direction, src, dst }) =>
      direction === 'out' && entered.some((one) => sameIp(one.src, src) && sameIp(one.dst, dst)),
  );
}
