import { resolve } from 'node:path';
import type { SourceFile } from '../addr/source.ts';
import type { HostState, StateProblem } from '../linux/host-state.ts';
import { buildHostState } from '../linux/state/build.ts';
import { readHostSources, readPipedText } from '../linux/state/read.ts';
import { problemWords } from '../report/problem-words.ts';
import { hostNameOf } from './host-name.ts';
import { tellProblems } from './problems.ts';
import type { Output } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** A host named after its directory, or after its file without the ending. */
export function hostNameAt(path: string): string {
  const name = hostNameOf(resolve(path)).replace(/(?<=.)\.(txt|json|log|md|out)$/i, '');
  return name || 'host';
}

/**
 * One host's state from files and directories; captures among them are left aside. What was not understood goes to
 * standard error; where nothing tells of the host at all the verb ends.
 */
export async function readHostState(
  name: string,
  paths: readonly string[],
  stderr: Output,
  quiet: boolean,
): Promise<HostState> {
  const sources: SourceFile[] = [];
  const problems: StateProblem[] = [];
  for (const path of paths) {
    const read = (await readPipedText(path, piped)) ?? (await readHostSources(path));
    sources.push(...read.sources);
    problems.push(...read.problems);
  }
  const state = buildHostState(name, sources);
  if (state.given.size === 0) throw new UsageError(nothingTold(paths, problems));
  tellProblems(stderr, [...problems, ...state.problems], quiet);
  return state;
}

async function* piped(path: string): AsyncGenerator<Uint8Array> {
  const { readNamedPipe } = await import('../capture/named-pipe.ts');
  yield* readNamedPipe(path);
}

function nothingTold(paths: readonly string[], problems: readonly StateProblem[]): string {
  const unreadable = problems.find((one) => one.kind === 'file-unreadable');
  if (unreadable) return problemWords(unreadable);
  return `${paths.join(', ')}: no host state; save what ip addr, ip route show table all, ip rule and sysctl -a print`;
}
