import { type IcmpError, isSizeError, isTimeExceeded } from '../finding/icmp-error.ts';

/** Destination unreachable codes of ICMP (RFC 792, RFC 1122, RFC 1812). */
const UNREACHABLE4: Readonly<Record<number, string>> = {
  0: 'network unreachable',
  1: 'host unreachable',
  2: 'protocol unreachable',
  3: 'port unreachable',
  4: 'fragmentation needed',
  5: 'source route failed',
  6: 'network unknown',
  7: 'host unknown',
  9: 'network prohibited',
  10: 'host prohibited',
  13: 'administratively prohibited',
};

/** Destination unreachable codes of ICMPv6 (RFC 4443). */
const UNREACHABLE6: Readonly<Record<number, string>> = {
  0: 'no route to destination',
  1: 'administratively prohibited',
  2: 'beyond scope of source address',
  3: 'address unreachable',
  4: 'port unreachable',
  5: 'source address failed policy',
  6: 'reject route',
};

/** A router, a firewall or a closed port refuses: no other error is a refusal. */
export function isUnreachable({ src, icmpType }: IcmpError): boolean {
  return icmpType === (src.family === 4 ? 3 : 1);
}

/** RFC 792 and RFC 4443, of the types that say no more by their code. */
const OTHER4: Readonly<Record<number, string>> = {
  11: 'fragment reassembly time exceeded',
  12: 'parameter problem',
};
const OTHER6: Readonly<Record<number, string>> = {
  3: 'fragment reassembly time exceeded',
  4: 'parameter problem',
};

export function errorName(error: IcmpError): string {
  if (isTimeExceeded(error)) return 'time exceeded in transit';
  if (isSizeError(error)) return error.src.family === 4 ? 'fragmentation needed' : 'packet too big';
  const names = error.src.family === 4 ? UNREACHABLE4 : UNREACHABLE6;
  const others = error.src.family === 4 ? OTHER4 : OTHER6;
  const name = isUnreachable(error) ? names[error.icmpCode] : others[error.icmpType];
  const protocol = error.src.family === 4 ? 'ICMP' : 'ICMPv6';
  return name ?? `${protocol} type ${error.icmpType} code ${error.icmpCode}`;
}
