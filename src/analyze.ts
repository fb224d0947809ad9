import type { HostIdentity } from './addr/identity.ts';
import { fail, ok, type Result } from './addr/result.ts';
import type { SourceFile } from './addr/source.ts';
import type { AnalyzeOptions, HostInput, OnProgress } from './analyze-options.ts';
import { openCapture, openCaptureStream } from './capture/open.ts';
import type { CaptureReader } from './capture/reader.ts';
import { isDecoded } from './decode/link-type.ts';
import { correlate } from './exchange/correlate.ts';
import type { Correlation } from './exchange/correlation.ts';
import type { CaptureInput, CorrelateOptions } from './exchange/options.ts';
import { type Findings, find } from './finding/find.ts';
import type { HostState } from './linux/host-state.ts';
import { identityOf } from './linux/identity.ts';
import { buildHostState, readHostSources } from './linux/state/read.ts';
import type { Explained, ReasonContext } from './reason/context.ts';
import { explain, raise } from './reason/explain.ts';
import { verdictOf } from './reason/verdict.ts';
import type { Analysis } from './report/analysis.ts';
import { sentenceOf } from './report/finding-words.ts';
import { hostReports } from './report/host-report.ts';
import type { Problem } from './report/problem.ts';

/**
 * The whole pipeline: files -> frames -> sightings -> exchanges -> findings, and host states -> causes. What could be
 * read is analysed; what could not is among the problems. The error is that nothing at all could be analysed.
 */
export async function analyze(
  hosts: readonly HostInput[],
  options: AnalyzeOptions,
  onProgress?: OnProgress,
): Promise<Result<Analysis, readonly Problem[]>> {
  const problems: Problem[] = [];
  const read = await Promise.all(hosts.map((host) => readHost(host, problems)));
  const states = new Map(read.flatMap(({ name, state }) => (state ? [[name, state] as const] : [])));
  const identities = [...states.values()].flatMap((state) => identityOf(state) ?? []);
  const captures = await openAll(read, identities, options, problems);
  if (captures.length === 0) return fail([...problems, { kind: 'nothing-to-analyse' }]);
  const correlation = await correlate(
    captures.map((one) => one.input),
    correlateOptions(options),
    (progress) => {
      onProgress?.(...bytesOf(captures), progress.frames);
    },
  );
  await Promise.all(captures.map((one) => one.reader.close()));
  const context: ReasonContext = { states, identities, questions: correlation.unanswered };
  const found = find(correlation, identities);
  const explained = explainAll(found, context);
  return ok(assemble(read, correlation, found, explained, problems));
}

interface ReadHost {
  readonly name: string;
  readonly state: HostState | null;
  readonly captures: readonly { readonly path: string; readonly interface: string | null }[];
  readonly stdin: boolean;
  readonly stdinInterface: string | null;
}

async function readHost(host: HostInput, problems: Problem[]): Promise<ReadHost> {
  const sources: SourceFile[] = [];
  const captures: { path: string; interface: string | null }[] = [];
  for (const { path, interface: device } of host.paths) {
    const read = await readHostSources(path);
    sources.push(...read.sources);
    captures.push(...read.captures.map((capture) => ({ path: capture, interface: device })));
    problems.push(...read.problems);
  }
  const state = sources.length > 0 ? buildHostState(host.name, sources) : null;
  if (state) problems.push(...state.problems);
  const { name, stdin, stdinInterface } = host;
  if (!state && captures.length === 0 && !stdin) problems.push({ kind: 'host-without-input', host: name });
  return { name, state, captures, stdin, stdinInterface };
}

async function openAll(
  read: readonly ReadHost[],
  identities: readonly HostIdentity[],
  options: AnalyzeOptions,
  problems: Problem[],
): Promise<OpenCapture[]> {
  const inputs: OpenCapture[] = [];
  for (const { name: host, captures, stdin, stdinInterface } of read) {
    const identity = identities.find((one) => one.host === host) ?? null;
    const opened = captures.map(async (one) => ({
      device: one.interface,
      result: await openCapture(one.path),
    }));
    if (stdin && options.stdin) {
      opened.push(
        openCaptureStream('-', options.stdin).then((result) => ({ device: stdinInterface, result })),
      );
    }
    for (const { device, result } of await Promise.all(opened)) {
      if (result.ok) inputs.push(openCaptureOf(host, result.value, device, identity));
      else problems.push(result.error);
    }
  }
  return inputs;
}

interface OpenCapture {
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
function bytesOf(captures: readonly OpenCapture[]): [number, number | null] {
  const total = captures.reduce<number | null>(
    (sum, { reader }) => (sum === null || reader.bytesTotal === null ? null : sum + reader.bytesTotal),
    0,
  );
  return [captures.reduce((sum, { reader }) => sum + reader.bytesRead, 0), total];
}

function correlateOptions({ protocols, port, since, until, ...rest }: AnalyzeOptions): CorrelateOptions {
  const { replyWindowSeconds, clock, between } = rest;
  return {
    replyWindowSeconds,
    clock,
    between,
    ...(protocols && { protocols }),
    ...(port !== null && { port }),
    ...(since && { since }),
    ...(until && { until }),
  };
}

/** Every finding with its causes; a ping whose reply the originator's own state drops replaces what was seen of it. */
function explainAll(found: Findings, context: ReasonContext): Explained[] {
  const raised = found.arrived.flatMap(({ finding, warning }) => {
    const explained = raise(finding, context);
    return explained ? [{ explained, warning }] : [];
  });
  const replaced = new Set(raised.map(({ warning }) => warning));
  const kept = found.findings
    .filter((finding) => !replaced.has(finding))
    .map((finding) => explain(finding, context));
  const all = [...raised.map(({ explained }) => explained), ...kept];
  return all.sort((a, b) => Number(b.finding.level === 'error') - Number(a.finding.level === 'error'));
}

function assemble(
  read: readonly ReadHost[],
  correlation: Correlation,
  found: Findings,
  explained: readonly Explained[],
  problems: readonly Problem[],
): Analysis {
  const losses = lossesOf(correlation);
  return {
    verdict: verdictOf(explained, found.exchanges.total > 0),
    exchanges: recount(found, explained),
    diagnoses: explained.map((one) => ({ ...one, remedies: [], sentence: sentenceOf(one.finding) })),
    captures: correlation.captures,
    hosts: hostReports(read, correlation),
    clocks: correlation.clocks,
    problems: [...problems, ...losses, ...undecodedOf(correlation), ...boundsOf(correlation)],
    incomplete: losses.length > 0,
  };
}

/** What is not in the captures although it was on the wire. */
function lossesOf(correlation: Correlation): Problem[] {
  return correlation.captures.flatMap(({ host, facts: { file, damage, dropped } }): Problem[] => [
    ...damage.map((one): Problem => ({ kind: 'damage', file, damage: one })),
    ...(dropped ? [{ kind: 'kernel-drops', host, file, dropped } as const] : []),
  ]);
}

/** Captures, or interfaces of them, of which no packet could be looked into. */
function undecodedOf(correlation: Correlation): Problem[] {
  return correlation.captures.flatMap(({ facts, notDecoded }) => {
    const unknown = facts.interfaces.filter((one) => !isDecoded(one.linkType));
    const all = unknown.length === facts.interfaces.length;
    return unknown.map(
      ({ linkType }): Problem => ({
        kind: 'link-type-not-decoded',
        file: facts.file,
        linkType,
        frames: all && unknown.length === 1 ? notDecoded : null,
      }),
    );
  });
}

/** Where the correlator came to its bounds. */
function boundsOf({ counts }: Correlation): Problem[] {
  const { leftEarly, ambiguous } = counts;
  return [
    ...(leftEarly > 0 ? [{ kind: 'left-early', exchanges: leftEarly } as const] : []),
    ...(ambiguous > 0 ? [{ kind: 'ambiguous-replies', replies: ambiguous } as const] : []),
  ];
}

/** What was raised counts as failed, not as answered. */
function recount({ exchanges }: Findings, explained: readonly Explained[]): Analysis['exchanges'] {
  const raised = explained
    .filter((one) => one.finding.basis === 'computed')
    .reduce((sum, one) => sum + one.finding.count, 0);
  return { ...exchanges, answered: exchanges.answered - raised, failed: exchanges.failed + raised };
}
