import type { Chunk } from './chunk.ts';
import type { DamageLog } from './damage.ts';
import { type CaptureInterface, type FrameComment, type FrameSink, FrameView } from './frame.ts';
import type { PcapMagic } from './magic.ts';
import { MAX_PACKET_BYTES, type Walker } from './walker.ts';

/** draft-ietf-opsawg-pcap section 4: magic, version (2 + 2), two reserved words, snap length, link type. */
export const FILE_HEADER_BYTES = 24;

export interface PcapHeader {
  readonly magic: PcapMagic;
  readonly versionMajor: number;
  readonly versionMinor: number;
  readonly snapLength: number;
  readonly linkType: number;
  /** Bits 16 to 25 of the link type's word, which have no meaning yet. */
  readonly reserved: number;
}

/** Reads the header from a file's first FILE_HEADER_BYTES bytes. */
export function readPcapHeader(magic: PcapMagic, first: Uint8Array): PcapHeader {
  const view = new DataView(first.buffer, first.byteOffset, FILE_HEADER_BYTES);
  const network = view.getUint32(20, magic.little);
  return {
    magic,
    versionMajor: view.getUint16(4, magic.little),
    versionMinor: view.getUint16(6, magic.little),
    snapLength: view.getUint32(16, magic.little),
    // The upper bits tell of a frame check sequence behind each packet: IP's own lengths leave it out.
    linkType: network & 0xffff,
    reserved: (network >>> 16) & 0x3ff,
  };
}

/** Walks the records of a pcap file, which follow its header without a gap. */
export class PcapWalker implements Walker {
  readonly format = 'pcap';
  readonly byteOrder: 'little' | 'big';
  readonly dropped = null;
  frames = 0;
  ended = false;
  private readonly header: PcapHeader;
  private readonly damage: DamageLog;
  private readonly frame = new FrameView();
  private readonly little: boolean;
  private readonly unitNs: number;
  private readonly unitsPerSecond: number;
  private readonly headerBytes: number;

  /** Bytes of the file header still to pass. */
  private skip: number;

  /** `skip`: bytes of the file header that lie before the first record, fewer than 24 where the file ends inside it. */
  constructor(header: PcapHeader, damage: DamageLog, skip: number) {
    this.header = header;
    this.skip = skip;
    this.damage = damage;
    this.little = header.magic.little;
    this.byteOrder = this.little ? 'little' : 'big';
    this.unitNs = header.magic.resolutionNs;
    this.unitsPerSecond = 1e9 / this.unitNs;
    this.headerBytes = header.magic.headerBytes;
    this.frame.linkType = header.linkType;
  }

  interfaces(): readonly CaptureInterface[] {
    const { snapLength, linkType } = this.header;
    const resolutionNs = this.unitNs;
    return [{ id: 0, name: null, description: null, filter: null, linkType, snapLength, resolutionNs }];
  }

  comments(): readonly FrameComment[] {
    return [];
  }

  walk(chunk: Chunk, sink: FrameSink): number {
    const { view, end, base } = chunk;
    const { frame, little, headerBytes, unitNs, unitsPerSecond } = this;
    frame.bytes = chunk.bytes;
    frame.view = view;
    let at = chunk.start;
    if (this.skip > 0) {
      if (end - at < this.skip) return at;
      at += this.skip;
      this.skip = 0;
    }
    while (end - at >= headerBytes) {
      const captured = this.capturedLength(view, at);
      if (captured > MAX_PACKET_BYTES) {
        this.damage.add('record-too-long', this.frames + 1, base + at, captured, MAX_PACKET_BYTES);
        this.ended = true;
        return at;
      }
      const next = at + headerBytes + captured;
      if (next > end) return at;
      const fraction = view.getUint32(at + 4, little);
      frame.number = ++this.frames;
      frame.seconds = view.getUint32(at, little);
      frame.nanos = fraction * unitNs;
      if (fraction >= unitsPerSecond) this.carryTime(base + at, fraction);
      frame.offset = at + headerBytes;
      frame.capturedLength = captured;
      frame.originalLength = this.originalLength(view, at);
      sink.frame(frame);
      at = next;
    }
    return at;
  }

  finish(chunk: Chunk, start: number): void {
    const have = chunk.end - start;
    if (have <= 0) return;
    const whole = have >= this.headerBytes;
    const need = this.headerBytes + (whole ? this.capturedLength(chunk.view, start) : 0);
    this.damage.add('cut-in-record', this.frames + 1, chunk.base + start, need, have);
  }

  private capturedLength(view: DataView, at: number): number {
    return view.getUint32(this.swapped(view, at) ? at + 12 : at + 8, this.little);
  }

  private originalLength(view: DataView, at: number): number {
    return view.getUint32(this.swapped(view, at) ? at + 8 : at + 12, this.little);
  }

  /** Before version 2.3 the two lengths stood the other way round, in 2.3 with some writers (libpcap sf-pcap.c). */
  private swapped(view: DataView, at: number): boolean {
    const minor = this.header.versionMinor;
    if (minor > 3) return false;
    return minor < 3 || view.getUint32(at + 8, this.little) > view.getUint32(at + 12, this.little);
  }

  /** A fraction of a second or more: the time goes on into the seconds. */
  private carryTime(offset: number, fraction: number): void {
    const { frame, unitsPerSecond } = this;
    this.damage.add('time-out-of-range', frame.number, offset, unitsPerSecond - 1, fraction);
    const carry = Math.floor(fraction / unitsPerSecond);
    frame.seconds += carry;
    frame.nanos = (fraction - carry * unitsPerSecond) * this.unitNs;
  }
}
