import { compareTime } from '../addr/time.ts';
import { analyze } from '../analyze.ts';
import type { AnalyzeOptions, HostInput } from '../analyze-options.ts';
import type { Analysis } from '../report/analysis.ts';
import type { AnalyzeFlags } from './analyze-flags.ts';
import {
  EXIT_FOUND,
  EXIT_INCOMPLETE,
  EXIT_INTERRUPTED,
  EXIT_NOTHING_WRONG,
  EXIT_UNUSABLE,
  type Finish,
} from './exit-code.ts';
import { InputEnd } from './interrupt.ts';
import { tell } from './messages.ts';
import { optimizeLate } from './optimize-late.ts';
import { checkOutput, writeReport } from './output-file.ts';
import { parseTime } from './parse-time.ts';
import { tellProblems } from './problems.ts';
import { Progress } from './progress.ts';
import { render } from './render.ts';
import { readSources } from './sources.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

export async function runAnalyze(
  given: readonly string[],
  { output, ...rest }: AnalyzeFlags,
  terminal: Terminal,
  finish: Finish,
): Promise<void> {
  // `-` is where the report goes anyway.
  const flags = { ...rest, ...(output !== '-' && { output }) };
  const { hosts, warnings } = await sourcesOf(given, terminal);
  const options = optionsOf(flags, hosts, terminal);
  if (flags.output !== undefined) checkOutput(flags.output, hosts);
  if (!flags.quiet) for (const warning of warnings) tell(terminal.stderr, `warning: ${warning}`);
  const input = options.stdin && new InputEnd(terminal);
  const result = await read(hosts, options, flags, terminal);
  if (!result.ok) {
    tellProblems(terminal.stderr, result.error, false);
    finish(input?.interrupted ? EXIT_INTERRUPTED : EXIT_UNUSABLE);
    return;
  }
  finish(input?.interrupted ? EXIT_INTERRUPTED : exitCodeOf(result.value));
  tellProblems(terminal.stderr, result.value.problems, flags.quiet ?? false);
  await writeReport(await render(result.value, flags, terminal), flags.output, terminal);
}

async function read(
  hosts: readonly HostInput[],
  options: AnalyzeOptions,
  { quiet, progress: wish }: AnalyzeFlags,
  { stderr }: Terminal,
) {
  const progress = new Progress(stderr, quiet ? false : wish);
  try {
    return await analyze(hosts, options, (bytes, totalBytes, frames) => {
      // All is loaded that reading needs.
      if (bytes === 0 && isMuch(totalBytes)) optimizeLate();
      progress.update({ bytes, totalBytes, frames });
    });
  } finally {
    progress.end();
  }
}

/** So much that what reading gains is more than what code loaded afterwards loses. */
function isMuch(totalBytes: number | null): boolean {
  return totalBytes === null || totalBytes >= MUCH_BYTES;
}

const MUCH_BYTES = 32 << 20;

export function exitCodeOf(analysis: Analysis): number {
  if (analysis.diagnoses.some((one) => one.finding.level === 'error')) return EXIT_FOUND;
  return analysis.incomplete ? EXIT_INCOMPLETE : EXIT_NOTHING_WRONG;
}

async function sourcesOf(given: readonly string[], terminal: Terminal) {
  const sources = await readSources(given);
  if (!sources.ok) throw new UsageError(sources.error);
  const piped = sources.value.hosts.find((host) => host.stdin);
  if (piped && terminal.stdin.isTTY) {
    throw new UsageError(
      `standard input is a terminal, not a capture; pipe one in: tcpdump -i any -U -w - | wayhome analyze ${piped.name}=-`,
    );
  }
  return sources.value;
}

function optionsOf(flags: AnalyzeFlags, hosts: readonly HostInput[], terminal: Terminal): AnalyzeOptions {
  const { clock = 'auto' } = flags;
  if (typeof clock !== 'string') checkClockHosts([...clock.keys()], hosts);
  const since = time('--since', flags.since, flags.localTime ?? false);
  const until = time('--until', flags.until, flags.localTime ?? false);
  if (since && until && compareTime(since, until) > 0) {
    throw new UsageError(
      `--since ${flags.since} is later than --until ${flags.until}, so nothing lies between; give the earlier time to --since`,
    );
  }
  return {
    replyWindowSeconds: flags.replyWindow ?? 5,
    clock,
    protocols: flags.protocol ?? null,
    between: flags.between ?? [],
    port: flags.port ?? null,
    since,
    until,
    stdin: hosts.some((host) => host.stdin) ? terminal.stdin : null,
    ...(flags.openLimit !== undefined && { openLimit: flags.openLimit }),
    ...threadsOf(terminal),
  };
}

/** For tests and measurements; left out, the amount to read decides. */
function threadsOf({ env }: Terminal): Pick<AnalyzeOptions, 'threads'> {
  const { WAYHOME_THREADS: given } = env;
  return given !== undefined && /^\d{1,3}$/.test(given) ? { threads: Number(given) } : {};
}

function checkClockHosts(named: readonly string[], hosts: readonly HostInput[]): void {
  const known = hosts.map((host) => host.name);
  const unknown = named.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new UsageError(
    `--clock names ${unknown}, but the hosts are ${known.join(', ')}; use one of these names`,
  );
}

function time(option: string, text: string | undefined, local: boolean) {
  if (text === undefined) return null;
  const parsed = parseTime(text, local);
  if (parsed) return parsed;
  throw new UsageError(`${option} ${text}: not a time; use 2026-11-23T14:07:02Z or @SECONDS since 1970`);
}
