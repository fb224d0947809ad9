import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isMangled, NOT_UTF8 } from '../addr/mangled.ts';
import { fail, ok, type Result } from '../addr/result.ts';
import type { HostInput, HostPath } from '../analyze-options.ts';
import { isSupportFolder } from '../linux/archive/wanted.ts';
import { hostNameOf, supportHostName } from './host-name.ts';

/** One SOURCE of the command line, taken apart. */
interface Source {
  readonly host: string;
  readonly interface: string | null;
  /** `-` for standard input. */
  readonly path: string;
  /** The host's name was not given but taken from the path. */
  readonly inferred: boolean;
}

/** A source, and the file or directory that it leads to: links, and other names of the same, lead to one. */
interface Placed extends Source {
  readonly file: string;
}

export interface Sources {
  readonly hosts: readonly HostInput[];
  /** What is odd about them but does no harm, in one line each. */
  readonly warnings: readonly string[];
}

/** Hosts in the order in which they were first named; the error is one line for the user. */
export async function readSources(given: readonly string[]): Promise<Result<Sources, string>> {
  const all: Placed[] = [];
  const warnings: string[] = [];
  for (const text of given) {
    const sources = await sourcesOf(text, warnings);
    if (!sources.ok) return sources;
    all.push(...(await Promise.all(sources.value.map(placed))));
  }
  const collision = twoMeanings(all) ?? sameName(all);
  return collision ? fail(collision) : ok(collect(all, warnings));
}

async function sourcesOf(text: string, warnings: string[]): Promise<Result<readonly Source[], string>> {
  const named = /^([^=/]+)(?:\/([^=/]+))?=(.*)$/s.exec(text);
  if (named && !(await exists(text))) return namedSource(text, named[1], named[2] ?? null, named[3]);
  if (text === '-') return ok([{ host: 'stdin', interface: null, path: '-', inferred: true }]);
  return bareSource(text, warnings);
}

async function namedSource(
  text: string,
  host: string,
  device: string | null,
  path: string,
): Promise<Result<readonly Source[], string>> {
  if (path === '')
    return fail(`${text}: a path is missing after '='; use HOST=PATH, or HOST=- for standard input`);
  const kind = path === '-' ? 'file' : await kindOf(path);
  if (kind === 'absent' && isMangled(path)) return fail(`cannot read ${path}: ${NOT_UTF8}`);
  if (kind === 'absent') return fail(`${text}: there is no file or directory ${path}`);
  if (kind === 'barred') return fail(`${text}: cannot read ${path}: permission denied`);
  return ok([{ host, interface: device, path, inferred: false }]);
}

/** A directory whose sub-directories are hosts, a directory of one host's files, or one file. */
async function bareSource(path: string, warnings: string[]): Promise<Result<readonly Source[], string>> {
  const kind = await kindOf(path);
  if (kind === 'absent' && isMangled(path)) return fail(`cannot read ${path}: ${NOT_UTF8}`);
  if (kind === 'absent')
    return fail(`${path}: there is no such file or directory; a source is HOST=PATH or PATH`);
  if (kind === 'barred') return fail(`cannot read ${path}: permission denied`);
  if (kind === 'file') return ok([{ host: hostNameOf(path), interface: null, path, inferred: true }]);
  try {
    const entries = await readdir(path, { withFileTypes: true });
    const hosts = entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name);
    const name = basename(resolve(path));
    if (hosts.length === 0 || isSupportFolder(entries.map((entry) => entry.name)))
      return ok([{ host: supportHostName(name) ?? name, interface: null, path, inferred: true }]);
    warnings.push(...(await linkedFolders(path, entries)));
    return ok(
      hosts.sort().map((folder) => ({
        host: supportHostName(folder) ?? folder,
        interface: null,
        path: join(path, folder),
        inferred: true,
      })),
    );
  } catch (error) {
    return fail(`cannot read ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

/** A link may lead anywhere, to the machine that reads too: it is followed where somebody names it. */
async function linkedFolders(path: string, entries: readonly Dirent[]): Promise<string[]> {
  const warnings: string[] = [];
  const links = entries.filter((entry) => entry.isSymbolicLink()).map(({ name }) => name);
  for (const name of links.sort()) {
    const link = join(path, name);
    if ((await kindOf(link)) === 'directory')
      warnings.push(
        `${link} is a link to a folder and is not followed; give it as ${name}=${link} if it is a host`,
      );
  }
  return warnings;
}

async function placed(source: Source): Promise<Placed> {
  const { path } = source;
  if (path === '-') return { ...source, file: path };
  try {
    // As a double, numbers of large file systems are rounded: different files would have the same one.
    const { dev, ino } = await stat(path, { bigint: true });
    return { ...source, file: `${dev}:${ino}` };
  } catch {
    return { ...source, file: resolve(path) };
  }
}

function collect(all: readonly Placed[], warnings: string[]): Sources {
  const names = [...new Set(all.map((one) => one.host))];
  const hosts = names.map((name) => {
    const own = all.filter((one) => one.host === name);
    const piped = own.filter((one) => one.path === '-');
    return {
      name,
      paths: pathsOf(own, warnings),
      stdin: piped.length > 0,
      stdinInterface: piped[0]?.interface ?? null,
    };
  });
  return { hosts, warnings };
}

/** A path given twice for a host is read once. */
function pathsOf(own: readonly Placed[], warnings: string[]): HostPath[] {
  const paths = new Map<string, HostPath>();
  for (const { host, path, file, interface: device } of own) {
    if (path === '-') continue;
    const key = `${device ?? ''}=${file}`;
    if (paths.has(key)) warnings.push(`${path} was given twice for ${host}; it is read once`);
    else paths.set(key, { path, interface: device });
  }
  return [...paths.values()];
}

/** Standard input or one file cannot be two things. */
function twoMeanings(all: readonly Placed[]): string | undefined {
  if (all.filter((one) => one.path === '-').length > 1) {
    return "standard input ('-') can be given for one host only";
  }
  const owners = new Map<string, Placed>();
  for (const one of all) {
    if (one.path === '-') continue;
    const known = owners.get(one.file);
    if (known && known.host !== one.host) {
      const name =
        resolve(known.path) === resolve(one.path) ? one.path : `${one.path} (which is ${known.path})`;
      return `${name} was given for ${known.host} and for ${one.host}; a capture or state belongs to one host`;
    }
    if (known && known.interface !== one.interface) {
      return `${one.path} was given for ${known.interface ?? 'all interfaces'} and for ${one.interface ?? 'all interfaces'} of ${one.host}`;
    }
    owners.set(one.file, one);
  }
  return undefined;
}

/** `a/any.pcap b/any.pcap` are hardly of one host; `any.pcap0 any.pcap1` beside each other are. */
function sameName(all: readonly Source[]): string | undefined {
  for (const one of all) {
    const other = all.find(
      (known) => known.host === one.host && known.inferred && dirname(known.path) !== dirname(one.path),
    );
    if (other && one.inferred) {
      return `${other.path} and ${one.path} would both be host ${one.host}; name them: HOST=${other.path} HOST=${one.path}`;
    }
  }
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  const kind = await kindOf(path);
  return kind === 'file' || kind === 'directory';
}

async function kindOf(path: string): Promise<'file' | 'directory' | 'absent' | 'barred'> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'file';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'barred' : 'absent';
  }
}
