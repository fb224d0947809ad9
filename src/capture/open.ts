import { readSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { isMangled, NOT_UTF8 } from '../addr/mangled.ts';
import { fail, ok, type Result } from '../addr/result.ts';
import { BriefFile } from './brief-file.ts';
import type { ByteSource } from './chunk.ts';
import { DamageLog } from './damage.ts';
import { Feeder } from './feeder.ts';
import type { CaptureProblem } from './frame.ts';
import { containerOf, type PcapMagic, pcapMagic } from './magic.ts';
import { FILE_HEADER_BYTES, PcapWalker, pcapVersionKnown, readPcapHeader } from './pcap.ts';
import { PcapngWalker } from './pcapng.ts';
import { sectionVersionKnown } from './pcapng-descriptions.ts';
import { ReadAheadSource } from './read-ahead.ts';
import { CaptureReader, type ReaderParts } from './reader.ts';
import {
  BlockingFileSource,
  CountedSource,
  FileSource,
  ReadableSource,
  RejoinedSource,
  readFirst,
} from './sources.ts';
import type { StretchBuffers } from './stretch-buffers.ts';
import type { Walker } from './walker.ts';

export interface OpenOptions {
  /** Bytes read at once; smaller where many captures are open at the same time. */
  readonly chunkBytes?: number;
  /** Regular files are read in this thread, not by another one ahead of it. */
  readonly blocking?: boolean;
  /** For stretches of regular files that another thread reads: of those read in this thread that are not compressed. */
  readonly readAhead?: StretchBuffers | null;
  /** With `blocking`: regular files are open only while they are read. */
  readonly brief?: boolean;
}

type Opened = Result<CaptureReader, CaptureProblem>;

/** Opens a capture file, named pipe or device; what it is comes from its first bytes. */
export async function openCapture(file: string, options: OpenOptions = {}): Promise<Opened> {
  let handle: FileHandle | undefined;
  try {
    const before = await stat(file);
    if (before.isFIFO()) {
      const { readNamedPipe } = await import('./named-pipe.ts');
      return pipedIn(await openCaptureStream(file, readNamedPipe(file), options));
    }
    if (options.brief && before.isFile())
      return await openSource(file, briefSource(new BriefFile(file, before)), before.size, options);
    handle = await open(file, 'r');
    const facts = await handle.stat();
    if (facts.isDirectory()) {
      await handle.close();
      return fail({ kind: 'unreadable', file, reason: 'is a directory' });
    }
    const source = sourceOf(handle, facts.isFile() ? facts.size : null, options);
    return await openSource(file, source, facts.isFile() ? facts.size : null, options);
  } catch (failure) {
    await handle?.close().catch(() => undefined);
    return fail({ kind: 'unreadable', file, reason: reasonOf(failure, file) });
  }
}

function pipedIn(opened: Opened): Opened {
  if (opened.ok || opened.error.kind !== 'not-a-capture') return opened;
  return fail({ ...opened.error, piped: true });
}

function sourceOf(handle: FileHandle, fileBytes: number | null, options: OpenOptions): ByteSource {
  if (!options.blocking || fileBytes === null) return new FileSource(handle);
  if (options.readAhead) {
    return new ReadAheadSource(
      handle,
      (into, at, length, position) => readSync(handle.fd, into, at, length, position),
      fileBytes,
      options.readAhead,
    );
  }
  return new BlockingFileSource(handle, (into, at, length) => readSync(handle.fd, into, at, length, null));
}

function briefSource(file: BriefFile): ByteSource {
  return new BlockingFileSource(file, (into, at, length) => file.readNow(into, at, length));
}

/** Length of a regular file, which can be opened again; null for what is none. */
export async function regularFileBytes(file: string): Promise<number | null> {
  try {
    const facts = await stat(file);
    return facts.isFile() ? facts.size : null;
  } catch {
    return null;
  }
}

/** The same for standard input (then `name` is `-`) and whatever else comes as a stream. */
export async function openCaptureStream(
  name: string,
  stream: Readable,
  options: OpenOptions = {},
): Promise<Opened> {
  try {
    return await openSource(name, new ReadableSource(stream), null, options);
  } catch (failure) {
    stream.destroy();
    return fail({ kind: 'unreadable', file: name, reason: reasonOf(failure, name) });
  }
}

function reasonOf(failure: unknown, file: string): string {
  if (!(failure instanceof Error)) return String(failure);
  const code = 'code' in failure ? String(failure.code) : '';
  if (code === 'ENOENT') return isMangled(file) ? NOT_UTF8 : 'no such file';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'EMFILE') return 'too many files are open; raise the limit (ulimit -n)';
  return failure.message;
}

async function openSource(
  file: string,
  source: ByteSource,
  fileBytes: number | null,
  options: OpenOptions,
): Promise<Opened> {
  const first = await readFirst(source, FILE_HEADER_BYTES);
  const whole = new RejoinedSource(first, source);
  const container = containerOf(first);
  if (container === 'gzip' || container === 'zstd')
    return openInflated(file, whole, container, fileBytes, options);
  const how = { compression: 'none', fileBytes, compressed: null } as const;
  const stretches = source instanceof ReadAheadSource ? source : null;
  return openPlain(file, first, whole, how, options, stretches);
}

async function openInflated(
  file: string,
  source: ByteSource,
  compression: 'gzip' | 'zstd',
  fileBytes: number | null,
  options: OpenOptions,
): Promise<Opened> {
  const compressed = new CountedSource(source);
  const inflated = await inflating(compressed, compression);
  const first = await readFirst(inflated, FILE_HEADER_BYTES);
  const how = { compression, fileBytes, compressed };
  return openPlain(file, first, new RejoinedSource(first, inflated), how, options);
}

/** Most runs meet nothing compressed: what decompresses it is loaded when one does. */
async function inflating(source: ByteSource, compression: 'gzip' | 'zstd'): Promise<ByteSource> {
  if (compression === 'gzip') {
    const { GzipSource } = await import('./gzip.ts');
    return new GzipSource(source);
  }
  const { InflateSource, nativeZstd } = await import('./inflate.ts');
  const make = nativeZstd();
  if (make) return new InflateSource(source, make);
  const { ZstdSource } = await import('./zstd.ts');
  return new ZstdSource(source);
}

async function openPlain(
  file: string,
  first: Uint8Array,
  source: ByteSource,
  how: Pick<ReaderParts, 'compression' | 'fileBytes' | 'compressed'>,
  options: OpenOptions,
  stretches: ReadAheadSource | null = null,
): Promise<Opened> {
  const damage = new DamageLog();
  const walker = walkerFor(file, first, damage);
  if (!walker.ok) {
    await source.close();
    return walker;
  }
  const ahead = !options.blocking || how.compression !== 'none' || how.fileBytes === null;
  const feeder = new Feeder(source, options.chunkBytes, ahead, stretches);
  return ok(new CaptureReader({ file, ...how, feeder, walker: walker.value, damage }));
}

function walkerFor(file: string, first: Uint8Array, damage: DamageLog): Result<Walker, CaptureProblem> {
  if (first.length === 0) return fail({ kind: 'empty', file });
  const container = containerOf(first);
  const magic = pcapMagic(first);
  if (magic) return pcapWalker(file, magic, first, damage);
  if (container === 'pcapng') return pcapngWalker(file, first, damage);
  if (container) return fail({ kind: 'unsupported', file, what: `${container} within another compression` });
  return fail({ kind: 'not-a-capture', file, firstBytes: Buffer.from(first.subarray(0, 8)).toString('hex') });
}

function pcapWalker(
  file: string,
  magic: PcapMagic,
  first: Uint8Array,
  damage: DamageLog,
): Result<Walker, CaptureProblem> {
  // The file header is the walker's first record; a file that ends inside it holds no frame.
  if (first.length < FILE_HEADER_BYTES) damage.add('cut-in-header', 1, 0, FILE_HEADER_BYTES, first.length);
  const padded = new Uint8Array(FILE_HEADER_BYTES);
  padded.set(first);
  const header = readPcapHeader(magic, padded);
  if (first.length === FILE_HEADER_BYTES) {
    const { versionMajor, versionMinor, reserved } = header;
    if (!pcapVersionKnown(header)) {
      return fail({ kind: 'unsupported', file, what: `pcap version ${versionMajor}.${versionMinor}` });
    }
    if (reserved !== 0) {
      return fail({
        kind: 'unsupported',
        file,
        what: `link type with reserved bits 0x${reserved.toString(16)}`,
      });
    }
  }
  return ok(new PcapWalker(header, damage, first.length));
}

function pcapngWalker(file: string, first: Uint8Array, damage: DamageLog): Result<Walker, CaptureProblem> {
  const view = new DataView(first.buffer, first.byteOffset, first.length);
  const little = first.length < 12 || view.getUint32(8, false) !== 0x1a2b3c4d;
  if (first.length >= 12 && little && view.getUint32(8, true) !== 0x1a2b3c4d) {
    return fail({
      kind: 'not-a-capture',
      file,
      firstBytes: Buffer.from(first.subarray(0, 12)).toString('hex'),
    });
  }
  if (first.length >= 16) {
    const major = view.getUint16(12, little);
    const minor = view.getUint16(14, little);
    if (!sectionVersionKnown(major, minor)) {
      return fail({ kind: 'unsupported', file, what: `pcapng version ${major}.${minor}` });
    }
  }
  return ok(new PcapngWalker(little, damage));
}
