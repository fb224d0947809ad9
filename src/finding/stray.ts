import type { HostIdentity } from '../addr/identity.ts';
import type { Coverage, Exchange } from '../exchange/exchange.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { FindingKind, Stray } from './finding.ts';
import type { Roles } from './roles.ts';
import type { Case } from './signs.ts';
import { type Absence, witnessOf } from './witness.ts';

/** Kinds of a request that is not seen where it was asked for. */
const NOT_ARRIVED: ReadonlySet<FindingKind> = new Set(['request-lost', 'no-reply-seen']);

/**
 * Where a request that is not seen at its responder came to instead: the last host that is neither end and saw it come in,
 * and not go out. A router on the way sees both.
 */
export function strayOf(
  { exchange, roles, stages }: Pick<Case, 'exchange' | 'roles' | 'stages'>,
  kind: FindingKind,
): Sighting | undefined {
  if (!NOT_ARRIVED.has(kind) || stages.requestReached || roles.responder === null) return undefined;
  const last = exchange.requests.findLast((one) => isStray(one, exchange, roles));
  return last && exchange.requests.find((one) => one.host === last.host && one.direction === 'in');
}

function isStray({ host, direction }: Sighting, { requests }: Exchange, roles: Roles): boolean {
  if (direction !== 'in' || host === roles.originator || host === roles.responder) return false;
  return !requests.some((one) => one.host === host && one.direction === 'out');
}

/** The same as a place, and whether that host's captures would show the request going on. */
export function strayPlace(
  { host, interface: device, src }: Sighting,
  absence: Absence,
  coverage: readonly Coverage[],
  identities: readonly HostIdentity[],
): Stray {
  const witness = witnessOf({ originator: null, responder: host }, absence, coverage, identities);
  return { host, interface: device, src, covered: witness.responderCovered };
}
