import * as zlib from 'node:zlib';
import type { ByteSource } from './chunk.ts';
import { Inflater } from './inflater.ts';

/** Compressed bytes given to zlib at once: bounds what a bomb (at most 1032 to 1, RFC 1951) makes of them. */
const PIECE_BYTES = 32 << 10;
/** A call that fails loses what it decompressed: at the beginning little is given, so that a small capture is not lost whole. */
const FIRST_PIECE_BYTES = 256;
const SHARE_OF_ALL = 8;

/** RFC 1952 section 2.3: what stands before the fields of which the flags tell. */
const HEADER_BYTES = 10;
const TRAILER_BYTES = 8;
const MAGIC = [0x1f, 0x8b];
const DEFLATE = 8;
const FLAG_CHECKSUM = 2;
const FLAG_EXTRA = 4;
const FLAG_NAME = 8;
const FLAG_COMMENT = 16;
const FLAGS_RESERVED = 0xe0;

/**
 * A capture under gzip. Members and their trailers are read here and not by zlib's own reader of gzip, which gives nothing
 * of a piece in which it finds fault with a trailer or with what follows one.
 */
export class GzipSource implements ByteSource {
  private readonly source: ByteSource;
  private readonly input = new Uint8Array(PIECE_BYTES);
  private used = 0;
  private have = 0;
  private member: Member | null = null;
  private members = 0;
  private fed = 0;
  private closed = false;

  constructor(source: ByteSource) {
    this.source = source;
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    while (!this.closed) {
      const { member } = this;
      if (member?.inflater.holdsOutput) return take(member, into, at, length);
      if (member?.inflater.failure) throw member.inflater.failure;
      if (member?.inflater.ended) await this.check(member);
      else if (member) await this.feed(member.inflater);
      else if (!(await this.begin())) return 0;
    }
    return 0;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.member?.inflater.close();
    await this.source.close();
  }

  /** The next member's header. False at the end, of which zeros are a part: they fill the last block of a tape. */
  private async begin(): Promise<boolean> {
    if (this.members > 0 && !(await this.refill())) return false;
    if (this.members > 0 && this.input[this.used] !== MAGIC[0]) {
      await this.passZeros();
      return false;
    }
    const header = await this.exactly(HEADER_BYTES);
    const [method, flags] = [header[2], header[3]];
    if (header[0] !== MAGIC[0] || header[1] !== MAGIC[1]) throw follows();
    if (method !== DEFLATE || (flags & FLAGS_RESERVED) !== 0) throw damaged('a header of an unknown kind');
    if (flags & FLAG_EXTRA) await this.skip(short(await this.exactly(2)));
    if (flags & FLAG_NAME) await this.skipText();
    if (flags & FLAG_COMMENT) await this.skipText();
    if (flags & FLAG_CHECKSUM) await this.skip(2);
    if (this.closed) return false;
    this.member = { inflater: new Inflater(zlib.createInflateRaw), sum: 0, length: 0 };
    this.members++;
    return true;
  }

  private async feed(inflater: Inflater): Promise<void> {
    if (!(await this.refill())) {
      await inflater.flush();
      if (!inflater.holdsOutput) await inflater.end();
      return;
    }
    const most = Math.max(FIRST_PIECE_BYTES, this.fed / SHARE_OF_ALL);
    const piece = this.input.subarray(this.used, Math.min(this.have, this.used + Math.floor(most)));
    const before = inflater.consumed;
    await inflater.feed(piece);
    if (inflater.failure) return;
    const consumed = inflater.consumed - before;
    // Only a stream that has ended leaves bytes over; it says so a moment later.
    if (consumed < piece.length) await inflater.settled();
    this.used += consumed;
    this.fed += consumed;
  }

  /** The trailer: the checksum of what was given, and its length. */
  private async check({ inflater, sum, length }: Member): Promise<void> {
    inflater.close();
    const trailer = await this.exactly(TRAILER_BYTES);
    this.member = null;
    if (sum !== null && word(trailer, 0) !== sum) throw damaged('the checksum is wrong');
    if (word(trailer, 4) !== length) throw damaged('its length is another one');
  }

  /** As gzip has it: anything but zeros is worth a word, and is no member even where it looks like one. */
  private async passZeros(): Promise<void> {
    while (await this.refill()) {
      const rest = this.input.subarray(this.used, this.have);
      if (rest.some((byte) => byte !== 0)) throw follows();
      this.used = this.have;
    }
  }

  private async skip(length: number): Promise<void> {
    for (let left = length; left > 0; ) left -= (await this.exactly(Math.min(left, PIECE_BYTES))).length;
  }

  /** Up to a zero byte. */
  private async skipText(): Promise<void> {
    for (;;) {
      if (!(await this.refill())) throw cut();
      const end = this.input.subarray(this.used, this.have).indexOf(0);
      this.used = end < 0 ? this.have : this.used + end + 1;
      if (end >= 0) return;
    }
  }

  private async exactly(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      if (!(await this.refill())) throw cut();
      const count = Math.min(length - at, this.have - this.used);
      bytes.set(this.input.subarray(this.used, this.used + count), at);
      this.used += count;
      at += count;
    }
    return bytes;
  }

  /** False: there is no more input. */
  private async refill(): Promise<boolean> {
    if (this.used < this.have) return true;
    this.used = 0;
    this.have = await this.source.read(this.input, 0, PIECE_BYTES);
    return this.have > 0;
  }
}

interface Member {
  readonly inflater: Inflater;
  /** Of what was given; null where it cannot be told. */
  sum: number | null;
  /** Modulo 2^32. */
  length: number;
}

function take(member: Member, into: Uint8Array, at: number, length: number): number {
  const count = member.inflater.take(into, at, length);
  member.sum = sumOf(into.subarray(at, at + count), member.sum);
  member.length = (member.length + count) >>> 0;
  return count;
}

/** Node has it from 20.15 and from 22.2 on. */
function sumOf(bytes: Uint8Array, before: number | null): number | null {
  const { crc32 } = zlib as { crc32?: typeof zlib.crc32 };
  return crc32 && before !== null ? crc32(bytes, before) : null;
}

function word(bytes: Uint8Array, at: number): number {
  return (short(bytes, at) | (short(bytes, at + 2) << 16)) >>> 0;
}

function short(bytes: Uint8Array, at = 0): number {
  return bytes[at] | (bytes[at + 1] << 8);
}

function follows(): Error {
  return damaged('what follows it is not gzip');
}

function cut(): Error {
  return damaged('unexpected end of file');
}

/** With a code as zlib's own errors have. */
function damaged(message: string): Error {
  return Object.assign(new Error(message), { code: 'Z_DATA_ERROR' });
}
