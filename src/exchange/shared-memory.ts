import { STRETCH_BYTES } from '../capture/read-ahead.ts';
import { CHUNKS } from './shortcut/layout.ts';
import { FRAMES_CODE, RECORDS_CODE } from './shortcut-code.ts';

/** What the code of the shortcut gives, of frames and of records; addresses are byte offsets in the memory. */
export interface ShortcutCode {
  closeOldest(early: number): number;
  closeUntil(before: number, notAfter: number): number;
}

/** `shortcut/entry-frames.ts`. */
export interface FramesCode extends ShortcutCode {
  takeRecords(at: number, end: number, little: number): number;
  takeBlocks(at: number, end: number, little: number): number;
  sendScouts(at: number, end: number, little: number, blocks: number): void;
}

/** `shortcut/entry-records.ts`. */
export interface RecordsCode extends ShortcutCode {
  pairRecords(at: number, end: number): number;
}

/** The types of Node 20 leave WebAssembly out; this much of it is used. */
interface Wasm {
  readonly Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

const PAGE_BYTES = 1 << 16;
/** Room for the chunks of a capture: what `Feeder` asks for. */
const CAPTURE_BYTES = 3 << 20;
/** The same for what is read ahead of one of them. */
const STRETCHES_BYTES = 2 * (STRETCH_BYTES + (1 << 20));
const MOST_CAPTURES = 128;

let compiled: object | null = null;

/** The compiled code for frames, so that threads share it with what V8 makes of it as they run; null where no such code is run. */
export function sharedCode(): object | null {
  compiled ??= codeOf(FRAMES_CODE);
  return compiled;
}

function codeOf(base64: string): object | null {
  const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly?: Wasm };
  if (!wasm) return null;
  try {
    return new wasm.Module(Buffer.from(base64, 'base64'));
  } catch {
    return null;
  }
}

/** What another thread's `sharedCode` gave. */
export function takeSharedCode(code: object | null): void {
  compiled = code;
}

/**
 * Memory that the code of the shortcut and the rest of one host's reading share (`shortcut/layout.ts` tells what lies
 * where): the chunks of its captures, so that nothing is copied, what the host remembers, and plain exchanges. Pages that
 * nobody touches take no room.
 */
export class SharedMemory<Code extends ShortcutCode = FramesCode> {
  readonly buffer: ArrayBuffer;
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly code: Code;
  /** Whether surely no entry of the open table is of this key and address asked. */
  knowsNone: (key: number, asked: number) => boolean = () => true;
  /** Whose interfaces the table of them tells. */
  teller: object | null = null;
  private used = CHUNKS;

  private constructor(wasm: Wasm, code: object, room: number) {
    const pages = Math.ceil((CHUNKS + room) / PAGE_BYTES);
    const memory = new wasm.Memory({ initial: pages, maximum: pages });
    const knowsNone = (key: number, asked: number) => Number(this.knowsNone(key, asked));
    const { exports } = new wasm.Instance(code, { env: { memory, knowsNone } });
    this.code = exports as Code;
    this.buffer = memory.buffer;
    this.words = new Int32Array(this.buffer);
    this.doubles = new Float64Array(this.buffer);
  }

  /** For captures that are read. Null where the machine does not give that much address space (`ulimit -v`), or does not run such code. */
  static make(captures: number): SharedMemory | null {
    const room = Math.min(captures, MOST_CAPTURES) * CAPTURE_BYTES;
    return SharedMemory.of(sharedCode(), room + STRETCHES_BYTES);
  }

  /** For records that are paired, with room for them where a capture's chunks would lie. */
  static forRecords(): SharedMemory<RecordsCode> | null {
    return SharedMemory.of(codeOf(RECORDS_CODE), CAPTURE_BYTES);
  }

  private static of<Code extends ShortcutCode>(code: object | null, room: number): SharedMemory<Code> | null {
    const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly?: Wasm };
    if (!wasm || !code) return null;
    try {
      return new SharedMemory<Code>(wasm, code, room);
    } catch {
      return null;
    }
  }

  /** Bytes for a chunk of a capture; null where there is no room. */
  room(bytes: number): Uint8Array | null {
    const at = this.used;
    const end = at + Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
    if (end > this.buffer.byteLength) return null;
    this.used = end;
    return new Uint8Array(this.buffer, at, bytes);
  }
}
