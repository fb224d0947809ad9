import { type HostIdentity, hostBearing } from '../addr/identity.ts';
import type { Sighting } from '../exchange/sighting.ts';

/**
 * The host of ours that made an ICMP error: it bears the error's source, or its capture shows the error going out. Null where
 * that is none, or one that only passed on what had come in (perhaps under another source: who translates a request
 * translates its errors, too).
 */
export function senderOf(
  error: Sighting,
  errors: readonly Sighting[],
  identities: readonly HostIdentity[],
): string | null {
  const alike = [error, ...errors].filter(
    (one) => one.icmpType === error.icmpType && one.icmpCode === error.icmpCode,
  );
  const tookIn = (host: string) =>
    alike.some((one) => one.host === host && one.direction === 'in' && one.interface !== 'lo');
  const bearer = hostBearing(identities, error.src)?.host;
  const sender = bearer ?? alike.find((one) => one.direction === 'out' && !tookIn(one.host))?.host;
  return sender === undefined || tookIn(sender) ? null : sender;
}
