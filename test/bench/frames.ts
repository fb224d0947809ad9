import { Random } from './random.ts';

/**
 * Makes the frames of a benchmark's captures, IPv4 on whatever link header is asked: probes and their replies (echo, SYN
 * and SYN-ACK), and TCP segments of other traffic. The bytes depend on the seed alone.
 */
export class FrameMaker {
  readonly bytes = Buffer.alloc(2048);
  length = 0;
  private readonly random: Random;
  private readonly linkBytes: number;
  private readonly hosts: number;
  private pending: 'none' | 'echo' | 'syn' = 'none';
  private serial = 0;

  constructor(seed: number, link: 'ethernet' | 'sll2', hosts = 1000) {
    this.random = new Random(seed);
    this.hosts = hosts;
    this.linkBytes = link === 'ethernet' ? 14 : 20;
    if (link === 'ethernet') this.ethernet();
    else this.sll2();
  }

  /** Each call makes the next of: echo request, its reply, SYN, its SYN-ACK, and so on. */
  probe(): void {
    if (this.pending === 'none') this.request();
    else this.reply();
  }

  /** A TCP segment with ACK and data, of 60 to 1514 bytes as Ethernet would carry it. */
  other(): void {
    const payload = this.random.below(1455) + 6;
    this.ip(20 + payload, 6, this.host(10), this.host(172));
    const at = this.transport();
    this.bytes.writeUInt32BE(this.random.word(), at);
    this.bytes.writeUInt32BE(this.random.word(), at + 4);
    this.bytes.writeUInt32BE(this.random.word(), at + 8);
    this.bytes.writeUInt32BE(0x501001f5, at + 12);
  }

  private request(): void {
    this.serial++;
    const src = this.host(10);
    const dst = this.host(172);
    if (this.serial % 2 === 1) this.echo(8, src, dst);
    else this.handshake(src, dst);
    this.pending = this.serial % 2 === 1 ? 'echo' : 'syn';
  }

  /** The request still lies in the buffer: addresses and ports change places. */
  private reply(): void {
    const ip = this.linkBytes;
    this.swap(ip + 12, ip + 16, 4);
    const at = this.transport();
    if (this.pending === 'echo') this.bytes[at] = 0;
    else {
      this.swap(at, at + 2, 2);
      this.bytes.writeUInt32BE((this.bytes.readUInt32BE(at + 4) + 1) >>> 0, at + 8);
      this.bytes.writeUInt32BE(this.random.word(), at + 4);
      this.bytes[at + 13] = 0x12;
    }
    this.pending = 'none';
  }

  private echo(type: number, src: number, dst: number): void {
    this.ip(64, 1, src, dst);
    const at = this.transport();
    this.bytes[at] = type;
    this.bytes[at + 1] = 0;
    this.bytes.writeUInt16BE(this.serial & 0xffff, at + 4);
    this.bytes.writeUInt16BE(this.serial >>> 16, at + 6);
    for (let i = 8; i < 64; i += 4) this.bytes.writeUInt32BE((this.serial * 7 + i) >>> 0, at + i);
  }

  private handshake(src: number, dst: number): void {
    this.ip(40, 6, src, dst);
    const at = this.transport();
    this.bytes.writeUInt16BE(1024 + this.random.below(64000), at);
    this.bytes.writeUInt16BE(443, at + 2);
    this.bytes.writeUInt32BE(this.random.word(), at + 4);
    this.bytes.writeUInt32BE(0, at + 8);
    this.bytes.writeUInt32BE(0xa002faf0, at + 12);
    this.bytes.writeUInt32BE(0, at + 16);
    Buffer.from('020405b40402080a0000000000000000 01030307'.replace(' ', ''), 'hex').copy(
      this.bytes,
      at + 20,
    );
  }

  private ip(payload: number, protocol: number, src: number, dst: number): void {
    const at = this.linkBytes;
    this.bytes.writeUInt32BE(0x45000000 + 20 + payload, at);
    this.bytes.writeUInt32BE(0x00004000, at + 4);
    this.bytes.writeUInt32BE(0x40000000 + protocol * 65536, at + 8);
    this.bytes.writeUInt32BE(src, at + 12);
    this.bytes.writeUInt32BE(dst, at + 16);
    this.length = at + 20 + payload;
  }

  private host(net: number): number {
    return net * 0x1000000 + this.random.below(this.hosts);
  }

  private transport(): number {
    return this.linkBytes + 20;
  }

  private swap(a: number, b: number, length: number): void {
    const first = Buffer.from(this.bytes.subarray(a, a + length));
    this.bytes.copyWithin(a, b, b + length);
    first.copy(this.bytes, b);
  }

  private ethernet(): void {
    Buffer.from('020000000002020000000001 0800'.replace(' ', ''), 'hex').copy(this.bytes);
  }

  private sll2(): void {
    Buffer.from('08000000000000020001000602000000 00010000'.replace(' ', ''), 'hex').copy(this.bytes);
  }
}
