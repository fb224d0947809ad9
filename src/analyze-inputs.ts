import type { SourceFile } from './addr/source.ts';
import type { HostInput } from './analyze-options.ts';
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
