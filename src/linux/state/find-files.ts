import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { insidePath } from '../archive/inside.ts';
import { isSupportFolder, isWanted, mayHoldWanted } from '../archive/wanted.ts';
import type { StateProblem } from '../host-state.ts';

const MOST_FILES = 1000;
const MOST_SUPPORT_FILES = 10_000;

export interface Found {
  readonly path: string;
  /** Of a support tool's folder, most of whose files tell nothing of routing. */
  readonly quiet: boolean;
}

/**
 * The file itself, or those of a folder, by name. Of a folder, which others may have packed: neither what its links name
 * outside it, which is of the machine that reads, nor pipes, which keep whoever opens them waiting.
 */
export async function findFiles(path: string, problems: StateProblem[]): Promise<Found[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [{ path, quiet: false }];
    const entries = await readdir(path, { withFileTypes: true });
    if (isSupportFolder(entries.map(({ name }) => name))) return await supportFiles(path, problems);
    return [
      ...(await plainFiles(path, entries, problems)),
      ...(await supportFolders(path, entries, problems)),
    ];
  } catch (error) {
    problems.push({ kind: 'file-unreadable', path, reason: reasonOf(error) });
    return [];
  }
}

async function plainFiles(root: string, entries: Dirent[], problems: StateProblem[]): Promise<Found[]> {
  const names = entries.filter((entry) => !entry.isDirectory()).sort((a, b) => (a.name < b.name ? -1 : 1));
  if (names.length > MOST_FILES) {
    const reason = `holds ${names.length} files; those after the first ${MOST_FILES} by name are not read`;
    problems.push({ kind: 'archive-incomplete', path: root, reason });
  }
  const found: Found[] = [];
  for (const entry of names.slice(0, MOST_FILES)) {
    const path = join(root, entry.name);
    const reason = entry.isSymbolicLink() ? await whyNotFollowed(root, path) : whyNotRead(entry);
    if (reason === null) found.push({ path, quiet: false });
    else if (reason !== '') problems.push({ kind: 'file-unreadable', path, reason });
  }
  return found;
}

/** Null: it may be read. */
function whyNotRead(entry: { isFile(): boolean }): string | null {
  return entry.isFile() ? null : 'is no regular file; name it by itself if it is meant';
}

/** Null: it may be read; empty: it is read under its own name. */
async function whyNotFollowed(root: string, path: string): Promise<string | null> {
  try {
    const target = await realpath(path);
    if (!(await isInside(root, target)))
      return 'is a link that leads out of the folder; name what it leads to by itself if it is meant';
    if (dirname(target) === (await realpath(root))) return '';
    const there = await stat(target);
    return there.isDirectory() ? '' : whyNotRead(there);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ELOOP') return 'is a link that leads in a circle';
    return code === 'ENOENT' ? 'is a link that leads nowhere' : reasonOf(error);
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
        found.push(...(await supportFile(root, below, entry, problems)));
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What a link leads to inside is read under its own name; one that leads nowhere is as common as one outside. */
async function supportFile(
  root: string,
  below: string,
  entry: Dirent,
  problems: StateProblem[],
): Promise<Found[]> {
  const path = join(root, below);
  if (entry.isFile()) return [{ path, quiet: true }];
  const target = entry.isSymbolicLink() ? await realpath(path).catch(() => null) : null;
  if (target !== null && !(await isInside(root, target)))
    problems.push({ kind: 'file-unreadable', path, reason: 'leads out of the folder' });
  return [];
}

async function isInside(root: string, target: string): Promise<boolean> {
  const way = relative(await realpath(root), target);
  return insidePath(way.split(sep).join('/')) !== null;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
