import type { HostIdentity } from '../addr/identity.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { Path, Place } from './finding.ts';
import type { Roles } from './roles.ts';

/** The sightings that stand for the four stages of an exchange; null: not seen. */
export interface Stages {
  readonly requestLeft: Sighting | null;
  readonly requestReached: Sighting | null;
  readonly replyLeft: Sighting | null;
  readonly replyReached: Sighting | null;
}

export function stagesOf(exchange: Exchange, roles: Roles, identities: readonly HostIdentity[]): Stages {
  const pick = (sightings: readonly Sighting[], host: string | null, direction: 'in' | 'out') =>
    stageSighting(sightings, host, direction, identities);
  const answers = [...exchange.replies, ...exchange.resets];
  return {
    requestLeft: pick(exchange.requests, roles.originator, 'out'),
    requestReached: pick(exchange.requests, roles.responder, 'in'),
    replyLeft: pick(answers, roles.responder, 'out'),
    replyReached: pick(answers, roles.originator, 'in'),
  };
}

/**
 * One packet may be seen on a bond and its member, on a bridge and its port: the interface that bears addresses is the
 * one that routing speaks of.
 */
function stageSighting(
  sightings: readonly Sighting[],
  host: string | null,
  direction: 'in' | 'out',
  identities: readonly HostIdentity[],
): Sighting | null {
  if (host === null) return null;
  const here = sightings.filter((one) => one.host === host);
  const way = here.filter((one) => one.direction === direction);
  const fitting = way.length > 0 ? way : here.filter((one) => one.direction === 'unknown');
  const bearing = fitting.filter((one) => bearsAddresses(one, identities));
  return (bearing.length > 0 ? bearing : fitting)[0] ?? null;
}

function bearsAddresses(sighting: Sighting, identities: readonly HostIdentity[]): boolean {
  const identity = identities.find((one) => one.host === sighting.host);
  return !!identity?.interfaces.some((one) => one.name === sighting.interface && one.addresses.length > 0);
}

export function pathOf(stages: Stages): Path {
  return {
    requestLeft: placeOf(stages.requestLeft),
    requestReached: placeOf(stages.requestReached),
    replyLeft: placeOf(stages.replyLeft),
    replyReached: placeOf(stages.replyReached),
  };
}

function placeOf(sighting: Sighting | null): Place | null {
  return sighting && { host: sighting.host, interface: sighting.interface, src: sighting.src };
}

/** Both known and different. */
export function otherInterface(a: Sighting | null, b: Sighting | null): boolean {
  return !!a?.interface && !!b?.interface && a.interface !== b.interface;
}
