/** Puts frames into a capture file's records; each method returns where the next bytes belong. */
export interface RecordWriter {
  /** Before each frame. */
  readonly headerBytes: number;
  /** Writes the file's own header. */
  begin(): number;
  /** The record from `at` whose frame ends at `end`; its time is the next. */
  end(at: number, end: number): number;
}

export interface RecordOptions {
  readonly format: 'pcap' | 'pcapng';
  readonly link: 'ethernet' | 'sll' | 'sll2';
  /** From one frame to the next. */
  readonly frameNs: number;
}

const LINK_TYPES = { ethernet: 1, sll: 113, sll2: 276 } as const;
/** 2026-11-23T14:00:00Z. */
const FIRST_SECOND = 1795442400;

export function recordsOf(buffer: Buffer, options: RecordOptions): RecordWriter {
  return options.format === 'pcap' ? new PcapRecords(buffer, options) : new PcapngRecords(buffer, options);
}

class PcapRecords implements RecordWriter {
  readonly headerBytes = 16;
  private readonly view: DataView;
  private readonly options: RecordOptions;
  private second = FIRST_SECOND;
  private nanosecond = 0;

  constructor(buffer: Buffer, options: RecordOptions) {
    this.view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
    this.options = options;
  }

  begin(): number {
    const words = [0xa1b2c3d4, 0x00040002, 0, 0, 262144, LINK_TYPES[this.options.link]];
    return writeWords(this.view, words);
  }

  end(at: number, end: number): number {
    const { view } = this;
    const length = end - at - 16;
    view.setUint32(at, this.second, true);
    view.setUint32(at + 4, Math.floor(this.nanosecond / 1000), true);
    view.setUint32(at + 8, length, true);
    view.setUint32(at + 12, length, true);
    this.nanosecond += this.options.frameNs;
    if (this.nanosecond >= 1e9) {
      this.nanosecond -= 1e9;
      this.second++;
    }
    return end;
  }
}

/** A section header and one interface with nanoseconds, as dumpcap writes them. */
class PcapngRecords implements RecordWriter {
  readonly headerBytes = 28;
  private readonly view: DataView;
  private readonly options: RecordOptions;
  private high: number;
  private low: number;

  constructor(buffer: Buffer, options: RecordOptions) {
    this.view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
    this.options = options;
    const first = BigInt(FIRST_SECOND) * 1_000_000_000n;
    this.high = Number(first >> 32n);
    this.low = Number(first & 0xffffffffn);
  }

  begin(): number {
    const words = [0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0xffffffff, 0xffffffff, 28];
    words.push(1, 32, LINK_TYPES[this.options.link], 262144, 0x00010009, 9, 0, 32);
    return writeWords(this.view, words);
  }

  end(at: number, end: number): number {
    const { view } = this;
    const length = end - at - 28;
    const padded = (length + 3) & ~3;
    view.setUint32(at, 6, true);
    view.setUint32(at + 4, 32 + padded, true);
    view.setUint32(at + 8, 0, true);
    view.setUint32(at + 12, this.high, true);
    view.setUint32(at + 16, this.low, true);
    view.setUint32(at + 20, length, true);
    view.setUint32(at + 24, length, true);
    for (let i = length; i < padded; i++) view.setUint8(at + 28 + i, 0);
    view.setUint32(at + 28 + padded, 32 + padded, true);
    this.low += this.options.frameNs;
    if (this.low >= 0x100000000) {
      this.low -= 0x100000000;
      this.high++;
    }
    return at + 32 + padded;
  }
}

function writeWords(view: DataView, words: readonly number[]): number {
  words.forEach((word, i) => {
    view.setUint32(4 * i, word, true);
  });
  return 4 * words.length;
}
