import { type Direction, type FrameSink, FrameView } from './frame.ts';
import type { PcapngInterface } from './pcapng-interface.ts';
import { COMMENT_BYTES } from './pcapng-notes.ts';
import { EPB_DROPCOUNT, EPB_FLAGS, OPT_COMMENT, optionText } from './pcapng-options.ts';
import type { PcapngState } from './pcapng-state.ts';
import { MAX_PACKET_BYTES } from './walker.ts';

/** Type and length before the fields of all packet blocks, length behind them. */
const BLOCK_HEAD = 8;
const BLOCK_TAIL = 4;
/** Enhanced: interface (4), time stamp (4 + 4), captured and original length (4 + 4), packet, options (section 4.3). */
const EPB_INTERFACE = 8;
const TIME_HIGH = 12;
const TIME_LOW = 16;
const CAPTURED_LENGTH = 20;
const ORIGINAL_LENGTH = 24;
const PACKET = 28;
/** Obsolete: interface (2) and drops (2) where the enhanced has its interface (section B). */
const OPB_DROPS = 10;
const DROPS_UNKNOWN = 0xffff;
/** Simple: original length (4), packet (section 4.4). */
const SPB_ORIGINAL_LENGTH = 8;
const SPB_PACKET = 12;
// Local, because an imported constant is loaded from its module at each use, and a local one is part of the code.
const LARGEST = MAX_PACKET_BYTES;

/** Hands on the packets of a pcapng file. A block whose packet cannot be read is left out: the next one is found all the same. */
export class PacketBlocks {
  readonly frame = new FrameView();
  private readonly state: PcapngState;

  constructor(state: PcapngState) {
    this.state = state;
  }

  enhanced(view: DataView, at: number, length: number, sink: FrameSink): void {
    const { little } = this.state;
    if (length < PACKET + BLOCK_TAIL) {
      this.misfit(at, length, 0, 0);
      return;
    }
    this.timed(view, at, length, view.getUint32(at + EPB_INTERFACE, little), sink);
  }

  obsolete(view: DataView, at: number, length: number, sink: FrameSink): void {
    const { little, notes } = this.state;
    if (length < PACKET + BLOCK_TAIL) {
      this.misfit(at, length, 0, 0);
      return;
    }
    const drops = view.getUint16(at + OPB_DROPS, little);
    if (drops !== DROPS_UNKNOWN) notes.droppedBefore(drops);
    this.timed(view, at, length, view.getUint16(at + EPB_INTERFACE, little), sink);
  }

  /** Of the section's first interface, without a time. */
  simple(view: DataView, at: number, length: number, sink: FrameSink): void {
    const { frame, state } = this;
    if (length < SPB_PACKET + BLOCK_TAIL) {
      this.misfit(at, length, 0, 0);
      return;
    }
    if (state.section.length === 0) {
      this.unknownInterface(at, length, 0);
      return;
    }
    const face = state.section[0];
    const original = view.getUint32(at + SPB_ORIGINAL_LENGTH, state.little);
    const room = length - SPB_PACKET - BLOCK_TAIL;
    const captured = Math.min(original, face.facts.snapLength || LARGEST, room);
    if (captured > LARGEST) {
      this.misfit(at, length, captured, LARGEST);
      return;
    }
    frame.seconds = 0;
    frame.nanos = 0;
    frame.timed = false;
    frame.originalLength = original;
    this.hand(at + SPB_PACKET, captured, at + SPB_PACKET + captured, face, sink);
    frame.timed = true;
  }

  private timed(view: DataView, at: number, length: number, index: number, sink: FrameSink): void {
    const { frame, state } = this;
    const { little, section } = state;
    const captured = view.getUint32(at + CAPTURED_LENGTH, little);
    const room = length - PACKET - BLOCK_TAIL;
    if (captured > room || captured > LARGEST) {
      this.misfit(at, length, captured, room);
      return;
    }
    if (index >= section.length) {
      this.unknownInterface(at, length, index);
      return;
    }
    const face = section[index];
    const { units } = face;
    units.split(view.getUint32(at + TIME_HIGH, little), view.getUint32(at + TIME_LOW, little));
    frame.seconds = units.seconds;
    frame.nanos = units.nanos;
    frame.originalLength = view.getUint32(at + ORIGINAL_LENGTH, little);
    this.hand(at + PACKET, captured, at + length - BLOCK_TAIL, face, sink);
  }

  private hand(offset: number, captured: number, end: number, face: PcapngInterface, sink: FrameSink): void {
    const { frame, state } = this;
    frame.linkType = face.linkType;
    frame.interfaceId = face.id;
    frame.offset = offset;
    frame.capturedLength = captured;
    frame.number = ++state.frames + state.numbersSkipped;
    frame.direction = 0;
    const options = offset + ((captured + 3) & ~3);
    if (options < end) this.readOptions(options, end);
    sink.frame(frame);
  }

  private readOptions(at: number, end: number): void {
    const { frame, state } = this;
    const { options, notes } = state;
    options.begin(frame.view, at, end, state.little);
    while (options.advance()) {
      const { code, length } = options;
      if (code === EPB_FLAGS && length === 4) this.takeFlags(frame.view.getUint32(options.at, state.little));
      else if (code === OPT_COMMENT) {
        notes.comment(frame.number, optionText(frame.bytes, options.at, length, COMMENT_BYTES));
      } else if (code === EPB_DROPCOUNT && length === 8) {
        notes.droppedBefore(state.count64(frame.view, options.at));
      }
    }
    if (options.broken) state.report('bad-option', options.at, options.length, end - options.at);
  }

  /** Bits 0 and 1 (section 4.3.1): 1 inbound, 2 outbound, as our own numbers are. */
  private takeFlags(flags: number): void {
    const direction = flags & 3;
    this.frame.direction = direction === 3 ? 0 : (direction as Direction);
  }

  private misfit(at: number, length: number, captured: number, room: number): void {
    this.state.report('record-too-long', at, captured, Math.max(0, Math.min(room, LARGEST)));
    this.state.lose('record-too-long', length);
  }

  private unknownInterface(at: number, length: number, index: number): void {
    this.state.report('unknown-interface', at + BLOCK_HEAD, index, this.state.section.length);
    this.state.lose('unknown-interface', length);
  }
}
