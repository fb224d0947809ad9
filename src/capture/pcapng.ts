import type { Chunk } from './chunk.ts';
import type { DamageLog } from './damage.ts';
import {
  type CaptureInterface,
  type Direction,
  type FrameComment,
  type FrameSink,
  FrameView,
} from './frame.ts';
import { IDB_FIXED_BYTES, type PcapngInterface, readInterface } from './pcapng-interface.ts';
import { COMMENT_BYTES, PcapngNotes } from './pcapng-notes.ts';
import {
  EPB_DROPCOUNT,
  EPB_FLAGS,
  ISB_IFDROP,
  ISB_OSDROP,
  OPT_COMMENT,
  OptionCursor,
  optionText,
} from './pcapng-options.ts';
import { MAX_BLOCK_BYTES, MAX_PACKET_BYTES, type Walker } from './walker.ts';

// Block types: draft-ietf-opsawg-pcapng section 11.1.
const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const INTERFACE_STATISTICS = 5;
const ENHANCED_PACKET = 6;
const SYSTEMD_JOURNAL = 9;
const CUSTOM = 0x00000bad;
const CUSTOM_NOT_COPIED = 0x40000bad;

/** Type, length before and after the body. */
const BLOCK_OVERHEAD = 12;
/** Byte-order magic, version (2 + 2), section length (8). */
const SECTION_FIXED_BYTES = 16;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** More interfaces than a file may describe; packets of others are told as damage. */
const INTERFACES_KEPT = 1 << 16;

/** Whether this reader knows the version (section 4.1); 1.2 is what some writers put for 1.0. */
export function sectionVersionKnown(major: number, minor: number): boolean {
  return major === 1 && (minor === 0 || minor === 2);
}

/** Walks the blocks of a pcapng file. Interfaces are numbered over all its sections. */
export class PcapngWalker implements Walker {
  readonly format = 'pcapng';
  readonly byteOrder: 'little' | 'big';
  frames = 0;
  ended = false;
  private readonly damage: DamageLog;
  private readonly notes = new PcapngNotes();
  private readonly all: CaptureInterface[] = [];
  /** Interfaces of this section, by the number its blocks use. */
  private section: PcapngInterface[] = [];
  /** Of the packet being read. */
  private face: PcapngInterface | null = null;
  private readonly frame = new FrameView();
  private readonly options = new OptionCursor();
  private little: boolean;
  private sections = 0;
  /** Records that are no packets but that Wireshark numbers as frames all the same. */
  private numbersSkipped = 0;

  constructor(little: boolean, damage: DamageLog) {
    this.little = little;
    this.byteOrder = little ? 'little' : 'big';
    this.damage = damage;
  }

  get dropped(): number | null {
    return this.notes.dropped();
  }

  interfaces(): readonly CaptureInterface[] {
    return this.all;
  }

  comments(): readonly FrameComment[] {
    return this.notes.comments;
  }

  walk(chunk: Chunk, sink: FrameSink): number {
    const { view, end, base } = chunk;
    this.frame.bytes = chunk.bytes;
    this.frame.view = view;
    let at = chunk.start;
    while (end - at >= BLOCK_OVERHEAD) {
      const type = view.getUint32(at, this.little);
      if (type === SECTION_HEADER && !this.readByteOrder(view, at, base)) return at;
      const told = view.getUint32(at + 4, this.little);
      if (told < BLOCK_OVERHEAD || told > MAX_BLOCK_BYTES) {
        return this.give('bad-block-length', base + at, at, MAX_BLOCK_BYTES, told);
      }
      // Some writers leave the padding out of the length (Wireshark reads theirs, too).
      const length = (told + 3) & ~3;
      if (end - at < length) return at;
      const trailing = view.getUint32(at + length - 4, this.little);
      if (trailing !== told) return this.give('bad-block-length', base + at, at, length, trailing);
      if (type === ENHANCED_PACKET) this.enhancedPacket(view, at, length, base, sink);
      else if (!this.otherBlock(type, chunk, at, length, sink)) return at;
      at += length;
    }
    return at;
  }

  finish(chunk: Chunk, start: number): void {
    const have = chunk.end - start;
    if (have <= 0) return;
    const need = have < 8 ? BLOCK_OVERHEAD : chunk.view.getUint32(start + 4, this.little);
    const kind = this.sections === 0 ? 'cut-in-header' : 'cut-in-record';
    this.damage.add(kind, this.nextNumber(), chunk.base + start, need, have);
  }

  private nextNumber(): number {
    return this.frames + this.numbersSkipped + 1;
  }

  private give(kind: 'bad-block-length', offset: number, at: number, need: number, have: number): number {
    this.damage.add(kind, this.nextNumber(), offset, need, have);
    this.ended = true;
    return at;
  }

  private readByteOrder(view: DataView, at: number, base: number): boolean {
    if (view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC) this.little = true;
    else if (view.getUint32(at + 8, false) === BYTE_ORDER_MAGIC) this.little = false;
    else {
      const have = view.getUint32(at + 8, false);
      this.damage.add(
        'unsupported-section',
        this.nextNumber(),
        base + at + 8,
        BYTE_ORDER_MAGIC,
        have,
        'byte order',
      );
      this.ended = true;
      return false;
    }
    return true;
  }

  /** Interface (4), time stamp (8), captured and original length (4 + 4), packet, options (section 4.3). */
  private enhancedPacket(view: DataView, at: number, length: number, base: number, sink: FrameSink): void {
    const { frame, little } = this;
    const captured = length < 32 ? -1 : view.getUint32(at + 20, little);
    if (!this.fits(captured, length - 32, base + at)) return;
    if (!this.takeInterface(view.getUint32(at + 8, little), base + at)) return;
    this.takeTime(view.getUint32(at + 12, little), view.getUint32(at + 16, little));
    frame.originalLength = view.getUint32(at + 24, little);
    this.hand(at + 28, captured, at + length - 4, sink);
  }

  /** Interface (2), drops (2), then as above (section B). */
  private obsoletePacket(view: DataView, at: number, length: number, base: number, sink: FrameSink): void {
    const { frame, little } = this;
    const captured = length < 32 ? -1 : view.getUint32(at + 20, little);
    if (!this.fits(captured, length - 32, base + at)) return;
    if (!this.takeInterface(view.getUint16(at + 8, little), base + at)) return;
    const drops = view.getUint16(at + 10, little);
    if (drops !== 0xffff) this.notes.droppedBefore(drops);
    this.takeTime(view.getUint32(at + 12, little), view.getUint32(at + 16, little));
    frame.originalLength = view.getUint32(at + 24, little);
    this.hand(at + 28, captured, at + length - 4, sink);
  }

  /** Original length (4), packet; of the section's first interface, without a time (section 4.4). */
  private simplePacket(view: DataView, at: number, length: number, base: number, sink: FrameSink): void {
    const { frame, little } = this;
    if (!this.fits(length < 16 ? -1 : 0, 0, base + at) || !this.takeInterface(0, base + at)) return;
    const original = view.getUint32(at + 8, little);
    const snap = this.section[0].facts.snapLength || MAX_PACKET_BYTES;
    const captured = Math.min(original, snap, length - 16);
    frame.seconds = 0;
    frame.nanos = 0;
    frame.timed = false;
    frame.originalLength = original;
    this.hand(at + 12, captured, at + 12 + captured, sink);
    frame.timed = true;
  }

  /** Whether the packet lies within its block; one that does not is left out, the next block is found all the same. */
  private fits(captured: number, room: number, offset: number): boolean {
    if (captured >= 0 && captured <= room && captured <= MAX_PACKET_BYTES) return true;
    const limit = Math.max(0, Math.min(room, MAX_PACKET_BYTES));
    this.damage.add('record-too-long', this.nextNumber(), offset, Math.max(0, captured), limit);
    return false;
  }

  private takeInterface(index: number, offset: number): boolean {
    const face = index < this.section.length ? this.section[index] : undefined;
    if (face === undefined) {
      this.damage.add('unknown-interface', this.nextNumber(), offset, index, this.section.length);
      return false;
    }
    this.face = face;
    this.frame.linkType = face.facts.linkType;
    this.frame.interfaceId = face.facts.id;
    return true;
  }

  private takeTime(high: number, low: number): void {
    const units = this.face!.units;
    units.split(high, low);
    this.frame.seconds = units.seconds;
    this.frame.nanos = units.nanos;
  }

  private hand(offset: number, captured: number, end: number, sink: FrameSink): void {
    const { frame } = this;
    frame.offset = offset;
    frame.capturedLength = captured;
    frame.number = ++this.frames + this.numbersSkipped;
    frame.direction = 0;
    const options = offset + ((captured + 3) & ~3);
    if (end - options >= 4) this.packetOptions(frame.view, options, end);
    sink.frame(frame);
  }

  private packetOptions(view: DataView, at: number, end: number): void {
    const { options, frame, little } = this;
    options.begin(view, at, end, little);
    while (options.advance()) {
      const { code, length } = options;
      // Bits 0 and 1: inbound is 1, outbound 2, as our own numbers are.
      if (code === EPB_FLAGS && length === 4) {
        const direction = view.getUint32(options.at, little) & 3;
        frame.direction = direction === 3 ? 0 : (direction as Direction);
      } else if (code === OPT_COMMENT) {
        this.notes.comment(frame.number, optionText(frame.bytes, options.at, length, COMMENT_BYTES));
      } else if (code === EPB_DROPCOUNT && length === 8)
        this.notes.droppedBefore(this.count64(view, options.at));
    }
    if (options.broken) this.brokenOptions(at);
  }

  private brokenOptions(at: number): void {
    this.damage.add('bad-option', this.nextNumber(), at, this.options.length, null);
  }

  private count64(view: DataView, at: number): number {
    const low = view.getUint32(this.little ? at : at + 4, this.little);
    return view.getUint32(this.little ? at + 4 : at, this.little) * 0x100000000 + low;
  }

  /** Every block but the enhanced packet. False: the file cannot be read any further. */
  private otherBlock(type: number, chunk: Chunk, at: number, length: number, sink: FrameSink): boolean {
    const { view, bytes, base } = chunk;
    if (type === SECTION_HEADER) return this.sectionHeader(bytes, view, at, length, base);
    if (type === SIMPLE_PACKET) this.simplePacket(view, at, length, base, sink);
    else if (type === OBSOLETE_PACKET) this.obsoletePacket(view, at, length, base, sink);
    else if (type === INTERFACE_DESCRIPTION) this.interfaceDescription(bytes, view, at, length, base);
    else if (type === INTERFACE_STATISTICS) this.statistics(view, at, length);
    else if (type === CUSTOM || type === CUSTOM_NOT_COPIED || type === SYSTEMD_JOURNAL) this.numbersSkipped++;
    return true;
  }

  private sectionHeader(
    bytes: Uint8Array,
    view: DataView,
    at: number,
    length: number,
    base: number,
  ): boolean {
    const { options } = this;
    const known =
      length >= BLOCK_OVERHEAD + SECTION_FIXED_BYTES &&
      sectionVersionKnown(view.getUint16(at + 12, this.little), view.getUint16(at + 14, this.little));
    if (!known) {
      const version = `${view.getUint16(at + 12, this.little)}.${view.getUint16(at + 14, this.little)}`;
      this.damage.add('unsupported-section', this.nextNumber(), base + at, null, null, version);
      this.ended = true;
      return false;
    }
    this.sections++;
    this.section = [];
    options.begin(view, at + 8 + SECTION_FIXED_BYTES, at + length - 4, this.little);
    while (options.advance()) {
      if (options.code !== OPT_COMMENT) continue;
      this.notes.comment(0, optionText(bytes, options.at, options.length, COMMENT_BYTES));
    }
    if (options.broken) this.brokenOptions(base + at);
    return true;
  }

  private interfaceDescription(
    bytes: Uint8Array,
    view: DataView,
    at: number,
    length: number,
    base: number,
  ): void {
    const { options, little } = this;
    if (length < BLOCK_OVERHEAD + IDB_FIXED_BYTES || this.all.length >= INTERFACES_KEPT) {
      this.damage.add(
        'unknown-interface',
        this.nextNumber(),
        base + at,
        IDB_FIXED_BYTES,
        length - BLOCK_OVERHEAD,
      );
      return;
    }
    options.begin(view, at + 8 + IDB_FIXED_BYTES, at + length - 4, little);
    const face = readInterface(bytes, view, at + 8, little, options, this.all.length);
    if (options.broken) this.brokenOptions(base + at);
    this.section.push(face);
    this.all.push(face.facts);
  }

  /** Interface (4), time stamp (8), options (section 4.6). */
  private statistics(view: DataView, at: number, length: number): void {
    const face = length < 24 ? undefined : this.section[view.getUint32(at + 8, this.little)];
    if (face === undefined) return;
    let dropped = 0;
    let told = false;
    this.options.begin(view, at + 20, at + length - 4, this.little);
    while (this.options.advance()) {
      const { code } = this.options;
      if ((code !== ISB_IFDROP && code !== ISB_OSDROP) || this.options.length !== 8) continue;
      dropped += this.count64(view, this.options.at);
      told = true;
    }
    if (told) this.notes.statistics(face.facts.id, dropped);
  }
}
