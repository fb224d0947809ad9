import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { must } from './command.ts';

const PREFIX = 'wayhome-';
const NETNS_ETC = '/etc/netns';
/** Namespaces this process made and has not yet removed. */
const standing = new Set<string>();
let serial = 0;
let hooked = false;

/** Makes an empty network namespace; its name carries our process id, so that runs never meet. */
export async function addNamespace(label: string): Promise<string> {
  hookExit();
  serial += 1;
  const name = `${PREFIX}${process.pid}-${serial}-${label}`;
  standing.add(name);
  await must(['ip', 'netns', 'add', name]);
  return name;
}

/** The argument array that runs `argv` inside a namespace. */
export function inside(namespace: string, argv: readonly string[]): string[] {
  return ['ip', 'netns', 'exec', namespace, ...argv];
}

/**
 * Gives a namespace its own /etc/iproute2 with extra table names (`ip netns exec` mounts
 * /etc/netns/NAME/* over /etc/*). Returns the text of its rt_tables.
 */
export async function nameTables(namespace: string, tables: ReadonlyMap<number, string>): Promise<string> {
  const folder = join(NETNS_ETC, namespace, 'iproute2');
  const reserved = '#\n# reserved values\n#\n255\tlocal\n254\tmain\n253\tdefault\n0\tunspec\n';
  const own = [...tables].map(([id, name]) => `${id}\t${name}\n`).join('');
  const system = ['/etc/iproute2', '/usr/share/iproute2'].find((path) => existsSync(path));
  if (system) await cp(system, folder, { recursive: true });
  await writeFile(join(folder, 'rt_tables'), reserved + own);
  return reserved + own;
}

/** Ends what still runs in a namespace and removes it; never throws. Synchronous, so that an exit hook may call it. */
export function removeNamespace(name: string): void {
  const pids = spawnSync('ip', ['netns', 'pids', name], { encoding: 'utf8' }).stdout ?? '';
  for (const pid of pids.split('\n').filter(Boolean)) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended by itself in between.
    }
  }
  spawnSync('ip', ['netns', 'delete', name]);
  rmSync(join(NETNS_ETC, name), { recursive: true, force: true });
  standing.delete(name);
}

/** Removes everything this process made. */
export function removeAllNamespaces(): void {
  for (const name of [...standing]) removeNamespace(name);
}

/** Removes what a killed run left behind: namespaces that name a process which is gone. */
export function sweepOrphans(): void {
  const folders = ['/run/netns', NETNS_ETC].filter((path) => existsSync(path));
  for (const name of folders.flatMap((path) => readdirSync(path))) {
    const pid = name.match(/^wayhome-(\d+)-/)?.[1];
    if (pid && !existsSync(`/proc/${pid}`)) removeNamespace(name);
  }
}

/** Null when namespaces can be made here, else the reason why not. */
export function whyNoNamespaces(): string | null {
  if (process.getuid?.() !== 0) return 'the lab needs root to make network namespaces';
  for (const program of [
    'ip',
    'tcpdump',
    'dumpcap',
    'tshark',
    'mergecap',
    'editcap',
    'ping',
    'nft',
    'ncat',
    'nstat',
    'sysctl',
  ]) {
    const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
    if (!folders.some((folder) => existsSync(join(folder, program)))) return `the lab needs ${program}`;
  }
  const name = `${PREFIX}${process.pid}-0-try`;
  const made = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' });
  if (made.status !== 0) return `no network namespaces here: ${made.stderr.trim()}`;
  removeNamespace(name);
  return null;
}

function hookExit(): void {
  if (hooked) return;
  hooked = true;
  process.on('exit', removeAllNamespaces);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      removeAllNamespaces();
      process.exit(130);
    });
  }
}
