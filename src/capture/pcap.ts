import type { Chunk } from './chunk.ts';
import type { DamageLog } from './damage.ts';
import { type CaptureInterface, type FrameComment, type FrameSink, FrameView } from './frame.ts';
import { type PcapMagic, pcapMagic } from './magic.ts';
import { type LengthsSwapped, nextRecord } from './pcap-search.ts';
import { RecordRuns } from './record-runs.ts';
import { MAX_PACKET_BYTES, type Walker } from './walker.ts';

/** draft-ietf-opsawg-pcap section 4: magic, version (2 + 2), two reserved words, snap length, link type. */
export const FILE_HEADER_BYTES = 24;

/** Section 5: seconds, fraction, captured and original length. */
const RECORD_BYTES = 16;

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

/** Versions that libpcap reads (sf-pcap.c): 2.x, and 543.0 of DG/UX's tcpdump. */
export function pcapVersionKnown({ versionMajor, versionMinor }: PcapHeader): boolean {
  return versionMajor === 2 || (versionMajor === DG_UX && versionMinor === 0);
}

const DG_UX = 543;
/** Of version 2. */
const HIGHEST_MINOR = 4;

/** Before version 2.3 the two lengths stood the other way round, in 2.3 with some writers (libpcap sf-pcap.c). */
function lengthsSwappedIn({ versionMajor, versionMinor }: PcapHeader): LengthsSwapped {
  if (versionMajor === DG_UX || versionMinor < 3) return 'yes';
  return versionMinor === 3 ? 'perhaps' : 'no';
}

/** Whether in place of a record's time a file begins, as where files were joined with `cat`; 8 bytes of it must be there. */
function beginsFile(bytes: Uint8Array, at: number): boolean {
  const magic = pcapMagic(bytes.subarray(at, at + 4));
  if (!magic) return false;
  const [major, minor] = magic.little ? [at + 4, at + 6] : [at + 5, at + 7];
  return bytes[major] === 2 && bytes[minor] <= HIGHEST_MINOR;
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
  /** Where, in the capture, records ceased to make sense; negative while they do. */
  private lostFrom = -1;
  private readonly lengthsSwapped: LengthsSwapped;
  /** Null where records are not as they usually are. */
  private readonly runs: RecordRuns | null;

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
    this.lengthsSwapped = lengthsSwappedIn(header);
    this.frame.linkType = header.linkType;
    this.runs = this.headerBytes === RECORD_BYTES && this.lengthsSwapped === 'no' ? this.newRuns() : null;
  }

  private newRuns(): RecordRuns {
    const runs = new RecordRuns('pcap');
    runs.little = this.little;
    runs.interfaces = [{ id: 0, linkType: this.header.linkType, unitsPerSecond: this.unitsPerSecond }];
    return runs;
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
    if (this.lostFrom >= 0) at = this.search(chunk, at, false);
    if (this.lostFrom >= 0) return at;
    while (end - at >= headerBytes) {
      if (this.runs) {
        at = this.offer(this.runs, chunk, at, sink);
        if (end - at < headerBytes) return at;
      }
      const captured = this.capturedLength(view, at);
      if (captured > MAX_PACKET_BYTES) {
        this.damage.add('record-too-long', this.frames + 1, base + at, captured, MAX_PACKET_BYTES);
        this.lostFrom = base + at;
        at = this.search(chunk, at + 1, false);
        if (this.lostFrom >= 0) return at;
        continue;
      }
      if (captured === 0 && beginsFile(chunk.bytes, at)) {
        if (end - at < FILE_HEADER_BYTES) return at;
        this.passFileHeader(chunk, at);
        if (this.ended) return at;
        at += FILE_HEADER_BYTES;
        continue;
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

  /** Goes on behind the header of a file of the same kind; what another one holds would not be understood. */
  private passFileHeader({ bytes, base }: Chunk, at: number): void {
    const { damage, frames } = this;
    const here = 'the header of another file';
    if (this.isAlike(bytes.subarray(at, at + FILE_HEADER_BYTES))) {
      damage.add('record-too-long', frames + 1, base + at, null, null, here);
      damage.lose('record-too-long', FILE_HEADER_BYTES);
      return;
    }
    damage.add('unsupported-section', frames + 1, base + at, null, null, here);
    this.ended = true;
  }

  private isAlike(bytes: Uint8Array): boolean {
    const magic = pcapMagic(bytes);
    if (magic !== this.header.magic) return false;
    const other = readPcapHeader(magic, bytes);
    if (other.linkType !== this.header.linkType || other.reserved !== 0) return false;
    return lengthsSwappedIn(other) === this.lengthsSwapped;
  }

  /** Where the first record begins that the sink did not take. */
  private offer(runs: RecordRuns, chunk: Chunk, at: number, sink: FrameSink): number {
    const taken = runs.offer(sink, chunk, at, this.frames);
    if (taken === 0) return at;
    this.frames += taken;
    this.frame.seconds = runs.seconds;
    return runs.at;
  }

  finish(chunk: Chunk, start: number, sink: FrameSink): void {
    const { damage, frames, headerBytes } = this;
    if (this.ended) return;
    if (this.lostFrom >= 0) {
      const found = this.search(chunk, start, true);
      if (this.lostFrom >= 0) damage.lose('record-too-long', null);
      else this.finish(chunk, this.walk({ ...chunk, start: found }, sink), sink);
      return;
    }
    const have = chunk.end - start;
    if (have <= 0) return;
    if (have >= 8 && have < FILE_HEADER_BYTES && beginsFile(chunk.bytes, start)) {
      damage.add('cut-in-header', frames + 1, chunk.base + start, FILE_HEADER_BYTES, have);
      return;
    }
    const need = headerBytes + (have >= headerBytes ? this.capturedLength(chunk.view, start) : 0);
    damage.add('cut-in-record', frames + 1, chunk.base + start, need, have);
  }

  /**
   * Looks for the next place where records make sense, from `at` on; `lostFrom` is negative once it is found. Returns that
   * place, or where the search must go on when more bytes are there.
   */
  private search(chunk: Chunk, at: number, atEnd: boolean): number {
    const plausible = {
      little: this.little,
      headerBytes: this.headerBytes,
      unitsPerSecond: this.unitsPerSecond,
      longest: this.longest,
      seconds: this.frames > 0 ? this.frame.seconds : null,
      lengthsSwapped: this.lengthsSwapped,
    };
    const found = nextRecord(chunk, at, plausible, atEnd);
    if (!found.certain) return found.at;
    this.damage.lose('record-too-long', chunk.base + found.at - this.lostFrom);
    this.lostFrom = -1;
    return found.at;
  }

  /** Longest packet the file's own header lets expect. */
  private get longest(): number {
    const { snapLength } = this.header;
    return snapLength === 0 ? MAX_PACKET_BYTES : Math.min(snapLength, MAX_PACKET_BYTES);
  }

  private capturedLength(view: DataView, at: number): number {
    return view.getUint32(this.swapped(view, at) ? at + 12 : at + 8, this.little);
  }

  private originalLength(view: DataView, at: number): number {
    return view.getUint32(this.swapped(view, at) ? at + 8 : at + 12, this.little);
  }

  private swapped(view: DataView, at: number): boolean {
    const { lengthsSwapped, little } = this;
    if (lengthsSwapped !== 'perhaps') return lengthsSwapped === 'yes';
    return view.getUint32(at + 8, little) > view.getUint32(at + 12, little);
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
