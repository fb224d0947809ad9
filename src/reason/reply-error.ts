import { hostBearing } from '../addr/identity.ts';
import { sameIp } from '../addr/ip.ts';
import { contains } from '../addr/prefix.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { Finding } from '../finding/finding.ts';
import { isNoWay } from '../finding/icmp-error.ts';
import { type ReasonContext, stateOf } from './context.ts';

/** What a router told the responder of its reply; the originator itself says so only of what reached it. */
export function errorAboutReply(
  { examples, responder, originator }: Finding,
  { identities }: ReasonContext,
): Sighting | undefined {
  const [exchange] = examples;
  return exchange?.errors.find(
    ({ host, direction, src, target }) =>
      host === responder &&
      direction !== 'out' &&
      hostBearing(identities, src)?.host !== responder &&
      !sameIp(src, exchange.src) &&
      (originator === null || hostBearing(identities, src)?.host !== originator) &&
      exchange.requests.some((request) => sameIp(request.src, target)),
  );
}

/** The same, where it says that nothing leads to the originator. */
export function noWayBack(finding: Finding, context: ReasonContext): Sighting | undefined {
  const error = errorAboutReply(finding, context);
  return error && isNoWay(error) ? error : undefined;
}

/** A router on the link that the request came in by said it: the way home leads to it, too. */
export function isOnWayHome({ src }: Sighting, finding: Finding, context: ReasonContext): boolean {
  const asked = finding.path.requestReached?.interface;
  const addresses = stateOf(context, finding.responder)?.addresses ?? [];
  return addresses.some(({ device, prefix }) => device === asked && contains(prefix, src));
}
