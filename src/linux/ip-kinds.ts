import type { Ip } from '../addr/ip.ts';

/** 0.0.0.0 alone: since Linux 5.3 the rest of 0.0.0.0/8 is ordinary unicast (ipv4_is_zeronet). */
export function isZeroNet(ip: Ip): boolean {
  return ip.family === 4 && ip.w0 === 0;
}

/** 224.0.0.0/24 (ipv4_is_local_multicast). */
export function isLocalMulticast(ip: Ip): boolean {
  return ip.family === 4 && ip.w0 >>> 8 === 0xe00000;
}
