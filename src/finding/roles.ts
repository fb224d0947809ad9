import { type HostIdentity, hostBearing } from '../addr/identity.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Sighting } from '../exchange/sighting.ts';

/** Who sent the probe and who answers it, by host name; null where neither an address nor a direction tells. */
export interface Roles {
  readonly originator: string | null;
  readonly responder: string | null;
}

/**
 * A host that bears the address is sure; else the direction on the wire tells: what left a host and did not come into it
 * before is its own, what came into a host and did not go on is meant for it.
 */
export function rolesOf(exchange: Exchange, identities: readonly HostIdentity[]): Roles {
  const originator =
    hostBearing(identities, exchange.src)?.host ??
    onlyWay(exchange.requests, 'out') ??
    onlyWay(exchange.replies, 'in');
  const responder =
    bearingAsked(exchange, identities) ??
    onlyWay(exchange.requests, 'in', originator) ??
    onlyWay(exchange.replies, 'out', originator);
  return { originator, responder };
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
