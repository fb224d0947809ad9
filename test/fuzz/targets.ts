import { Readable } from 'node:stream';
import { analyze } from '../../src/analyze.ts';
import type { AnalyzeOptions } from '../../src/analyze-options.ts';
import { openCaptureStream } from '../../src/capture/open.ts';
import { Census } from '../../src/decode/census.ts';
import { buildHostState } from '../../src/linux/state/build.ts';
import { renderJson } from '../../src/report/json/analysis.ts';
import { renderInfoJson } from '../../src/report/json/info.ts';
import { problemWords } from '../../src/report/problem-words.ts';
import { tablesOf } from '../../src/report/tables.ts';
import { renderInfo } from '../../src/report/text/info.ts';
import { renderText } from '../../src/report/text/report.ts';
import { renderTables } from '../../src/report/text/tables.ts';

const TEXT = { width: 79, color: false, zone: 'utc', verbose: true } as const;
/** Everything a terminal acts on but the end of a line. */
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
/** Kinds of damage a capture can have: one line for each, however often it was met. */
const MOST_DAMAGE = 11;

/** What `info` does with a capture; throws where something does not hold. Returns the frames read. */
export async function checkCapture(bytes: Uint8Array): Promise<number> {
  const opened = await openCaptureStream('-', Readable.from([Buffer.from(bytes)]), { chunkBytes: 4096 });
  if (!opened.ok) {
    safe(problemWords(opened.error));
    return 0;
  }
  const reader = opened.value;
  const census = new Census();
  while (await reader.next(census));
  const facts = reader.facts();
  await reader.close();
  expectTrue(facts.damage.length <= MOST_DAMAGE, 'a flood of damage');
  const { counts, first, last, backwards } = census;
  const undecoded = [...census.undecoded].map(([linkType, frames]) => ({ linkType, frames }));
  const info = {
    kind: 'read',
    facts,
    counts,
    bytes: reader.captureBytes,
    first,
    last,
    backwards,
    undecoded,
  } as const;
  safe(renderInfo(info, TEXT));
  safe(renderInfoJson(info));
  return facts.frames;
}

const OPTIONS: Omit<AnalyzeOptions, 'stdin'> = {
  replyWindowSeconds: 5,
  clock: 'auto',
  protocols: null,
  between: [],
  port: null,
  since: null,
  until: null,
};

/** The whole pipeline: the capture as a second host's, beside the files of a first. */
export async function checkAnalysis(
  bytes: Uint8Array,
  folder: string,
  stateOfB: readonly string[],
): Promise<void> {
  const stdin = Readable.from([Buffer.from(bytes)]);
  const path = (one: string) => ({ path: one, interface: null });
  const hosts = [
    { name: 'A', paths: [path(folder)], stdin: false, stdinInterface: null },
    { name: 'B', paths: stateOfB.map(path), stdin: true, stdinInterface: null },
  ];
  const result = await analyze(hosts, {
    ...OPTIONS,
    protocols: new Set(['icmp', 'tcp', 'udp'] as const),
    stdin,
  });
  if (!result.ok) {
    for (const one of result.error) oneLine(problemWords(one));
    return;
  }
  safe(renderText(result.value, TEXT));
  safe(renderJson(result.value));
  expectTrue(JSON.parse(renderJson(result.value)).schema === 'wayhome.analysis/1', 'no JSON');
}

/** A host state as text, whatever it is. */
export function checkState(bytes: Uint8Array): void {
  const text = Buffer.from(bytes).toString('utf8');
  const state = buildHostState('B', [{ path: 'state.txt', text }]);
  for (const one of state.problems) problemWords(one);
  safe(renderTables(tablesOf(state), TEXT));
  expectTrue(({} as Record<string, unknown>).polluted === undefined, 'a prototype was changed');
}

function safe(text: string): void {
  expectTrue(!UNSAFE.test(text), `a control character in ${JSON.stringify(text.slice(0, 500))}`);
}

/** Problems are printed through `tell`, which escapes; lines must still be lines. */
function oneLine(text: string): void {
  expectTrue(text.length < 100_000, 'a problem too long');
}

function expectTrue(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}
