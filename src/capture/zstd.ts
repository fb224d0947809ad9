import { Decompress } from 'fzstd';
import type { ByteSource } from './chunk.ts';
import { AheadSource, fill, readFirst } from './sources.ts';
import { Xxh64 } from './xxh64.ts';
import {
  isSkippable,
  readZstdFrame,
  withoutChecksum,
  ZSTD_FIXED_BYTES,
  ZSTD_MAGIC,
  zstdHeaderBytes,
} from './zstd-frame.ts';

/** Largest window: what `zstd -19` writes at most. A frame that asks for more needs Node's own decompressor. */
const MAX_WINDOW = 8 << 20;
/** RFC 8878 section 3.1.1.2: last (1 bit), type (2 bits), size (21 bits). */
const BLOCK_HEADER_BYTES = 3;
const MAX_BLOCK = 128 << 10;
/** Magic number, descriptor, window, dictionary, size (section 3.1.1.1). */
const MOST_HEADER = 18;
const TYPE_RUN = 1;
const TYPE_RESERVED = 3;
/**
 * The decompressor moves its window after every block. Blocks of one byte would make it do nothing else, so the bytes
 * moved must stand in proportion to the bytes made: full blocks of the largest window come to 64 for 1.
 */
const MOVES_FREE = 1 << 30;
const MOVES_PER_BYTE = 256;

const NOTHING = new Uint8Array(0);

/**
 * zstd where Node cannot decompress it (before 22.15): block by block, so that a bomb is never more than a few blocks large.
 * The blocks are fzstd's work; it passes checksums over, so they are compared here.
 */
export class ZstdSource implements ByteSource {
  private readonly source: ByteSource;
  private readonly head = new Uint8Array(BLOCK_HEADER_BYTES);
  /** A block with all that stands before it. */
  private readonly input = new Uint8Array(MOST_HEADER + BLOCK_HEADER_BYTES + MAX_BLOCK);
  private ready: Uint8Array = NOTHING;
  private frame: OpenFrame | null = null;
  private due: Xxh64 | null = null;
  private frames = 0;
  private moved = 0;
  private made = 0;

  constructor(source: ByteSource) {
    this.source = new AheadSource(source);
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    while (this.ready.length === 0) {
      if (this.frame) await this.block(this.frame);
      else if (!(await this.begin())) return 0;
    }
    const count = Math.min(length, this.ready.length);
    into.set(this.ready.subarray(0, count), at);
    this.ready = this.ready.subarray(count);
    return count;
  }

  close(): Promise<void> {
    return this.source.close();
  }

  /** A frame, or one to be passed over. False at the end. */
  private async begin(): Promise<boolean> {
    await this.check();
    const first = await readFirst(this.source, ZSTD_FIXED_BYTES);
    if (first.length === 0 && this.frames > 0) return false;
    if (first.length < ZSTD_FIXED_BYTES) throw cut();
    const magic = wordAt(first);
    if (isSkippable(magic)) await this.skip(first[ZSTD_FIXED_BYTES - 1]);
    else if (magic === ZSTD_MAGIC) await this.open(first);
    else throw damaged('no frame begins here');
    return true;
  }

  private async skip(lowestByte: number): Promise<void> {
    const rest = await this.exactly(3);
    let left = lowestByte + rest[0] * 0x100 + rest[1] * 0x10000 + rest[2] * 0x1000000;
    while (left > 0) left -= (await this.exactly(Math.min(left, MAX_BLOCK))).length;
    this.frames++;
  }

  private async open(first: Uint8Array): Promise<void> {
    const rest = await this.exactly(zstdHeaderBytes(first) - first.length);
    const header = new Uint8Array([...first, ...rest]);
    const { window, hasChecksum, hasDictionary } = readZstdFrame(header);
    if (hasDictionary) throw damaged('a dictionary is needed');
    if (window > MAX_WINDOW) throw damaged(`a window of ${window} bytes needs Node 22.15, or zstd -d before`);
    const sum = hasChecksum ? new Xxh64() : null;
    this.frame = { window, sum, header: withoutChecksum(header), decompress: this.decompressor(sum) };
    this.frames++;
  }

  private decompressor(sum: Xxh64 | null): Decompress {
    return new Decompress((output) => {
      sum?.update(output);
      this.made += output.length;
      this.ready = this.ready.length === 0 ? output : Buffer.concat([this.ready, output]);
    });
  }

  private async block(frame: OpenFrame): Promise<void> {
    this.head.set(await this.exactly(BLOCK_HEADER_BYTES));
    const word = this.head[0] | (this.head[1] << 8) | (this.head[2] << 16);
    const [last, type, size] = [(word & 1) === 1, (word >>> 1) & 3, word >>> 3];
    if (type === TYPE_RESERVED || size > MAX_BLOCK) throw damaged('a block of this kind or size cannot be');
    this.move(frame.window);
    const { header } = frame;
    this.input.set(header);
    this.input.set(this.head, header.length);
    const body = header.length + BLOCK_HEADER_BYTES;
    const end = body + (type === TYPE_RUN ? 1 : size);
    if ((await fill(this.source, this.input, body, end)) < end) throw cut();
    frame.header = NOTHING;
    // It keeps views of all it was given, so that blocks in buffers of their own would fill the memory; what is shorter than
    // the longest header it keeps to read later.
    const input = end < MOST_HEADER ? this.input.slice(0, end) : this.input.subarray(0, end);
    push(frame.decompress, input, last);
    if (!last) return;
    this.frame = null;
    this.due = frame.sum;
  }

  private move(window: number): void {
    this.moved += window;
    if (this.moved > MOVES_FREE + MOVES_PER_BYTE * this.made)
      throw damaged('its blocks are too small; zstd -d before');
  }

  /** The checksum of the frame before stands behind its last block, whose bytes were handed on by now. */
  private async check(): Promise<void> {
    const sum = this.due;
    this.due = null;
    if (sum && wordAt(await this.exactly(4)) !== sum.low32()) throw damaged('the checksum is wrong');
  }

  private async exactly(length: number): Promise<Uint8Array> {
    const bytes = await readFirst(this.source, length);
    if (bytes.length < length) throw cut();
    return bytes;
  }
}

interface OpenFrame {
  readonly window: number;
  readonly sum: Xxh64 | null;
  /** Still to be given to the decompressor, before the first block. */
  header: Uint8Array;
  readonly decompress: Decompress;
}

/** Whatever fzstd throws on damaged data, it is the data. */
function push(decompress: Decompress, input: Uint8Array, last: boolean): void {
  try {
    decompress.push(input, last);
  } catch (failure) {
    throw damaged(failure instanceof Error ? failure.message : String(failure));
  }
}

function wordAt(bytes: Uint8Array): number {
  return (bytes[0] | (bytes[1] << 8) | (bytes[2] << 16) | (bytes[3] << 24)) >>> 0;
}

function cut(): Error {
  return damaged('unexpected end of the compressed data');
}

/** With a code as Node's own zstd errors have. */
function damaged(message: string): Error {
  return Object.assign(new Error(message), { code: 'ZSTD_error_data' });
}
