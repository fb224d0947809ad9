import { Readable } from 'node:stream';
import type { HostIdentity } from './addr/identity.ts';
import type { Result } from './addr/result.ts';
import type { ReadHost } from './analyze-inputs.ts';
import type { AnalyzeOptions } from './analyze-options.ts';
import {
  bytesOf,
  capturesOf,
  chunkBytesFor,
  isOpenedBriefly,
  isReadAhead,
  startThreads,
  type Threads,
} from './analyze-threads.ts';
import type { CaptureProblem } from './capture/frame.ts';
import { type OpenOptions, openCapture, openCaptureStream } from './capture/open.ts';
import type { CaptureReader } from './capture/reader.ts';
import { StretchBuffers } from './capture/stretch-buffers.ts';
import type { HostFeed } from './exchange/host-feed.ts';
import { HostReader } from './exchange/host-reader.ts';
import type { CaptureInput, CorrelateOptions } from './exchange/options.ts';
import type { RemoteHost } from './exchange/remote-host.ts';
import type { Problem } from './report/problem.ts';

/** A host with at least one capture that could be opened. */
export interface OpenHost {
  /** Null where the size of a capture cannot be known beforehand. */
  readonly bytesTotal: number | null;
  /** At this moment; null where another thread reads, which tells often enough. */
  readSoFar(): { readonly bytes: number; readonly frames: number } | null;
  /** To be called once. */
  feed(options: CorrelateOptions): HostFeed;
  close(): Promise<void>;
}

export interface OpenCaptures {
  readonly hosts: readonly OpenHost[];
  close(): Promise<void>;
}

/** Opens the captures of all hosts, in other threads where that is worth while. What cannot be opened is a problem. */
export async function openAll(
  read: readonly ReadHost[],
  identities: readonly HostIdentity[],
  options: AnalyzeOptions,
  problems: Problem[],
): Promise<OpenCaptures> {
  const brief = isOpenedBriefly(read);
  const threads = await startThreads(read, identities, options, brief);
  const hosts: OpenHost[] = [];
  const close = async () => {
    await Promise.all([threads.close(), ...hosts.map((host) => host.close())]);
  };
  try {
    for (const host of read) {
      const opened = await openHost(host, read, identities, options, { threads, brief }, problems);
      if (opened) hosts.push(opened);
    }
  } catch (failure) {
    await close();
    throw failure;
  }
  return { hosts, close };
}

async function openHost(
  host: ReadHost,
  read: readonly ReadHost[],
  identities: readonly HostIdentity[],
  options: AnalyzeOptions,
  { threads, brief }: { readonly threads: Threads; readonly brief: boolean },
  problems: Problem[],
): Promise<OpenHost | null> {
  const remote = threads.hosts.get(host);
  if (remote) return openRemote(remote, problems);
  const identity = identities.find((one) => one.host === host.name) ?? null;
  const ahead = !brief && isReadAhead(read, options, await bytesOf(host));
  const readAhead = ahead ? new StretchBuffers(capturesOf([host])) : null;
  const how = { chunkBytes: chunkBytesFor(read), blocking: true, readAhead, brief };
  return openHere(host, identity, options.stdin, how, problems);
}

async function openRemote(remote: RemoteHost, problems: Problem[]): Promise<OpenHost | null> {
  const opened = valuesOf(await remote.opened(), problems);
  if (opened.length === 0) return null;
  return {
    bytesTotal: sum(opened.map((capture) => capture.bytesTotal)),
    readSoFar: () => null,
    feed(options) {
      remote.begin(options);
      return remote;
    },
    close: async () => undefined,
  };
}

async function openHere(
  { name: host, captures, packed, stdin, stdinInterface }: ReadHost,
  identity: HostIdentity | null,
  input: Readable | null,
  how: OpenOptions,
  problems: Problem[],
): Promise<OpenHost | null> {
  const opening: Promise<Result<CaptureInput & { reader: CaptureReader }, CaptureProblem>>[] = [];
  const add = async (device: string | null, opened: ReturnType<typeof openCapture>) => {
    const result = await opened;
    if (!result.ok) return result;
    return { ok: true, value: { host, reader: result.value, interface: device, identity } } as const;
  };
  for (const one of captures) opening.push(add(one.interface, openCapture(one.path, how)));
  for (const { capture, interface: device } of packed) {
    opening.push(add(device, openCaptureStream(capture.path, Readable.from([capture.bytes]), how)));
  }
  if (stdin && input) opening.push(add(stdinInterface, openCaptureStream('-', input, how)));
  const inputs = valuesOf(await Promise.all(opening), problems);
  if (inputs.length === 0) return null;
  return {
    bytesTotal: sum(inputs.map(({ reader }) => reader.bytesTotal)),
    readSoFar: () => ({
      bytes: inputs.reduce((total, { reader }) => total + reader.bytesRead, 0),
      frames: inputs.reduce((total, { reader }) => total + reader.framesRead, 0),
    }),
    feed: (options) => new HostReader(inputs, options),
    async close() {
      await Promise.all(inputs.map(({ reader }) => reader.close()));
    },
  };
}

function valuesOf<T>(results: readonly Result<T, CaptureProblem>[], problems: Problem[]): T[] {
  return results.flatMap((result) => {
    if (result.ok) return [result.value];
    problems.push(result.error);
    return [];
  });
}

function sum(sizes: readonly (number | null)[]): number | null {
  return sizes.reduce((total, size) => (total === null || size === null ? null : total + size), 0);
}
