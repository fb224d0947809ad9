import type { Sighting } from '../exchange/sighting.ts';

/** What tells one ICMP error from another. */
export type IcmpError = Pick<Sighting, 'src' | 'icmpType' | 'icmpCode'>;

/** Fragmentation needed (RFC 792), packet too big (RFC 4443). */
export function isSizeError({ src, icmpType, icmpCode }: IcmpError): boolean {
  return src.family === 4 ? icmpType === 3 && icmpCode === 4 : icmpType === 2;
}

/** RFC 792 type 4, which no host is to send any longer (RFC 6633): the packet was delivered all the same, or not. */
export function isSourceQuench({ src, icmpType }: IcmpError): boolean {
  return src.family === 4 && icmpType === 4;
}

/** RFC 792 type 3 code 3, RFC 4443 type 1 code 4. */
export function isPortUnreachable({ src, icmpType, icmpCode }: IcmpError): boolean {
  return src.family === 4 ? icmpType === 3 && icmpCode === 3 : icmpType === 1 && icmpCode === 4;
}

/** RFC 792 type 3 code 1, RFC 4443 type 1 code 3: the last router on the way found nobody on its link. */
export function isHostUnreachable({ src, icmpType, icmpCode }: IcmpError): boolean {
  return src.family === 4 ? icmpType === 3 && icmpCode === 1 : icmpType === 1 && icmpCode === 3;
}

/** Network or host unreachable or unknown (RFC 792, RFC 1812 section 5.2.7.1), no route, address unreachable (RFC 4443). */
export function isNoWay({ src, icmpType, icmpCode }: IcmpError): boolean {
  return src.family === 4
    ? icmpType === 3 && [0, 1, 6, 7].includes(icmpCode)
    : icmpType === 1 && [0, 3].includes(icmpCode);
}

/** RFC 792 type 11, RFC 4443 type 3, on the way (code 0); where fragments were missing (code 1) the address asked says so. */
export function isTimeExceeded({ src, icmpType, icmpCode }: IcmpError): boolean {
  return icmpType === (src.family === 4 ? 11 : 3) && icmpCode === 0;
}

/** The same types, code 1: fragments were missing at the address asked. */
export function isReassemblyTimeout({ src, icmpType, icmpCode }: IcmpError): boolean {
  return icmpType === (src.family === 4 ? 11 : 3) && icmpCode === 1;
}
