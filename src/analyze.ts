import type { HostIdentity } from './addr/identity.ts';
import { fail, ok, type Result } from './addr/result.ts';
import { type OpenHost, openAll } from './analyze-captures.ts';
import { type ReadHost, readHost } from './analyze-inputs.ts';
import type { AnalyzeOptions, HostInput, OnProgress } from './analyze-options.ts';
import { correlateHosts } from './exchange/correlate.ts';
import type { Correlation } from './exchange/correlation.ts';
import type { CorrelateOptions } from './exchange/options.ts';
import { type Findings, find } from './finding/find.ts';
import { foreignStates } from './finding/foreign-state.ts';
import { identityOf } from './linux/identity.ts';
import type { Explained, ReasonContext } from './reason/context.ts';
import { verdictOf } from './reason/verdict.ts';
import type { Analysis } from './report/analysis.ts';
import {
  boundsOf,
  copiesOf,
  cutOf,
  isCaptureProblem,
  lossesOf,
  reindexedOf,
  settingsOf,
  undecodedOf,
} from './report/capture-problems.ts';
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
  const correlate = correlateOptions(options, identities);
  const captures = await openAll(read, options, correlate, problems);
  try {
    if (captures.hosts.length === 0) return fail([...problems, { kind: 'nothing-to-analyse' }]);
    const correlation = await correlationOf(captures.hosts, correlate, onProgress);
    const { unanswered: questions, unheeded, overheard, answers, askers, coverage } = correlation;
    const foreign = foreignStates(correlation.groups, identities);
    const fits = (host: string) => !foreign.some((one) => one.host === host);
    problems.push(...foreign.map((one) => ({ kind: 'state-of-another-host', ...one }) as const));
    const icmpSeen = new Set(coverage.filter((one) => one.showsIcmp).map((one) => one.host));
    const context: ReasonContext = {
      states: new Map([...states].filter(([host]) => fits(host))),
      identities: identities.filter(({ host }) => fits(host)),
      questions,
      unheeded,
      overheard,
      answers,
      askers,
      icmpSeen,
    };
    const stated = new Set(context.states.keys());
    const found = find(correlation, context.identities, stated, options.between);
    const explained = await explainAll(found, context);
    return ok(assemble(read, correlation, found, explained, problems));
  } finally {
    await captures.close();
  }
}

async function correlationOf(
  hosts: readonly OpenHost[],
  options: CorrelateOptions,
  onProgress?: OnProgress,
): Promise<Correlation> {
  const sizes = hosts.map((host) => host.bytesTotal);
  const total = sizes.reduce((sum, size) => (sum === null || size === null ? null : sum + size), 0);
  for (const host of hosts) host.begin();
  const feeds = hosts.map((host) => host.feed);
  onProgress?.(0, total, 0);
  const stop = onProgress
    ? tellWhileWaiting(hosts, (bytes, frames) => onProgress(bytes, total, frames))
    : null;
  try {
    return await correlateHosts(feeds, options, ({ bytesRead, frames }) =>
      onProgress?.(bytesRead, total, frames),
    );
  } finally {
    stop?.();
  }
}

/** A step of reading takes long where a capture comes slowly, through a pipe. */
const WAITING_MS = 500;

/** Returns what ends it. */
function tellWhileWaiting(
  hosts: readonly OpenHost[],
  tell: (bytes: number, frames: number) => void,
): () => void {
  const timer = setInterval(() => {
    const read = hosts.flatMap((host) => host.readSoFar() ?? []);
    if (read.length < hosts.length) return;
    const sum = (part: 'bytes' | 'frames') => read.reduce((total, one) => total + one[part], 0);
    if (sum('bytes') > 0) tell(sum('bytes'), sum('frames'));
  }, WAITING_MS).unref();
  return () => clearInterval(timer);
}

function correlateOptions(
  { protocols, port, since, until, ...rest }: AnalyzeOptions,
  identities: readonly HostIdentity[],
): CorrelateOptions {
  const { replyWindowSeconds, clock, between, openLimit } = rest;
  return {
    identities,
    replyWindowSeconds,
    clock,
    between,
    ...(protocols && { protocols }),
    ...(port !== null && { port }),
    ...(openLimit !== undefined && { openLimit }),
    ...(since && { since }),
    ...(until && { until }),
  };
}

/** Every finding with its causes; a ping whose reply the originator's own state drops replaces what was seen of it. */
async function explainAll(found: Findings, context: ReasonContext): Promise<Explained[]> {
  if (found.findings.length + found.arrived.length === 0) return [];
  // A third of the program, for which a capture without findings need not wait.
  const { explain, raise } = await import('./reason/explain.ts');
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
    verdict: verdictOf(explained, { ...found.exchanges, wayUnseen: found.wayUnseen, synOnly: found.synOnly }),
    exchanges: recount(found, explained),
    diagnoses: explained.map((one) => ({ ...one, remedies: [], sentence: sentenceOf(one.finding) })),
    captures: correlation.captures,
    hosts: hostReports(read, correlation),
    clocks: correlation.clocks,
    clocksSet: correlation.clocksSet,
    problems: [
      ...problems,
      ...losses,
      ...settingsOf(correlation),
      ...undecodedOf(correlation),
      ...cutOf(correlation),
      ...reindexedOf(correlation),
      ...copiesOf(correlation),
      ...boundsOf(correlation),
    ],
    incomplete: losses.length > 0 || problems.some(isCaptureProblem),
  };
}

/** What was raised counts as failed, not as answered. */
function recount({ exchanges }: Findings, explained: readonly Explained[]): Analysis['exchanges'] {
  const raised = explained
    .filter((one) => one.finding.basis === 'computed')
    .reduce((sum, one) => sum + one.finding.count, 0);
  return { ...exchanges, answered: exchanges.answered - raised, failed: exchanges.failed + raised };
}
