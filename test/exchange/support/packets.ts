import { type Ip, parseIp } from '../../../src/addr/ip.ts';

/** Packets as bytes, from the IP header on. Checksums are left 0: nothing reads them. */
export interface Segment {
  readonly src: string;
  readonly dst: string;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly seq: number;
  readonly ack?: number;
  readonly ttl?: number;
}

export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const PSH = 8;
export const ACK = 16;
export const URG = 32;

export interface Echo {
  readonly src: string;
  readonly dst: string;
  readonly id: number;
  readonly seq: number;
  readonly data?: string;
  readonly ttl?: number;
}

export function echoRequest(echo: Echo): Buffer {
  return echoMessage(echo, 8, 128);
}

/** From the packet's own source: give the responder's address as `src`. */
export function echoReply(echo: Echo): Buffer {
  return echoMessage(echo, 0, 129);
}

function echoMessage({ src, dst, id, seq, data = 'data', ttl }: Echo, type4: number, type6: number): Buffer {
  const six = src.includes(':');
  const header = Buffer.alloc(8);
  header[0] = six ? type6 : type4;
  header.writeUInt16BE(id, 4);
  header.writeUInt16BE(seq, 6);
  return ip(src, dst, six ? 58 : 1, Buffer.concat([header, Buffer.from(data)]), ttl);
}

/** @param options padded to whole words of 32 bits */
export function tcp(segment: Segment, flags: number, data = '', options = Buffer.alloc(0)): Buffer {
  const header = Buffer.concat([Buffer.alloc(20), options]);
  header.writeUInt16BE(segment.srcPort, 0);
  header.writeUInt16BE(segment.dstPort, 2);
  header.writeUInt32BE(segment.seq >>> 0, 4);
  header.writeUInt32BE((segment.ack ?? 0) >>> 0, 8);
  header[12] = (header.length / 4) << 4;
  header[13] = flags;
  return ip(segment.src, segment.dst, 6, Buffer.concat([header, Buffer.from(data)]), segment.ttl);
}

export function udp(
  src: string,
  srcPort: number,
  dst: string,
  dstPort: number,
  data: string | Buffer,
  ttl = 64,
): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(srcPort, 0);
  header.writeUInt16BE(dstPort, 2);
  header.writeUInt16BE(8 + data.length, 4);
  return ip(src, dst, 17, Buffer.concat([header, Buffer.from(data)]), ttl);
}

/** RFC 1035: one question, type A, class IN. */
export function dnsQuery(id: number, name: string): Buffer {
  return dnsMessage(id, 0x0100, name, 0);
}

/** The question with one answer, which is left out: nothing reads it. */
export function dnsResponse(id: number, name: string): Buffer {
  return dnsMessage(id, 0x8180, name, 1);
}

function dnsMessage(id: number, flags: number, name: string, answers: number): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(flags, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers, 6);
  const labels = name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]);
  return Buffer.concat([header, ...labels, Buffer.from([0, 0, 1, 0, 1])]);
}

/**
 * An ICMP error that quotes the IP header and eight bytes (RFC 792).
 * @param payload bytes quoted behind the IP header; Linux quotes more
 */
export function icmpError(
  src: string,
  dst: string,
  type: number,
  code: number,
  about: Buffer,
  payload = 8,
): Buffer {
  const header = Buffer.alloc(8);
  header[0] = type;
  header[1] = code;
  const [protocol, quoted] = src.includes(':') ? [58, 40 + payload] : [1, 20 + payload];
  return ip(src, dst, protocol, Buffer.concat([header, about.subarray(0, quoted)]));
}

function ip(src: string, dst: string, protocol: number, payload: Buffer, ttl = 64): Buffer {
  return src.includes(':') ? ip6(src, dst, protocol, payload, ttl) : ip4(src, dst, protocol, payload, ttl);
}

function ip4(src: string, dst: string, protocol: number, payload: Buffer, ttl: number): Buffer {
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header.writeUInt16BE(20 + payload.length, 2);
  header[8] = ttl;
  header[9] = protocol;
  header.writeUInt32BE(ipOf(src).w0, 12);
  header.writeUInt32BE(ipOf(dst).w0, 16);
  return Buffer.concat([header, payload]);
}

function ip6(src: string, dst: string, protocol: number, payload: Buffer, ttl: number): Buffer {
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header.writeUInt16BE(payload.length, 4);
  header[6] = protocol;
  header[7] = ttl;
  for (const [i, address] of [src, dst].entries()) {
    const { w0, w1, w2, w3 } = ipOf(address);
    for (const [j, word] of [w0, w1, w2, w3].entries()) header.writeUInt32BE(word, 8 + 16 * i + 4 * j);
  }
  return Buffer.concat([header, payload]);
}

export function arp(operation: 1 | 2, sender: string, target: string, mac = 0x64): Buffer {
  const bytes = Buffer.alloc(28);
  bytes.writeUInt16BE(1, 0);
  bytes.writeUInt16BE(0x0800, 2);
  bytes[4] = 6;
  bytes[5] = 4;
  bytes.writeUInt16BE(operation, 6);
  bytes.writeUInt32BE(mac, 10);
  bytes.writeUInt32BE(ipOf(sender).w0, 14);
  bytes.writeUInt32BE(ipOf(target).w0, 24);
  return bytes;
}

/** Neighbour solicitation (135) or advertisement (136), with the sender's hardware address as its option. */
export function neighbour(type: 135 | 136, src: string, dst: string, target: string, mac = 0x64): Buffer {
  const bytes = Buffer.alloc(32);
  bytes[0] = type;
  const { w0, w1, w2, w3 } = ipOf(target);
  for (const [i, word] of [w0, w1, w2, w3].entries()) bytes.writeUInt32BE(word, 8 + 4 * i);
  bytes[24] = type === 135 ? 1 : 2;
  bytes[25] = 1;
  bytes.writeUInt32BE(mac, 28);
  return ip(src, dst, 58, bytes, 255);
}

export function ipOf(text: string): Ip {
  const address = parseIp(text);
  if (!address) throw new Error(`no address: ${text}`);
  return address;
}
