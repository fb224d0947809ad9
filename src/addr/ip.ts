/**
 * An IPv4 or IPv6 address as four unsigned 32-bit words in network order, so that both families are compared,
 * masked and looked up by the same code. An IPv4 address lies in `w0`; `w1` to `w3` are then 0.
 */
export interface Ip {
  readonly family: Family;
  readonly w0: number;
  readonly w1: number;
  readonly w2: number;
  readonly w3: number;
}

export type Family = 4 | 6;

export const ANY4: Ip = { family: 4, w0: 0, w1: 0, w2: 0, w3: 0 };
export const ANY6: Ip = { family: 6, w0: 0, w1: 0, w2: 0, w3: 0 };

export function anyAddress(family: Family): Ip {
  return family === 4 ? ANY4 : ANY6;
}

export function ipv4(word: number): Ip {
  return { family: 4, w0: word >>> 0, w1: 0, w2: 0, w3: 0 };
}

export function ipv6(w0: number, w1: number, w2: number, w3: number): Ip {
  return { family: 6, w0: w0 >>> 0, w1: w1 >>> 0, w2: w2 >>> 0, w3: w3 >>> 0 };
}

/** Bits in an address of the family: 32 or 128. */
export function widthOf(family: Family): number {
  return family === 4 ? 32 : 128;
}

export function sameIp(a: Ip | null | undefined, b: Ip | null | undefined): boolean {
  if (!a || !b) return false;
  return a.family === b.family && a.w0 === b.w0 && a.w1 === b.w1 && a.w2 === b.w2 && a.w3 === b.w3;
}

/** Orders by family, then numerically. */
export function compareIp(a: Ip, b: Ip): number {
  return a.family - b.family || a.w0 - b.w0 || a.w1 - b.w1 || a.w2 - b.w2 || a.w3 - b.w3;
}

export function isUnspecified(ip: Ip): boolean {
  return (ip.w0 | ip.w1 | ip.w2 | ip.w3) === 0;
}

/** 127.0.0.0/8 (RFC 1122) or ::1 (RFC 4291). */
export function isLoopback(ip: Ip): boolean {
  if (ip.family === 4) return ip.w0 >>> 24 === 127;
  return (ip.w0 | ip.w1 | ip.w2) === 0 && ip.w3 === 1;
}

/** 224.0.0.0/4 (RFC 5771) or ff00::/8 (RFC 4291). */
export function isMulticast(ip: Ip): boolean {
  return ip.family === 4 ? ip.w0 >>> 28 === 0xe : ip.w0 >>> 24 === 0xff;
}

/** 255.255.255.255 (RFC 919). */
export function isLimitedBroadcast(ip: Ip): boolean {
  return ip.family === 4 && ip.w0 === 0xffffffff;
}

/** 169.254.0.0/16 (RFC 3927) or fe80::/10 (RFC 4291). */
export function isLinkLocal(ip: Ip): boolean {
  return ip.family === 4 ? ip.w0 >>> 16 === 0xa9fe : ip.w0 >>> 22 === 0x3fa;
}

/**
 * Reads an address in the strict forms that iproute2 prints: dotted quad without leading zeros, or RFC 4291 text.
 * A zone (`%eth0`) is dropped, because the interface stands elsewhere on such lines. Anything else is undefined.
 */
export function parseIp(text: string): Ip | undefined {
  return text.includes(':') ? parseIp6(text) : parseIp4(text);
}

function parseIp4(text: string): Ip | undefined {
  const word = parseQuad(text);
  return word === undefined ? undefined : ipv4(word);
}

/** A dotted quad as an unsigned word. A leading zero is refused: some read it as octal, and evidence must not be ambiguous. */
function parseQuad(text: string): number | undefined {
  let word = 0;
  let octets = 0;
  let octet = -1;
  for (let i = 0; i <= text.length; i++) {
    const c = i < text.length ? text.charCodeAt(i) : 46;
    if (c === 46) {
      if (octet < 0 || octets === 4) return undefined;
      word = word * 256 + octet;
      octets++;
      octet = -1;
    } else if (c >= 48 && c <= 57) {
      if (octet === 0) return undefined;
      octet = (octet < 0 ? 0 : octet * 10) + (c - 48);
      if (octet > 255) return undefined;
    } else return undefined;
  }
  return octets === 4 ? word : undefined;
}

function parseIp6(text: string): Ip | undefined {
  const zone = text.indexOf('%');
  const bare = zone < 0 ? text : text.slice(0, zone);
  const gap = bare.indexOf('::');
  if (gap >= 0 && bare.indexOf('::', gap + 1) >= 0) return undefined;
  const head = groups(gap < 0 ? bare : bare.slice(0, gap));
  const tail = gap < 0 ? [] : groups(bare.slice(gap + 2));
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (gap < 0 ? missing !== 0 : missing < 1) return undefined;
  const all = [...head, ...new Array<number>(gap < 0 ? 0 : missing).fill(0), ...tail];
  const word = (i: number) => ((all[2 * i] << 16) | all[2 * i + 1]) >>> 0;
  return ipv6(word(0), word(1), word(2), word(3));
}

function groups(text: string): number[] | undefined {
  if (text === '') return [];
  const out: number[] = [];
  const parts = text.split(':');
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    if (i === parts.length - 1 && part.includes('.')) {
      const quad = parseQuad(part);
      if (quad === undefined) return undefined;
      out.push(quad >>> 16, quad & 0xffff);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) out.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return out.length <= 8 ? out : undefined;
}

/** Dotted quad, or RFC 5952 text (lower case, longest run of zeros shortened). */
export function formatIp(ip: Ip): string {
  if (ip.family === 4) return `${ip.w0 >>> 24}.${(ip.w0 >>> 16) & 255}.${(ip.w0 >>> 8) & 255}.${ip.w0 & 255}`;
  const all: number[] = [];
  for (const word of [ip.w0, ip.w1, ip.w2, ip.w3]) all.push(word >>> 16, word & 0xffff);
  const [start, length] = longestZeroRun(all);
  if (start === 0 && endsInIpv4(all, length)) {
    return `${length === 5 ? '::ffff' : ':'}:${formatIp(ipv4(ip.w3))}`;
  }
  const hex = all.map((group) => group.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

/** `::ffff:192.0.2.1` and `::192.0.2.1`, as inet_ntop writes mapped and compatible addresses (RFC 5952 section 5). */
function endsInIpv4(all: readonly number[], zeros: number): boolean {
  return zeros === 6 || (zeros === 5 && all[5] === 0xffff);
}

function longestZeroRun(all: readonly number[]): [number, number] {
  let best: [number, number] = [0, 0];
  for (let i = 0; i < all.length; i++) {
    let end = i;
    while (end < all.length && all[end] === 0) end++;
    if (end - i > best[1]) best = [i, end - i];
    if (end > i) i = end;
  }
  return best;
}
