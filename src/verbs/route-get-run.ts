import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { doubtsOf } from '../linux/doubt.ts';
import type { HostState } from '../linux/host-state.ts';
import { answerOf, decide } from '../linux/route-answer.ts';
import { parseRouteQuery } from '../linux/route-query.ts';
import { renderLookupJson } from '../report/json/lookup.ts';
import { renderLookup } from '../report/text/lookup.ts';
import { EXIT_FOUND, EXIT_INCOMPLETE, EXIT_NOTHING_WRONG, EXIT_UNUSABLE } from './exit-code.ts';
import { hostNameAt, readHostState } from './given-host.ts';
import { tell } from './messages.ts';
import { queryProblemWords } from './query-problem.ts';
import { answerBatch } from './route-batch.ts';
import type { RouteGetFlags } from './route-get-flags.ts';
import { type Terminal, wantsColor, widthOf } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Options that are words of `ip route get`. */
const WORDS = ['from', 'iif', 'oif', 'mark', 'tos', 'ipproto', 'sport', 'dport', 'uid'] as const;

export async function runRouteGet(
  words: readonly string[],
  flags: RouteGetFlags,
  terminal: Terminal,
): Promise<number> {
  const { batch, host, quiet } = flags;
  if (batch !== undefined && words.length > 0) throw new UsageError('give an address or --batch, not both');
  if (batch === undefined && words.length === 0)
    throw new UsageError('an address is missing (or --batch FILE)');
  const state = await readHostState(hostNameAt(host[0]), host, terminal.stderr, quiet ?? false);
  return batch === undefined
    ? single(state, queryText(words, flags), flags, terminal)
    : runBatch(state, batch, terminal);
}

function queryText(words: readonly string[], flags: RouteGetFlags): string {
  const given = WORDS.flatMap((word) => (flags[word] === undefined ? [] : [word, flags[word]]));
  return [...(flags.ipv6 ? ['-6'] : []), ...words, ...given].join(' ');
}

const EXITS = {
  route: EXIT_NOTHING_WRONG,
  refused: EXIT_FOUND,
  'no-route': EXIT_FOUND,
  'cannot-tell': EXIT_INCOMPLETE,
} as const;

function single(state: HostState, text: string, flags: RouteGetFlags, { stdout, env }: Terminal): number {
  const query = parseRouteQuery(text);
  if (!query.ok) throw new UsageError(queryProblemWords(query.error));
  const { flow } = query.value;
  const lookup = { state, flow, decision: decide(state, flow), answer: answerOf(state, text, flow) };
  const options = {
    width: widthOf(stdout),
    color: wantsColor(flags.color, stdout, env),
    verbose: flags.verbose ?? false,
  };
  stdout.write(flags.format === 'json' ? renderLookupJson(lookup) : renderLookup(lookup, options));
  return doubtsOf(lookup.decision).length > 0 ? EXIT_INCOMPLETE : EXITS[lookup.decision.kind];
}

async function runBatch(state: HostState, path: string, terminal: Terminal): Promise<number> {
  try {
    const input = path === '-' ? terminal.stdin : await streamOf(path);
    const { notUnderstood, cannotTell } = await answerBatch(state, input, terminal.stdout);
    if (notUnderstood === 0) return cannotTell > 0 ? EXIT_INCOMPLETE : EXIT_NOTHING_WRONG;
    const lines = notUnderstood === 1 ? '1 line was' : `${notUnderstood} lines were`;
    tell(terminal.stderr, `${lines} not understood; see "invalid" in what answers them`);
    return EXIT_UNUSABLE;
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

async function streamOf(path: string): Promise<Readable> {
  if (!(await stat(path)).isFIFO()) return createReadStream(path);
  const { readNamedPipe } = await import('../capture/named-pipe.ts');
  return readNamedPipe(path);
}
