import { availableParallelism } from 'node:os';
import type { HostIdentity } from './addr/identity.ts';
import type { ReadHost } from './analyze-inputs.ts';
import type { AnalyzeOptions } from './analyze-options.ts';
import { regularFileBytes } from './capture/open.ts';
import { openFilesLeft } from './capture/open-files.ts';
import { meanRecordBytes } from './capture/record-length.ts';
import type { HostOrder } from './exchange/host-messages.ts';
import type { RemoteHost } from './exchange/remote-host.ts';
import { shareBytes, sharesOf } from './exchange/shares.ts';

/** Hosts whose captures other threads read. */
export interface Threads {
  readonly hosts: ReadonlyMap<ReadHost, RemoteHost>;
  close(): Promise<void>;
}

const NONE: Threads = { hosts: new Map(), close: async () => undefined };

/** Node loads no TypeScript into a thread: where the sources run as they are, all is read in the one thread. */
const THREADS_POSSIBLE = !import.meta.url.endsWith('.ts');

/** Below it, starting threads takes longer than what they save. */
const WORTH_WHILE_BYTES = 32 << 20;

/** Below it, to make room for what is read ahead takes longer than what that saves. */
const WORTH_READING_AHEAD_BYTES = 128 << 20;

/** Of an average record; below it most of the time goes to what the packets are, above it to the copying of them. */
const SMALL_RECORD_BYTES = 256;

/** Bytes read at once of one capture, and of all together. */
const CHUNK_BYTES = 512 << 10;
const CHUNKS_BYTES = 8 << 20;
const SMALLEST_CHUNK = 64 << 10;

/**
 * What is read stays in the nearer caches of the processor, beside the tables. All captures are open at the same time: the
 * more, the smaller the pieces in which each is read.
 */
export function chunkBytesFor(read: readonly ReadHost[]): number {
  let bytes = CHUNK_BYTES;
  // By halves, so that what is read ahead is a number of whole ones.
  while (bytes > SMALLEST_CHUNK && bytes * capturesOf(read) > CHUNKS_BYTES) bytes /= 2;
  return bytes;
}

/**
 * Whether a host's captures are read ahead (`capture/read-ahead.ts`): where a core is left that reads no host's captures.
 * @param bytes of this host's (`bytesOf`)
 */
export function isReadAhead(
  read: readonly ReadHost[],
  { threads }: AnalyzeOptions,
  bytes: number | null,
): boolean {
  if (threads === 0 || bytes === null || bytes < WORTH_READING_AHEAD_BYTES) return false;
  return read.filter((host) => capturesOf([host]) > 0).length < availableParallelism();
}

/** So few captures are open at the same time whatever the limit. */
const FEW_CAPTURES = 8;

/**
 * Whether captures are open only while they are read: where they are more than half of the files that may be open. The other
 * half is for threads, for the code of the report, and for the report.
 */
export function isOpenedBriefly(read: readonly ReadHost[]): boolean {
  const captures = capturesOf(read);
  return captures > FEW_CAPTURES && captures > openFilesLeft() / 2;
}

export function capturesOf(read: readonly ReadHost[]): number {
  return read.reduce((sum, one) => sum + one.captures.length + one.packed.length + Number(one.stdin), 0);
}

/** Starts threads for hosts all of whose captures are regular files, if there are several captures and much to read. */
export async function startThreads(
  read: readonly ReadHost[],
  identities: readonly HostIdentity[],
  options: AnalyzeOptions,
  brief: boolean,
): Promise<Threads> {
  if (options.threads === 0 || !THREADS_POSSIBLE) return NONE;
  const orders = new Map<HostOrder, ReadHost>();
  for (const host of read) {
    const bytes = await bytesOf(host);
    if (bytes === null) continue;
    const identity = identities.find((one) => one.host === host.name) ?? null;
    const { name, captures } = host;
    const readAhead = !brief && isReadAhead(read, options, bytes);
    const how = { chunkBytes: chunkBytesFor(read), readAhead, brief };
    orders.set({ host: name, captures, identity, ...how, bytes }, host);
  }
  const shares = await sharesFor([...orders.keys()], read, options);
  if (shares.length === 0) return NONE;
  const { HostThreads } = await import('./exchange/host-threads.ts');
  const started = new HostThreads(shares);
  const hosts = shares.flat().map((order, i) => [orders.get(order)!, started.hosts[i]] as const);
  return { hosts: new Map(hosts), close: () => started.close() };
}

/** What each thread is to read; the rest is read here. */
async function sharesFor(
  orders: readonly HostOrder[],
  read: readonly ReadHost[],
  { threads }: AnalyzeOptions,
): Promise<HostOrder[][]> {
  if (threads !== undefined && threads >= orders.length) return sharesOf(orders, threads);
  if (threads !== undefined) return withoutLeast(sharesOf(orders, threads + 1));
  const cores = availableParallelism();
  if (!(await isWorthWhile(orders, read, cores))) return [];
  const shares = sharesOf(orders, cores);
  // What pairs has little to do where few packets are followed, and would share a core with one of the threads.
  return shares.length > 1 && shares.length === cores && !(await anySmall(orders))
    ? withoutLeast(shares)
    : shares;
}

function withoutLeast(shares: HostOrder[][]): HostOrder[][] {
  const least = shares.reduce((one, other) => (shareBytes(other) <= shareBytes(one) ? other : one));
  return shares.filter((share) => share !== least);
}

/** Of all its captures; null where one of them is a pipe, or lies in an archive. */
export async function bytesOf({ captures, packed, stdin }: ReadHost): Promise<number | null> {
  if (captures.length === 0 || packed.length > 0 || stdin) return null;
  let bytes = 0;
  for (const { path } of captures) {
    const size = await regularFileBytes(path);
    if (size === null) return null;
    bytes += size;
  }
  return bytes;
}

async function isWorthWhile(
  orders: readonly HostOrder[],
  read: readonly ReadHost[],
  cores: number,
): Promise<boolean> {
  if (cores < 2 || capturesOf(read) < 2 || shareBytes(orders) < WORTH_WHILE_BYTES) return false;
  // What decodes one host's captures and what pairs them are busy by turns, where most packets are large, and few of them
  // followed: then the second core is better used to read ahead.
  return orders.length > 1 || cores > 2 || (await anySmall(orders));
}

/** Whether most of a host's packets are small, and perhaps followed, by the first of them. */
async function anySmall(orders: readonly HostOrder[]): Promise<boolean> {
  for (const { captures } of orders) {
    const bytes = await meanRecordBytes(captures[0].path);
    if (bytes !== null && bytes < SMALL_RECORD_BYTES) return true;
  }
  return false;
}
