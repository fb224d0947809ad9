import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceFile } from '../../addr/source.ts';
import type { StateProblem } from '../host-state.ts';
import { recognise } from './recognise.ts';

export { buildHostState } from './build.ts';
export type { FormKind } from './forms.ts';
export { recognise } from './recognise.ts';

export interface HostSources {
  /** Captures (or what is packed as captures are), for `capture/` to open. */
  readonly captures: string[];
  readonly sources: SourceFile[];
  readonly problems: StateProblem[];
}

const MOST_FILES = 1000;
const MOST_BYTES = 256 * 1024 * 1024;

/** First bytes of captures and of what captures are packed in: pcap in both byte orders, pcapng, gzip, zstd. */
const CAPTURE_MAGIC: readonly (readonly number[])[] = [
  [0xa1, 0xb2, 0xc3, 0xd4],
  [0xd4, 0xc3, 0xb2, 0xa1],
  [0xa1, 0xb2, 0x3c, 0x4d],
  [0x4d, 0x3c, 0xb2, 0xa1],
  [0xa1, 0xb2, 0xcd, 0x34],
  [0x34, 0xcd, 0xb2, 0xa1],
  [0x0a, 0x0d, 0x0d, 0x0a],
  [0x1f, 0x8b],
  [0x28, 0xb5, 0x2f, 0xfd],
];

/** The files of a host: one file, or those of a directory, by name. The only part of `linux/` that opens files. */
export async function readHostSources(path: string): Promise<HostSources> {
  const into: HostSources = { captures: [], sources: [], problems: [] };
  for (const file of await filesOf(path, into.problems)) await readInto(file, into);
  return into;
}

async function filesOf(path: string, problems: StateProblem[]): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const entries = await readdir(path, { withFileTypes: true });
    const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
    return names
      .sort()
      .slice(0, MOST_FILES)
      .map((name) => join(path, name));
  } catch (error) {
    problems.push({ kind: 'file-unreadable', path, reason: reasonOf(error) });
    return [];
  }
}

async function readInto(path: string, into: HostSources): Promise<void> {
  try {
    const bytes = await readBounded(path);
    if (bytes === 'capture') into.captures.push(path);
    else takeText({ path, text: decode(bytes) }, into);
  } catch (error) {
    into.problems.push({ kind: 'file-unreadable', path, reason: reasonOf(error) });
  }
}

function takeText(source: SourceFile, into: HostSources): void {
  if (recognise(source) || !/\S/.test(source.text)) into.sources.push(source);
  else into.problems.push({ kind: 'file-not-recognised', path: source.path });
}

/** The whole file, unless its first bytes are those of a capture, which may be of any size. */
async function readBounded(path: string): Promise<Buffer | 'capture'> {
  // A named pipe, as `<(tcpdump -w -)` makes one, can be read once only: a text file is never given so.
  if (!(await stat(path)).isFile()) return 'capture';
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(4);
    await file.read(head, 0, 4, 0);
    if (CAPTURE_MAGIC.some((magic) => magic.every((byte, i) => head[i] === byte))) return 'capture';
    if (size > MOST_BYTES) throw new Error(`${size} bytes; at most ${MOST_BYTES} are read`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** UTF-8, or UTF-16 as PowerShell's `>` writes it; the byte order mark goes. */
function decode(bytes: Buffer): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
