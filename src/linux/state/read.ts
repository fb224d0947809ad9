import { createReadStream, type Dirent } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { type Container, containerOf, isTar } from '../archive/container.ts';
import { insidePath } from '../archive/inside.ts';
import { unpack } from '../archive/unpack.ts';
import { isSupportFolder, isWanted, mayHoldWanted } from '../archive/wanted.ts';
import type { StateProblem } from '../host-state.ts';
import {
  decode,
  type HostSources,
  isCapture,
  isPackedCapture,
  takeText,
  takeUnpacked,
} from './host-sources.ts';

export { buildHostState } from './build.ts';
export type { FormKind } from './forms.ts';
export type { HostSources, PackedCapture } from './host-sources.ts';
export { recognise } from './recognise.ts';

const MOST_FILES = 1000;
const MOST_SUPPORT_FILES = 10_000;
const MOST_BYTES = 256 * 1024 * 1024;
/** Enough of a compressed file to see how what is in it begins. */
const PEEK_BYTES = 64 * 1024;

interface Found {
  readonly path: string;
  /** Of a support tool's folder, most of whose files tell nothing of routing. */
  readonly quiet: boolean;
}

/** The files of a host: one file, an archive, or those of a directory, by name. The only part of `linux/` that opens files. */
export async function readHostSources(path: string): Promise<HostSources> {
  const into: HostSources = { captures: [], packedCaptures: [], sources: [], problems: [] };
  for (const file of await filesOf(path, into.problems)) await readInto(file, into);
  return into;
}

async function filesOf(path: string, problems: StateProblem[]): Promise<Found[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [{ path, quiet: false }];
    const entries = await readdir(path, { withFileTypes: true });
    if (isSupportFolder(entries.map(({ name }) => name))) return await supportFiles(path, problems);
    const plain = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
    const found = plain
      .sort()
      .slice(0, MOST_FILES)
      .map((name) => ({ path: join(path, name), quiet: false }));
    return [...found, ...(await supportFolders(path, entries, problems))];
  } catch (error) {
    problems.push({ kind: 'file-unreadable', path, reason: reasonOf(error) });
    return [];
  }
}

/** What a support tool's archive leaves when it is unpacked in the host's folder. */
async function supportFolders(path: string, entries: Dirent[], problems: StateProblem[]): Promise<Found[]> {
  const found: Found[] = [];
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    const folder = join(path, name);
    if (isSupportFolder(await readdir(folder))) found.push(...(await supportFiles(folder, problems)));
  }
  return found;
}

async function supportFiles(root: string, problems: StateProblem[]): Promise<Found[]> {
  const found: Found[] = [];
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const below = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) folders.push(...(mayHoldWanted(below) ? [below] : []));
      else if (isWanted(`/${below}`, 0) && found.length < MOST_SUPPORT_FILES)
        found.push(...(await insideOf(root, below, entry, problems)));
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A link that leads out of the folder shows this machine's state, not the host's. */
async function insideOf(
  root: string,
  below: string,
  entry: Dirent,
  problems: StateProblem[],
): Promise<Found[]> {
  const path = join(root, below);
  if (!entry.isSymbolicLink()) return [{ path, quiet: true }];
  const target = await realpath(path).catch(() => null);
  if (target === null) return [];
  const within = insidePath(
    relative(await realpath(root), target)
      .split(sep)
      .join('/'),
  );
  // What it leads to inside is read under its own name.
  if (within === null) problems.push({ kind: 'file-unreadable', path, reason: 'leads out of the folder' });
  return [];
}

async function readInto({ path, quiet }: Found, into: HostSources): Promise<void> {
  try {
    const kind = await kindOf(path);
    if (kind === 'capture') into.captures.push(path);
    else if (kind === 'text') takeText({ path, text: decode(await readBounded(path)) }, into, quiet);
    else {
      const { size } = await stat(path);
      takeUnpacked(path, await unpack(createReadStream(path), kind, size), into);
    }
  } catch (error) {
    into.problems.push({ kind: 'file-unreadable', path, reason: reasonOf(error) });
  }
}

/** By the first bytes; those of a capture may be of any size and are left to `capture/`. */
async function kindOf(path: string): Promise<'capture' | 'text' | Container> {
  // A named pipe, as `<(tcpdump -w -)` makes one, can be read once only: a text file is never given so.
  if (!(await stat(path)).isFile()) return 'capture';
  const head = await headOf(path);
  const container = containerOf(head);
  if (isCapture(head) || (isPackedCapture(head) && container !== 'gzip')) return 'capture';
  return container === 'gzip' ? kindInGzip(head) : (container ?? 'text');
}

/** Captures are inflated as they are read; archives and texts are unpacked here. */
function kindInGzip(head: Buffer): 'capture' | 'gzip' {
  try {
    const inside = gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
    return isTar(inside) || isText(inside) ? 'gzip' : 'capture';
  } catch {
    return 'capture';
  }
}

function isText(bytes: Buffer): boolean {
  return bytes.length > 0 && !bytes.subarray(0, 512).includes(0);
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

async function readBounded(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > MOST_BYTES) throw new Error(`${size} bytes; at most ${MOST_BYTES} are read`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
