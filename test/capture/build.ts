/** Writes tiny captures, field by field, in either byte order. */
export class Writer {
  private readonly parts: Uint8Array[] = [];
  private readonly little: boolean;

  constructor(little = true) {
    this.little = little;
  }

  u8(...values: number[]): this {
    this.parts.push(Uint8Array.from(values));
    return this;
  }

  u16(value: number): this {
    return this.view(2, (view) => view.setUint16(0, value, this.little));
  }

  u32(value: number): this {
    return this.view(4, (view) => view.setUint32(0, value, this.little));
  }

  bytes(...parts: Uint8Array[]): this {
    this.parts.push(...parts);
    return this;
  }

  /** Zeros up to a multiple of four bytes. */
  pad(): this {
    return this.bytes(new Uint8Array((4 - (this.length % 4)) % 4));
  }

  get length(): number {
    return this.parts.reduce((sum, part) => sum + part.length, 0);
  }

  done(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.parts));
  }

  private view(length: number, write: (view: DataView) => void): this {
    const part = new Uint8Array(length);
    write(new DataView(part.buffer));
    return this.bytes(part);
  }
}

export interface Record {
  readonly seconds: number;
  readonly fraction: number;
  readonly packet: Uint8Array;
  /** The packet's own length where none is given. */
  readonly captured?: number;
  readonly original?: number;
}

export interface PcapOptions {
  readonly magic?: number;
  readonly little?: boolean;
  readonly major?: number;
  readonly minor?: number;
  readonly linkType?: number;
}

export function pcap(records: readonly Record[], options: PcapOptions = {}): Uint8Array {
  const { magic = 0xa1b2c3d4, little = true, major = 2, minor = 4, linkType = 1 } = options;
  const out = new Writer(little);
  out.u32(magic).u16(major).u16(minor).u32(0).u32(0).u32(65535).u32(linkType);
  for (const record of records) {
    const captured = record.captured ?? record.packet.length;
    const original = record.original ?? record.packet.length;
    out.u32(record.seconds).u32(record.fraction);
    if (minor < 3) out.u32(original).u32(captured);
    else out.u32(captured).u32(original);
    if (magic === 0xa1b2cd34) out.u32(7).u32(0);
    out.bytes(record.packet);
  }
  return out.done();
}

export interface Option {
  readonly code: number;
  readonly value: Uint8Array;
  /** Another length than the value's. */
  readonly length?: number;
}

/** Makes the blocks of one section's byte order. */
export class Blocks {
  private readonly little: boolean;

  constructor(little = true) {
    this.little = little;
  }

  block(type: number, body: Uint8Array, lengths?: { total?: number; trailing?: number }): Uint8Array {
    const padded = new Writer(this.little).bytes(body).pad().done();
    const total = lengths?.total ?? padded.length + 12;
    const out = new Writer(this.little).u32(type).u32(total).bytes(padded);
    return out.u32(lengths?.trailing ?? total).done();
  }

  section(options: readonly Option[] = [], major = 1, minor = 0): Uint8Array {
    const body = new Writer(this.little).u32(0x1a2b3c4d).u16(major).u16(minor);
    return this.block(0x0a0d0d0a, body.u32(0xffffffff).u32(0xffffffff).bytes(this.options(options)).done());
  }

  interface(linkType = 1, snapLength = 0, options: readonly Option[] = []): Uint8Array {
    const body = new Writer(this.little).u16(linkType).u16(0).u32(snapLength);
    return this.block(1, body.bytes(this.options(options)).done());
  }

  enhanced(
    packet: Uint8Array,
    stamp = 0n,
    options: readonly Option[] = [],
    index = 0,
    original = packet.length,
  ): Uint8Array {
    const body = this.stamped(new Writer(this.little).u32(index), packet, stamp, original);
    return this.block(6, body.bytes(this.options(options)).done());
  }

  obsolete(packet: Uint8Array, stamp = 0n, drops = 0xffff): Uint8Array {
    return this.block(2, this.stamped(new Writer(this.little).u16(0).u16(drops), packet, stamp).done());
  }

  simple(packet: Uint8Array, original = packet.length): Uint8Array {
    return this.block(3, new Writer(this.little).u32(original).bytes(packet).done());
  }

  statistics(index: number, options: readonly Option[]): Uint8Array {
    const body = new Writer(this.little).u32(index).u32(0).u32(0);
    return this.block(5, body.bytes(this.options(options)).done());
  }

  u64(value: bigint): Uint8Array {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), this.little);
    return bytes;
  }

  u32(value: number): Uint8Array {
    return new Writer(this.little).u32(value).done();
  }

  private stamped(out: Writer, packet: Uint8Array, stamp: bigint, original = packet.length): Writer {
    out.u32(Number(BigInt.asUintN(32, stamp >> 32n))).u32(Number(BigInt.asUintN(32, stamp)));
    return out.u32(packet.length).u32(original).bytes(packet).pad();
  }

  private options(options: readonly Option[]): Uint8Array {
    const out = new Writer(this.little);
    for (const { code, value, length } of options) {
      out
        .u16(code)
        .u16(length ?? value.length)
        .bytes(value)
        .pad();
    }
    if (options.length > 0) out.u16(0).u16(0);
    return out.done();
  }
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}
