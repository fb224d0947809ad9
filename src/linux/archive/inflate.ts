import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ReadableStream } from 'node:stream/web';
import { createGunzip } from 'node:zlib';
import Bunzip from 'seek-bzip';
import xz from 'xz-decompress';
import { type Budget, Exhausted, MOST_PACKED_BYTES } from './budget.ts';
import type { Container } from './container.ts';

const BLOCK_BYTES = 64 * 1024;

export type Chunks = AsyncIterable<Uint8Array>;
/** Takes what was unpacked, in order; it throws to end the unpacking. */
export type Sink = (bytes: Uint8Array) => void;

/** Hands on what the chunks hold under their compression; each byte of it is on the budget. */
export async function inflate(
  chunks: Chunks,
  container: Container | null,
  budget: Budget,
  sink: Sink,
): Promise<void> {
  const counted: Sink = (bytes) => {
    budget.unpack(bytes.length);
    sink(bytes);
  };
  if (container === 'bzip2') bunzip(await gather(chunks), counted);
  else if (container === 'gzip')
    await pipeline(chunks, createGunzip({ chunkSize: BLOCK_BYTES }), writableOf(counted));
  else for await (const bytes of container === 'xz' ? unxz(chunks) : chunks) counted(bytes);
}

/** A stream and not a loop, because a loop loses what came just before an error. */
function writableOf(sink: Sink): Writable {
  return new Writable({
    write(bytes: Buffer, _, done) {
      try {
        sink(bytes);
        done();
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
}

async function* unxz(chunks: Chunks): AsyncGenerator<Uint8Array> {
  const reader = new xz.XzReadableStream(ReadableStream.from(chunks)).getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } catch (error) {
    throw new Error(`xz is damaged, or needs a dictionary of more than 64 MiB: ${messageOf(error)}`);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** The library throws texts as well. */
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export async function gather(chunks: Chunks): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > MOST_PACKED_BYTES)
      throw new Exhausted(`is larger than ${MOST_PACKED_BYTES} bytes (tar under gzip or xz may be)`);
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

/** The library wants its input whole and writes byte by byte. */
function bunzip(input: Buffer, sink: Sink): void {
  const block = Buffer.alloc(BLOCK_BYTES);
  let at = 0;
  const writeByte = (byte: number) => {
    block[at++] = byte;
    if (at < BLOCK_BYTES) return;
    at = 0;
    sink(Buffer.from(block));
  };
  Bunzip.decode(input, { writeByte, flush() {} }, true);
  if (at > 0) sink(Buffer.from(block.subarray(0, at)));
}
