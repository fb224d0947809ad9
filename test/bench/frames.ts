import { mixed } from './random.ts';

/** What a frame's bytes depend on besides its number. */
export interface FrameOptions {
  readonly link: 'ethernet' | 'sll' | 'sll2';
  /** So many addresses on either side. */
  readonly hosts: number;
  readonly seed: number;
  /** Whether the capture was taken where probes come from, or where they are answered. */
  readonly side: 'originator' | 'responder';
}

const LINK_BYTES = { ethernet: 14, sll: 16, sll2: 20 } as const;
const ECHO_BYTES = 64;
const SYN_BYTES = 40;
const PAYLOAD_BYTES = 1 << 14;
const LONGEST_PAYLOAD = 1500;
/** Of a segment of a connection whose handshake is there. */
const SEGMENT_BYTES = 300;

/**
 * Writes frames in place, IPv4 on whatever link header is asked: probes and their replies (echo, SYN and SYN-ACK), and
 * TCP segments of other traffic. The bytes depend on the seed and the number alone. Every method returns where the frame
 * ends.
 */
export class FrameWriter {
  private readonly view: DataView;
  private readonly bytes: Buffer;
  private readonly options: FrameOptions;
  private readonly linkBytes: number;
  private readonly payload: Buffer;

  constructor(bytes: Buffer, options: FrameOptions) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.options = options;
    this.linkBytes = LINK_BYTES[options.link];
    this.payload = somePayload(options.seed);
  }

  /** Echo requests and SYNs by turns. */
  request(at: number, serial: number): number {
    const ip = this.header(at, this.options.side === 'originator');
    if (serial & 1) return this.echo(ip, serial, 8);
    return this.syn(ip, serial, this.host(10, serial, 1), this.host(172, serial, 2));
  }

  reply(at: number, serial: number): number {
    const ip = this.header(at, this.options.side === 'responder');
    if (serial & 1) return this.echo(ip, serial, 0);
    return this.synAck(ip, serial, this.host(172, serial, 2), this.host(10, serial, 1));
  }

  /** Of the connection that a SYN of this number opened: the last step of its handshake (0), then data from both ends by turns. */
  segment(at: number, serial: number, number: number): number {
    const { view } = this;
    const forth = number === 0 || (number & 1) === 1;
    const ip = this.header(at, forth === (this.options.side === 'originator'));
    const data = number === 0 ? 0 : SEGMENT_BYTES;
    const [near, far] = [this.host(10, serial, 1), this.host(172, serial, 2)];
    this.ip(ip, 20 + data, 6, serial + number, forth ? near : far, forth ? far : near);
    const [sent, received] = [this.word(serial, 6) + 1, this.word(serial, 7) + 1];
    const [before, after] = [((number - (forth ? 1 : 2)) >> 1) * data, (number >> 1) * data];
    const tcp = ip + 20;
    view.setUint16(tcp, forth ? this.port(serial) : 443);
    view.setUint16(tcp + 2, forth ? 443 : this.port(serial));
    view.setUint32(tcp + 4, (forth ? sent : received) + before);
    view.setUint32(tcp + 8, (forth ? received : sent) + after);
    view.setUint32(tcp + 12, data > 0 ? 0x501801f5 : 0x501001f5);
    view.setUint32(tcp + 16, 0);
    this.fill(tcp + 20, data, serial + number);
    return tcp + 20 + data;
  }

  /** A SYN to one server from an address of the whole Internet. */
  flood(at: number, serial: number): number {
    const ip = this.header(at, false);
    return this.syn(ip, serial, mixed(this.options.seed, serial, 1), 0xac000001);
  }

  /** A TCP segment with ACK and data, of 60 to 1514 bytes as Ethernet would carry it. */
  other(at: number, random: number): number {
    const { view } = this;
    const ip = this.header(at, (random & 1) === 1);
    const payload = 6 + (random % 1455);
    this.ip(ip, 20 + payload, 6, random, this.host(10, random, 3), this.host(172, random, 4));
    const tcp = ip + 20;
    view.setUint32(tcp, 0x01bb0000 + (random >>> 16));
    view.setUint32(tcp + 4, random);
    view.setUint32(tcp + 8, ~random);
    view.setUint32(tcp + 12, 0x501001f5);
    view.setUint32(tcp + 16, 0);
    this.fill(tcp + 20, payload, random);
    return tcp + 20 + payload;
  }

  /** Half of it repeats and half does not, as payload does: so compression has its usual work. */
  private fill(at: number, length: number, random: number): void {
    const { view } = this;
    const half = (length >> 3) << 2;
    const from = (random >>> 8) & (PAYLOAD_BYTES - 1);
    this.payload.copy(this.bytes, at + half, from, from + length - half);
    let word = random | 1;
    for (let to = at; to < at + half; to += 4) {
      word ^= word << 13;
      word ^= word >>> 17;
      word ^= word << 5;
      view.setInt32(to, word);
    }
  }

  private echo(ip: number, serial: number, type: 0 | 8): number {
    const { view } = this;
    const [near, far] = [this.host(10, serial, 1), this.host(172, serial, 2)];
    if (type === 8) this.ip(ip, ECHO_BYTES, 1, serial, near, far);
    else this.ip(ip, ECHO_BYTES, 1, ~serial, far, near);
    const at = ip + 20;
    view.setUint32(at, type << 24);
    view.setUint16(at + 4, serial & 0xffff);
    view.setUint16(at + 6, serial >>> 16);
    for (let i = 8; i < ECHO_BYTES; i += 4) view.setUint32(at + i, Math.imul(serial, 7) + i);
    return at + ECHO_BYTES;
  }

  private syn(ip: number, serial: number, src: number, dst: number): number {
    const { view } = this;
    this.ip(ip, SYN_BYTES, 6, serial, src, dst);
    const at = ip + 20;
    view.setUint16(at, this.port(serial));
    view.setUint16(at + 2, 443);
    view.setUint32(at + 4, this.word(serial, 6));
    view.setUint32(at + 8, 0);
    return this.connect(at, 0x02, serial);
  }

  private synAck(ip: number, serial: number, src: number, dst: number): number {
    const { view } = this;
    this.ip(ip, SYN_BYTES, 6, ~serial, src, dst);
    const at = ip + 20;
    view.setUint16(at, 443);
    view.setUint16(at + 2, this.port(serial));
    view.setUint32(at + 4, this.word(serial, 7));
    view.setUint32(at + 8, this.word(serial, 6) + 1);
    return this.connect(at, 0x12, serial);
  }

  /** Flags, window, and the options Linux sends: MSS, SACK permitted, timestamps, window scale. */
  private connect(at: number, flags: number, serial: number): number {
    const { view } = this;
    view.setUint32(at + 12, 0xa000faf0 + (flags << 16));
    view.setUint32(at + 16, 0);
    view.setUint32(at + 20, 0x020405b4);
    view.setUint32(at + 24, 0x0402080a);
    view.setUint32(at + 28, serial);
    view.setUint32(at + 32, 0);
    view.setUint32(at + 36, 0x01030307);
    return at + SYN_BYTES;
  }

  private ip(at: number, payload: number, protocol: number, id: number, src: number, dst: number): void {
    const { view } = this;
    const first = 0x45000000 + 20 + payload;
    const ttl = 0x4000 + protocol;
    view.setUint32(at, first);
    view.setUint32(at + 4, ((id & 0xffff) << 16) | 0x4000);
    view.setUint32(at + 8, ttl << 16);
    view.setUint32(at + 12, src);
    view.setUint32(at + 16, dst);
    let sum = 0x4500 + 20 + payload + (id & 0xffff) + 0x4000 + ttl;
    sum += (src >>> 16) + (src & 0xffff) + (dst >>> 16) + (dst & 0xffff);
    sum = (sum & 0xffff) + (sum >>> 16);
    view.setUint16(at + 10, ~((sum & 0xffff) + (sum >>> 16)));
  }

  /** The link header; where the packet begins. */
  private header(at: number, outgoing: boolean): number {
    const { view } = this;
    if (this.options.link === 'sll2') {
      view.setUint32(at, 0x08000000);
      view.setUint32(at + 4, 2);
      view.setUint32(at + 8, outgoing ? 0x00010406 : 0x00010006);
      view.setUint32(at + 12, 0x02000000);
      view.setUint32(at + 16, outgoing ? 0x00010000 : 0x00020000);
    } else if (this.options.link === 'sll') {
      view.setUint32(at, outgoing ? 0x00040001 : 0x00000001);
      view.setUint32(at + 4, 0x00060200);
      view.setUint32(at + 8, outgoing ? 1 : 2);
      view.setUint32(at + 12, 0x00000800);
    } else {
      view.setUint32(at, 0x02000000);
      view.setUint32(at + 4, outgoing ? 0x00020200 : 0x00010200);
      view.setUint32(at + 8, outgoing ? 0x00000001 : 0x00000002);
      view.setUint16(at + 12, 0x0800);
    }
    return at + this.linkBytes;
  }

  private host(net: number, serial: number, salt: number): number {
    return net * 0x1000000 + 1 + below(this.options.hosts, this.word(serial, salt));
  }

  private port(serial: number): number {
    return 1024 + below(64000, this.word(serial, 5));
  }

  private word(serial: number, salt: number): number {
    return mixed(this.options.seed, serial, salt);
  }
}

/** 0 to limit - 1, from an unsigned 32-bit number. */
function below(limit: number, word: number): number {
  return Math.floor((word * limit) / 0x100000000);
}

function somePayload(seed: number): Buffer {
  const payload = Buffer.alloc(PAYLOAD_BYTES + LONGEST_PAYLOAD);
  for (let at = 0; at < payload.length; at++) payload[at] = mixed(seed, at, 9);
  return payload;
}
