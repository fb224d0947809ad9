import { type Family, type Ip, ipv4, ipv6 } from '../../addr/ip.ts';

/** An address as one number, so that ranges, prefixes and masks of both families are plain arithmetic. */
export function numberOfIp(ip: Ip): bigint {
  if (ip.family === 4) return BigInt(ip.w0);
  return (BigInt(ip.w0) << 96n) | (BigInt(ip.w1) << 64n) | (BigInt(ip.w2) << 32n) | BigInt(ip.w3);
}

export function ipOfNumber(family: Family, value: bigint): Ip {
  const word = (shift: bigint) => Number((value >> shift) & 0xffffffffn);
  return family === 4 ? ipv4(word(0n)) : ipv6(word(96n), word(64n), word(32n), word(0n));
}
