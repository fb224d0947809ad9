import { Readable } from 'node:stream';
import type { HostIdentity } from './addr/identity.ts';
import type { SourceFile } from './addr/source.ts';
import type { AnalyzeOptions, HostInput } from './analyze-options.ts';
import { openCapture, openCaptureStream } from './capture/open.ts';
import type { CaptureReader } from './capture/reader.ts';
import type { CaptureInput } from './exchange/options.ts';
import type { HostState } from './linux/host-state.ts';
import { type PackedCapture, readHostSources } from './linux/state/read.ts';
import type { Problem } from './report/problem.ts';

/** What was found in the files of one host: its state read, its captures not yet opened. */
export interface ReadHost {
  readonly name: string;
  readonly state: HostState | null;
  readonly captures: readonly { readonly path: string; readonly interface: string | null }[];
  /** Captures found in archives. */
  readonly packed: readonly { readonly capture: PackedCapture; readonly interface: string | null }[];
  readonly stdin: boolean;
  readonly stdinInterface: string | null;
}

export async function readHost(host: HostInput, problems: Problem[]): Promise<ReadHost> {
  const sources: SourceFile[] = [];
  const captures: { path: string; interface: string | null }[] = [];
  const packed: { capture: PackedCapture; interface: string | null }[] = [];
  for (const { path, interface: device } of host.paths) {
    const read = await readHostSources(path);
    sources.push(...read.sources);
    captures.push(...read.captures.map((capture) => ({ path: capture, interface: device })));
    packed.push(...read.packedCaptures.map((capture) => ({ capture, interface: device })));
    problems.push(...read.problems);
  }
  const state = sources.length > 0 ? await stateOf(host.name, sources) : null;
  if (state) problems.push(...state.problems);
  const { name, stdin, stdinInterface } = host;
  if (!state && captures.length + packed.length === 0 && !stdin)
    problems.push({ kind: 'host-without-input', host: name });
  return { name, state, captures, packed, stdin, stdinInterface };
}

/** The parsers are many; a run on captures alone does without. */
async function stateOf(name: string, sources: readonly SourceFile[]): Promise<HostState> {
  const { buildHostState } = await import('./linux/state/build.ts');
  return buildHostState(name, sources);
}

/** Bytes read at once of all captures together; one alone gets an eighth of it. */
const CHUNKS_BYTES = 8 << 20;
const SMALLEST_CHUNK = 64 << 10;

/** They are all open at the same time: the more, the smaller the pieces in which each is read. */
function chunkBytesFor(read: readonly ReadHost[]): number {
  const count = read.reduce(
    (sum, one) => sum + one.captures.length + one.packed.length + Number(one.stdin),
    0,
  );
  return Math.max(SMALLEST_CHUNK, Math.floor(CHUNKS_BYTES / Math.max(8, count)));
}

export async function openAll(
  read: readonly ReadHost[],
  identities: readonly HostIdentity[],
  options: AnalyzeOptions,
  problems: Problem[],
): Promise<OpenCapture[]> {
  const inputs: OpenCapture[] = [];
  const open = { chunkBytes: chunkBytesFor(read) };
  for (const { name: host, captures, packed, stdin, stdinInterface } of read) {
    const identity = identities.find((one) => one.host === host) ?? null;
    const opened = captures.map(async (one) => ({
      device: one.interface,
      result: await openCapture(one.path, open),
    }));
    for (const { capture, interface: device } of packed) {
      const stream = Readable.from([capture.bytes]);
      opened.push(openCaptureStream(capture.path, stream, open).then((result) => ({ device, result })));
    }
    if (stdin && options.stdin) {
      opened.push(
        openCaptureStream('-', options.stdin, open).then((result) => ({ device: stdinInterface, result })),
      );
    }
    for (const { device, result } of await Promise.all(opened)) {
      if (result.ok) inputs.push(openCaptureOf(host, result.value, device, identity));
      else problems.push(result.error);
    }
  }
  return inputs;
}

export interface OpenCapture {
  readonly reader: CaptureReader;
  readonly input: CaptureInput;
}

function openCaptureOf(
  host: string,
  reader: CaptureReader,
  device: string | null,
  identity: HostIdentity | null,
): OpenCapture {
  return { reader, input: { host, reader, interface: device, identity } };
}

/** Read so far, and in all where every size is known. */
export function bytesOf(captures: readonly OpenCapture[]): [number, number | null] {
  const total = captures.reduce<number | null>(
    (sum, { reader }) => (sum === null || reader.bytesTotal === null ? null : sum + reader.bytesTotal),
    0,
  );
  return [captures.reduce((sum, { reader }) => sum + reader.bytesRead, 0), total];
}
