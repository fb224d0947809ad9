import type { Chunk } from './chunk.ts';
import type { DamageLog } from './damage.ts';
import type { CaptureInterface, FrameComment, FrameSink } from './frame.ts';
import { type Block, beginSection, describeInterface, takeStatistics } from './pcapng-descriptions.ts';
import { PacketBlocks } from './pcapng-packets.ts';
import { nextBlock } from './pcapng-search.ts';
import { PcapngState } from './pcapng-state.ts';
import { RecordRuns } from './record-runs.ts';
import { MAX_BLOCK_BYTES, type Walker } from './walker.ts';

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

/** Type (4), length (4), body, length again (4). */
const BLOCK_OVERHEAD = 12;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
// Local, because an imported constant is loaded from its module at each use, and a local one is part of the code.
const LARGEST = MAX_BLOCK_BYTES;

/** Walks the blocks of a pcapng file. Interfaces are numbered over all its sections. */
export class PcapngWalker implements Walker {
  readonly format = 'pcapng';
  readonly byteOrder: 'little' | 'big';
  ended = false;
  /** Where, in the capture, blocks ceased to make sense; negative while they do. */
  private lostFrom = -1;
  private readonly state: PcapngState;
  private readonly packets: PacketBlocks;
  private readonly runs = new RecordRuns('pcapng');

  /** `little`: byte order of the first section. */
  constructor(little: boolean, damage: DamageLog) {
    this.byteOrder = little ? 'little' : 'big';
    this.state = new PcapngState(little, damage);
    this.packets = new PacketBlocks(this.state);
  }

  get frames(): number {
    return this.state.frames;
  }

  get dropped(): number | null {
    return this.state.notes.dropped();
  }

  interfaces(): readonly CaptureInterface[] {
    return this.state.interfaces;
  }

  comments(): readonly FrameComment[] {
    return this.state.notes.comments;
  }

  walk(chunk: Chunk, sink: FrameSink): number {
    const { view, end } = chunk;
    const { state, packets } = this;
    packets.frame.bytes = chunk.bytes;
    packets.frame.view = view;
    state.base = chunk.base;
    let at = this.lostFrom < 0 ? chunk.start : this.search(chunk, chunk.start);
    while (this.lostFrom < 0 && end - at >= BLOCK_OVERHEAD) {
      at = this.offer(chunk, at, sink);
      if (end - at < BLOCK_OVERHEAD) break;
      const type = view.getUint32(at, state.little);
      if (type === SECTION_HEADER && !this.takeByteOrder(view, at)) return at;
      const told = view.getUint32(at + 4, state.little);
      // Some writers leave the padding out of the length (Wireshark reads theirs, too).
      const length = (told + 3) & ~3;
      const possible = told >= BLOCK_OVERHEAD && told <= LARGEST;
      if (possible && end - at < length) return at;
      const again = possible ? view.getUint32(at + length - 4, state.little) : LARGEST;
      if (again !== told) {
        at = this.lose(chunk, at, told, again);
        continue;
      }
      if (type === ENHANCED_PACKET) packets.enhanced(view, at, length, sink);
      else if (!this.otherBlock(type, { bytes: chunk.bytes, view, at, length }, sink)) return at;
      at += length;
    }
    return at;
  }

  /** Where the first block begins that the sink did not take. */
  private offer(chunk: Chunk, at: number, sink: FrameSink): number {
    const { runs, state } = this;
    runs.little = state.little;
    runs.interfaces = state.runInterfaces;
    state.frames += runs.offer(sink, chunk, at, state.frames + state.numbersSkipped);
    return runs.at;
  }

  finish(chunk: Chunk, start: number): void {
    const have = chunk.end - start;
    const { state } = this;
    if (this.lostFrom >= 0) state.lose('bad-block-length', null);
    if (this.lostFrom >= 0 || have <= 0) return;
    const need = have < 8 ? BLOCK_OVERHEAD : chunk.view.getUint32(start + 4, state.little);
    state.base = chunk.base;
    state.report(state.sections === 0 ? 'cut-in-header' : 'cut-in-record', start, need, have);
  }

  /** Where this block ends cannot be told: a place is looked for where blocks make sense again. */
  private lose(chunk: Chunk, at: number, need: number, have: number): number {
    this.state.report('bad-block-length', at, need, have);
    this.lostFrom = chunk.base + at;
    return this.search(chunk, at + 1);
  }

  /** `lostFrom` is negative once it is found; else the search goes on at the place returned. */
  private search(chunk: Chunk, at: number): number {
    const { state } = this;
    const found = nextBlock(chunk, at, state.little, state.section.length);
    if (!found.certain) return found.at;
    state.lose('bad-block-length', chunk.base + found.at - this.lostFrom);
    this.lostFrom = -1;
    return found.at;
  }

  private takeByteOrder(view: DataView, at: number): boolean {
    const big = view.getUint32(at + 8);
    this.state.little = view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC;
    if (this.state.little || big === BYTE_ORDER_MAGIC) return true;
    this.state.report('unsupported-section', at + 8, BYTE_ORDER_MAGIC, big, 'byte order');
    this.ended = true;
    return false;
  }

  /** Every block but the enhanced packet. False: the file cannot be read any further. */
  private otherBlock(type: number, block: Block, sink: FrameSink): boolean {
    const { state, packets } = this;
    const { view, at, length } = block;
    if (type === SECTION_HEADER) {
      this.ended = !beginSection(state, block);
      return !this.ended;
    }
    if (type === SIMPLE_PACKET) packets.simple(view, at, length, sink);
    else if (type === OBSOLETE_PACKET) packets.obsolete(view, at, length, sink);
    else if (type === INTERFACE_DESCRIPTION) describeInterface(state, block);
    else if (type === INTERFACE_STATISTICS) takeStatistics(state, block);
    else if (type === CUSTOM || type === CUSTOM_NOT_COPIED || type === SYSTEMD_JOURNAL)
      state.numbersSkipped++;
    return true;
  }
}
