import { CHUNKS } from './shortcut/layout.ts';
import { SHORTCUT_CODE } from './shortcut-code.ts';

/** What the code of the shortcut gives (`shortcut/index.ts`); addresses are byte offsets in the memory. */
export interface ShortcutCode {
  takeRecords(at: number, end: number, little: number): number;
  takeBlocks(at: number, end: number, little: number): number;
  pairRecords(at: number, end: number): number;
  closeOldest(early: number): number;
  closeUntil(before: number, notAfter: number): number;
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
const MOST_CAPTURES = 128;

let compiled: object | null = null;

/** The compiled code, so that threads share it with what V8 makes of it as they run; null where no such code is run. */
export function sharedCode(): object | null {
  const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly?: Wasm };
  if (!wasm) return null;
  try {
    compiled ??= new wasm.Module(Buffer.from(SHORTCUT_CODE, 'base64'));
  } catch {
    return null;
  }
  return compiled;
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
export class SharedMemory {
  readonly buffer: ArrayBuffer;
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly code: ShortcutCode;
  /** Whether surely no entry of the open table is of this key and address asked. */
  knowsNone: (key: number, asked: number) => boolean = () => true;
  /** Whose interfaces the table of them tells. */
  teller: object | null = null;
  private used = CHUNKS;

  private constructor(wasm: Wasm, code: object, captures: number) {
    const bytes = CHUNKS + Math.min(captures, MOST_CAPTURES) * CAPTURE_BYTES;
    const pages = Math.ceil(bytes / PAGE_BYTES);
    const memory = new wasm.Memory({ initial: pages, maximum: pages });
    const knowsNone = (key: number, asked: number) => Number(this.knowsNone(key, asked));
    const { exports } = new wasm.Instance(code, { env: { memory, knowsNone } });
    this.code = exports as ShortcutCode;
    this.buffer = memory.buffer;
    this.words = new Int32Array(this.buffer);
    this.doubles = new Float64Array(this.buffer);
  }

  /** Null where the machine does not give that much address space (`ulimit -v`), or does not run such code. */
  static make(captures: number): SharedMemory | null {
    const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly?: Wasm };
    const code = sharedCode();
    if (!wasm || !code) return null;
    try {
      return new SharedMemory(wasm, code, captures);
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
