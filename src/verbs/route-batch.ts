import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { HostState } from '../linux/host-state.ts';
import { answerOf, type RouteAnswer } from '../linux/route-answer.ts';
import { parseRouteQuery, type QueryProblem } from '../linux/route-query.ts';
import { jsonText } from '../report/json/json-text.ts';
import { queryProblemWords } from './query-problem.ts';

/** What became of a batch, for the exit code. */
export interface BatchTotals {
  answered: number;
  cannotTell: number;
  notUnderstood: number;
}

/** A line that is no lookup gets its object as well, `error` in words, so that the n-th answer belongs to the n-th question. */
type BatchAnswer = RouteAnswer & { readonly invalid?: QueryProblem };

/** Lines answered before they are written. */
const LINES_AT_ONCE = 1000;

/**
 * One lookup a line, in the words of `ip route get`; one JSON object a line, in order. Each chunk is answered as soon as
 * it comes, so that a program may ask, read and ask again. Empty lines and comments get no answer, as in `ip -batch`.
 */
export async function answerBatch(state: HostState, input: Readable, output: Writable): Promise<BatchTotals> {
  const totals: BatchTotals = { answered: 0, cannotTell: 0, notUnderstood: 0 };
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of input) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    await answerLines(state, lines, output, totals);
  }
  await answerLines(state, [rest], output, totals);
  return totals;
}

async function answerLines(
  state: HostState,
  lines: readonly string[],
  output: Writable,
  totals: BatchTotals,
): Promise<void> {
  for (let at = 0; at < lines.length; at += LINES_AT_ONCE) {
    const text = answersTo(state, lines.slice(at, at + LINES_AT_ONCE), totals);
    if (text !== '' && !output.write(text)) await once(output, 'drain');
  }
}

function answersTo(state: HostState, lines: readonly string[], totals: BatchTotals): string {
  let out = '';
  for (const line of lines) {
    const query = line.trim();
    if (query === '' || query.startsWith('#')) continue;
    out += `${jsonText(counted(answerTo(state, query), totals))}\n`;
  }
  return out;
}

function counted(answer: BatchAnswer, totals: BatchTotals): BatchAnswer {
  totals[answer.invalid ? 'notUnderstood' : answer.cannotTell ? 'cannotTell' : 'answered']++;
  return answer;
}

function answerTo(state: HostState, query: string): BatchAnswer {
  const parsed = parseRouteQuery(withoutCommand(query));
  if (parsed.ok) return answerOf(state, query, parsed.value.flow);
  const error = queryProblemWords(parsed.error);
  return {
    query,
    answer: null,
    error,
    cannotTell: null,
    rule: null,
    why: 'not a lookup',
    invalid: parsed.error,
  };
}

/** A file made for `ip -batch` says `route get` on each line; so does a command copied from a terminal. */
function withoutCommand(query: string): string {
  return query.replace(/^(?:ip\s+)?(-[46]\s+)?r(?:o|ou|out|oute)?\s+g(?:et?)?\s+/, '$1');
}
