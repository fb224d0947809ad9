import { anyAddress, type Family, formatIp, type Ip, parseIp, widthOf } from './ip.ts';

/** A network: an address and how many of its leading bits count (0 to 32 or 128). Host bits may be set (interface addresses). */
export interface Prefix {
  readonly address: Ip;
  readonly length: number;
}

/** Reads `10.0.0.0/8`, `10.0.0.1` (a host) or `default`/`all`/`any` of the family given. Undefined if it is none of them. */
export function parsePrefix(text: string, family?: Family): Prefix | undefined {
  if (text === 'default' || text === 'all' || text === 'any') return defaultPrefix(family ?? 4);
  const slash = text.indexOf('/');
  const address = parseIp(slash < 0 ? text : text.slice(0, slash));
  if (!address) return undefined;
  if (slash < 0) return hostPrefix(address);
  const digits = text.slice(slash + 1);
  const length = /^\d{1,3}$/.test(digits) ? Number(digits) : Number.NaN;
  return length <= widthOf(address.family) ? { address, length } : undefined;
}

export function defaultPrefix(family: Family): Prefix {
  return { address: anyAddress(family), length: 0 };
}

export function hostPrefix(address: Ip): Prefix {
  return { address, length: widthOf(address.family) };
}

/** Length of a contiguous netmask such as 255.255.255.0; undefined if its bits are not contiguous. */
export function maskLength(mask: Ip): number | undefined {
  const word = mask.w0;
  const length = Math.clz32(~word);
  const wanted = length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
  return word === wanted ? length : undefined;
}

export function contains(prefix: Prefix, ip: Ip): boolean {
  if (prefix.address.family !== ip.family) return false;
  const { address, length } = prefix;
  return (
    sameBits(address.w0, ip.w0, length) &&
    sameBits(address.w1, ip.w1, length - 32) &&
    sameBits(address.w2, ip.w2, length - 64) &&
    sameBits(address.w3, ip.w3, length - 96)
  );
}

function sameBits(a: number, b: number, bits: number): boolean {
  if (bits <= 0) return true;
  if (bits >= 32) return a === b;
  return (a ^ b) >>> (32 - bits) === 0;
}

export function samePrefix(a: Prefix, b: Prefix): boolean {
  return a.length === b.length && contains(a, b.address);
}

/** The network address: host bits cleared. */
export function networkOf(prefix: Prefix): Prefix {
  const { address, length } = prefix;
  const cut = (word: number, bits: number) =>
    bits >= 32 ? word : bits <= 0 ? 0 : (word & (0xffffffff << (32 - bits))) >>> 0;
  return {
    address: {
      family: address.family,
      w0: cut(address.w0, length),
      w1: cut(address.w1, length - 32),
      w2: cut(address.w2, length - 64),
      w3: cut(address.w3, length - 96),
    },
    length,
  };
}

/** As iproute2 prints it: `default`, a bare host address, or address/length. */
export function formatPrefix(prefix: Prefix): string {
  if (prefix.length === 0) return 'default';
  const text = formatIp(prefix.address);
  return prefix.length === widthOf(prefix.address.family) ? text : `${text}/${prefix.length}`;
}
