import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { type Container, containerOf } from '../archive/container.ts';
import { type Found, findFiles } from './find-files.ts';
import {
  decode,
  type HostSources,
  isCapture,
  isCaptureName,
  isPackedCapture,
  takeText,
  takeUnpacked,
} from './host-sources.ts';
import { recognise } from './recognise.ts';

export type { FormKind } from './forms.ts';
export type { HostSources, PackedCapture } from './host-sources.ts';
export { recognise };

/** Of the host states of one path, in memory together. */
const MOST_BYTES = 256 * 1024 * 1024;
/** Enough of a compressed file to see how what is in it begins; and of a file that does not tell its size. */
const PEEK_BYTES = 64 * 1024;

/**
 * The text that comes through a named pipe, as `<(ip route)` makes one, by itself; null where the path is none. `stream`
 * waits for it.
 */
export async function readPipedText(
  path: string,
  stream: (path: string) => AsyncIterable<Uint8Array>,
): Promise<HostSources | null> {
  const isPipe = await stat(path).then(
    (facts) => facts.isFIFO(),
    () => false,
  );
  if (!isPipe) return null;
  const into: HostSources = { captures: [], packedCaptures: [], sources: [], problems: [] };
  try {
    const pieces: Uint8Array[] = [];
    let length = 0;
    for await (const piece of stream(path)) {
      length += piece.length;
      if (length > MOST_BYTES) throw new Error(`more than ${MOST_BYTES} bytes`);
      pieces.push(piece);
    }
    takeText({ path, text: decode(Buffer.concat(pieces)) }, into);
  } catch (error) {
    into.problems.push({ kind: 'file-unreadable', path, reason: reasonOf(error) });
  }
  return into;
}

/** The files of a host: one file, an archive, or those of a directory, by name. With `find-files.ts` the only part of `linux/` that opens files. */
export async function readHostSources(path: string): Promise<HostSources> {
  const into: HostSources = { captures: [], packedCaptures: [], sources: [], problems: [] };
  const files = await findFiles(path, into.problems);
  let left = MOST_BYTES;
  for (const [i, file] of files.entries()) {
    left -= await readInto(file, into, left);
    if (left > 0 || i + 1 === files.length) continue;
    const reason = `more than ${MOST_BYTES} bytes of host states; those after ${file.path} are not read`;
    into.problems.push({ kind: 'archive-incomplete', path, reason });
    break;
  }
  return into;
}

/** Returns the bytes now in memory for it. */
async function readInto({ path, quiet }: Found, into: HostSources, most: number): Promise<number> {
  try {
    const kind = await kindOf(path);
    if (kind === 'capture') {
      into.captures.push(path);
      return 0;
    }
    if (kind === 'text') {
      const bytes = await readBounded(path, most);
      const source = { path, text: decode(bytes) };
      // What is wrong with it `capture/` tells: it is missed as a capture, not as a host state.
      if (isCaptureName(path) && !recognise(source)) into.captures.push(path);
      else takeText(source, into, quiet);
      return bytes.length;
    }
    const { size } = await stat(path);
    // Four packages, that few runs need.
    const { unpack } = await import('../archive/unpack.ts');
    const unpacked = await unpack(createReadStream(path), kind, size);
    takeUnpacked(path, unpacked, into);
    return unpacked.entries.reduce((sum, { bytes }) => sum + bytes.length, 0);
  } catch (error) {
    if (isCaptureName(path)) into.captures.push(path);
    else into.problems.push({ kind: 'file-unreadable', path, reason: reasonOf(error) });
    return 0;
  }
}

/** By the first bytes; those of a capture may be of any size and are left to `capture/`. */
async function kindOf(path: string): Promise<'capture' | 'text' | Container> {
  // A named pipe, as `<(tcpdump -w -)` makes one, can be read once only; those who want no captures read it as text.
  if (!(await stat(path)).isFile()) return 'capture';
  const head = await headOf(path);
  const container = containerOf(head);
  if (isCapture(head) || (isPackedCapture(head) && container !== 'gzip')) return 'capture';
  if (container !== 'gzip') return container ?? 'text';
  const { kindInGzip } = await import('./in-gzip.ts');
  return kindInGzip(head);
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(PEEK_BYTES);
    const { bytesRead } = await file.read(head, 0, PEEK_BYTES, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** To the size it has when it is opened, so that a file that grows has an end. */
async function readBounded(path: string, most: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > most) throw new Error(`${size} bytes; at most ${MOST_BYTES} of host states are read together`);
    // A file of /proc says that it is empty.
    const bytes = Buffer.alloc(size === 0 ? PEEK_BYTES : size);
    return bytes.subarray(0, await fill(file, bytes));
  } finally {
    await file.close();
  }
}

async function fill(file: FileHandle, bytes: Buffer): Promise<number> {
  let at = 0;
  while (at < bytes.length) {
    const { bytesRead } = await file.read(bytes, at, bytes.length - at, at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return at;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
