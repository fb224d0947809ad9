import { type HostIdentity, interfaceBearing } from '../addr/identity.ts';
import { type Ip, sameIp } from '../addr/ip.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Sighting } from '../exchange/sighting.ts';

/**
 * The host that changed the addresses of a request: it took it in under the one pair and sent it out under the other; or it took it
 * in and bears the source that it has since. Null where it was none of those whose captures there are.
 */
export function translatorOf(
  { src, dst, requests, translated }: Exchange,
  identities: readonly HostIdentity[],
): string | null {
  if (!translated) return null;
  const entered = requests.filter((one) => one.direction === 'in' && sameEnds(one, src, dst));
  const sentOn = ({ host }: Sighting) =>
    requests.some((one) => one.host === host && one.direction === 'out' && !sameEnds(one, src, dst));
  const bearsSource = ({ host }: Sighting) => {
    const identity = identities.find((one) => one.host === host);
    return !sameIp(translated.src, src) && !!identity && !!interfaceBearing(identity, translated.src);
  };
  return (entered.find(sentOn) ?? entered.find(bearsSource))?.host ?? null;
}

function sameEnds(one: Sighting, src: Ip, dst: Ip): boolean {
  return sameIp(one.src, src) && sameIp(one.dst, dst);
}
