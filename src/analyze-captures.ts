import { Readable } from 'node:stream';
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
} from './analyze-threads.ts';
import type { CaptureProblem } from './capture/frame.ts';
import { type OpenOptions, openCapture, openCaptureStream } from './capture/open.ts';
import type { CaptureReader } from './capture/reader.ts';
import { StretchBuffers } from './capture/stretch-buffers.ts';
import { FeedAhead, readMeanwhile } from './exchange/feed-ahead.ts';
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
  readonly feed: HostFeed;
  /** To be called once, when the captures of all hosts are open. */
  begin(): void;
  close(): Promise<void>;
}

export interface OpenCaptures {
  readonly hosts: readonly OpenHost[];
  close(): Promise<void>;
}

/** What opening one host's captures gave. */
interface Opened {
  /** Null where none could be opened. */
  readonly host: OpenHost | null;
  readonly problems: readonly Problem[];
}

/**
 * Opens the captures of all hosts, in other threads where that is worth while; until these are ready, what is read in this
 * one is begun. What cannot be opened is a problem.
 */
export async function openAll(
  read: readonly ReadHost[],
  options: AnalyzeOptions,
  correlate: CorrelateOptions,
  problems: Problem[],
): Promise<OpenCaptures> {
  const { identities = [] } = correlate;
  const brief = isOpenedBriefly(read);
  const threads = await startThreads(read, identities, options, brief);
  const opened = new Map<ReadHost, Opened>();
  const close = async () => {
    await Promise.all([threads.close(), ...[...opened.values()].map(({ host }) => host?.close())]);
  };
  try {
    const ahead: FeedAhead[] = [];
    for (const host of read.filter((one) => !threads.hosts.has(one))) {
      const how = await howToOpen(host, read, options, brief);
      const here = await openHere(host, options.stdin, how, correlate);
      opened.set(host, here);
      if (here.host && threads.hosts.size > 0 && (await bytesOf(host)) !== null) {
        const feed = new FeedAhead(here.host.feed);
        opened.set(host, { ...here, host: { ...here.host, feed } });
        ahead.push(feed);
      }
    }
    const remote = [...threads.hosts];
    const answers = Promise.all(remote.map(([, feed]) => openRemote(feed, correlate)));
    await readMeanwhile(ahead, answers);
    for (const [i, one] of (await answers).entries()) opened.set(remote[i][0], one);
  } catch (failure) {
    await close();
    throw failure;
  }
  const inOrder = read.flatMap((host) => opened.get(host) ?? []);
  problems.push(...inOrder.flatMap((one) => one.problems));
  return { hosts: inOrder.flatMap(({ host }) => host ?? []), close };
}

async function howToOpen(
  host: ReadHost,
  read: readonly ReadHost[],
  options: AnalyzeOptions,
  brief: boolean,
): Promise<OpenOptions> {
  const ahead = !brief && isReadAhead(read, options, await bytesOf(host));
  const readAhead = ahead ? new StretchBuffers(capturesOf([host])) : null;
  return { chunkBytes: chunkBytesFor(read), blocking: true, readAhead, brief };
}

async function openRemote(remote: RemoteHost, options: CorrelateOptions): Promise<Opened> {
  const problems: Problem[] = [];
  const captures = valuesOf(await remote.opened(), problems);
  if (captures.length === 0) return { host: null, problems };
  const host: OpenHost = {
    bytesTotal: sum(captures.map((capture) => capture.bytesTotal)),
    readSoFar: () => null,
    feed: remote,
    begin: () => remote.begin(options),
    close: async () => undefined,
  };
  return { host, problems };
}

async function openHere(
  { name, captures, packed, stdin, stdinInterface }: ReadHost,
  input: Readable | null,
  how: OpenOptions,
  options: CorrelateOptions,
): Promise<Opened> {
  const problems: Problem[] = [];
  const identity = options.identities?.find((one) => one.host === name) ?? null;
  const opening: Promise<Result<CaptureInput & { reader: CaptureReader }, CaptureProblem>>[] = [];
  const add = async (device: string | null, opened: ReturnType<typeof openCapture>) => {
    const result = await opened;
    if (!result.ok) return result;
    return { ok: true, value: { host: name, reader: result.value, interface: device, identity } } as const;
  };
  for (const one of captures) opening.push(add(one.interface, openCapture(one.path, how)));
  for (const { capture, interface: device } of packed) {
    opening.push(add(device, openCaptureStream(capture.path, Readable.from([capture.bytes]), how)));
  }
  if (stdin && input) opening.push(add(stdinInterface, openCaptureStream('-', input, how)));
  const inputs = valuesOf(await Promise.all(opening), problems);
  if (inputs.length === 0) return { host: null, problems };
  const host: OpenHost = {
    bytesTotal: sum(inputs.map(({ reader }) => reader.bytesTotal)),
    readSoFar: () => ({
      bytes: inputs.reduce((total, { reader }) => total + reader.bytesRead, 0),
      frames: inputs.reduce((total, { reader }) => total + reader.framesRead, 0),
    }),
    feed: new HostReader(inputs, options),
    begin: () => undefined,
    async close() {
      await Promise.all(inputs.map(({ reader }) => reader.close()));
    },
  };
  return { host, problems };
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
