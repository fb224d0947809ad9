import { formatIp } from '../addr/ip.ts';
import type { Sighting } from '../exchange/sighting.ts';

/** ICMP destination unreachable (RFC 792, RFC 1812, RFC 1122) by code, `%` for the address, as tcpdump prints them. */
const UNREACHABLE4: Readonly<Record<number, string>> = {
  0: 'net % unreachable',
  1: 'host % unreachable',
  2: '% protocol unreachable',
  3: '% port unreachable',
  4: '% unreachable - need to frag',
  5: '% unreachable - source route failed',
  6: 'net % unreachable - unknown',
  7: 'host % unreachable - unknown',
  9: 'net % unreachable - admin prohibited',
  10: 'host % unreachable - admin prohibited',
  11: 'net % unreachable - tos prohibited',
  12: 'host % unreachable - tos prohibited',
  13: 'host % unreachable - admin prohibited filter',
  14: 'host % unreachable - host precedence violation',
  15: 'host % unreachable - precedence cutoff',
};

/** ICMPv6 destination unreachable (RFC 4443) by code. */
const UNREACHABLE6: Readonly<Record<number, string>> = {
  0: 'unreachable route %',
  1: 'unreachable prohibited %',
  2: 'beyond scope %',
  3: 'unreachable address %',
  4: 'unreachable port %',
  5: 'unreachable source failed policy %',
  6: 'unreachable reject route %',
};

/** What an ICMP or ICMPv6 error says, without its addresses' header: `ICMP host 10.4.0.100 unreachable`. */
export function errorWords(one: Sighting): string {
  return one.src.family === 4 ? `ICMP ${words4(one)}` : `ICMP6, ${words6(one)}`;
}

function words4(one: Sighting): string {
  const { icmpType: type, icmpCode: code } = one;
  if (type === 3) return named(UNREACHABLE4[code], one) + mtu(one, code === 4);
  if (type === 11) return code === 0 ? 'time exceeded in-transit' : 'ip reassembly time exceeded';
  if (type === 12) return 'parameter problem';
  if (type === 4) return 'source quench';
  return `type ${type}, code ${code}`;
}

function words6(one: Sighting): string {
  const { icmpType: type, icmpCode: code } = one;
  if (type === 1) return `destination unreachable, ${named(UNREACHABLE6[code], one)}`;
  if (type === 2) return `packet too big, mtu ${one.mtu}`;
  if (type === 3) return code === 0 ? 'time exceeded in-transit' : 'ip reassembly time exceeded';
  if (type === 4) return 'parameter problem';
  return `type ${type}, code ${code}`;
}

function named(pattern: string | undefined, one: Sighting): string {
  const address = one.target ? formatIp(one.target) : '?';
  return pattern ? pattern.replace('%', address) : `${address} unreachable, code ${one.icmpCode}`;
}

function mtu(one: Sighting, applies: boolean): string {
  return applies && one.mtu > 0 ? ` (mtu ${one.mtu})` : '';
}
