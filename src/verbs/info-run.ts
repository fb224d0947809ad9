import { Readable } from 'node:stream';
import type { Result } from '../addr/result.ts';
import type { CaptureProblem } from '../capture/frame.ts';
import { openCapture, openCaptureStream } from '../capture/open.ts';
import type { CaptureReader } from '../capture/reader.ts';
import { Census } from '../decode/census.ts';
import type { PackedCapture } from '../linux/state/read.ts';
import { type CaptureInfo, isWhole, type ReadCapture } from '../report/capture-info.ts';
import { renderInfoJson } from '../report/json/info.ts';
import { renderInfo } from '../report/text/info.ts';
import { EXIT_INCOMPLETE, EXIT_INTERRUPTED, EXIT_NOTHING_WRONG, EXIT_UNUSABLE } from './exit-code.ts';
import type { InfoFlags } from './info-flags.ts';
import { InputEnd } from './interrupt.ts';
import { writeAll } from './output-file.ts';
import { tellProblems } from './problems.ts';
import { Progress } from './progress.ts';
import { type Terminal, wantsColor, widthOf } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** File after file, each told as soon as it was read. */
export async function runInfo(
  files: readonly string[],
  flags: InfoFlags,
  terminal: Terminal,
): Promise<number> {
  if (files.includes('-') && terminal.stdin.isTTY) {
    throw new UsageError('standard input is a terminal, not a capture; name a file');
  }
  if (files.indexOf('-') !== files.lastIndexOf('-')) {
    throw new UsageError('standard input (-) can be one capture only');
  }
  const input = files.includes('-') ? new InputEnd(terminal) : null;
  let code: number = EXIT_NOTHING_WRONG;
  let told = false;
  for (const file of files) {
    for await (const info of read(file, terminal)) {
      if (info.kind === 'unread') tellProblems(terminal.stderr, [info.problem], false);
      const gap = told && flags.format === 'text' && info.kind === 'read' ? '\n' : '';
      await writeAll(terminal.stdout, gap + render(info, flags, terminal));
      code = worse(code, info);
      told = true;
    }
  }
  return input?.interrupted ? EXIT_INTERRUPTED : code;
}

/** One of a capture, as many of an archive as captures are in it. */
async function* read(file: string, { stdin, stderr }: Terminal): AsyncGenerator<CaptureInfo> {
  const opened = file === '-' ? await openCaptureStream('-', stdin) : await openCapture(file);
  const packed = opened.ok || file === '-' ? [] : await packedIn(opened.error);
  if (packed.length === 0) yield infoOf(opened, stderr);
  for (const { path, bytes } of packed)
    yield infoOf(await openCaptureStream(path, Readable.from([bytes])), stderr);
}

async function infoOf(
  opened: Result<CaptureReader, CaptureProblem>,
  stderr: Terminal['stderr'],
): Promise<CaptureInfo> {
  if (!opened.ok) return { kind: 'unread', problem: opened.error };
  try {
    return await take(opened.value, new Progress(stderr, undefined));
  } finally {
    await opened.value.close();
  }
}

/** What `analyze` reads from an archive, or from a file that is compressed as archives are. */
async function packedIn(problem: CaptureProblem): Promise<readonly PackedCapture[]> {
  if (problem.kind !== 'not-a-capture' || problem.piped) return [];
  const { readHostSources } = await import('../linux/state/read.ts');
  return (await readHostSources(problem.file)).packedCaptures;
}

async function take(reader: CaptureReader, progress: Progress): Promise<ReadCapture> {
  const census = new Census();
  while (await reader.next(census)) {
    const { bytesRead: bytes, bytesTotal: totalBytes, framesRead: frames } = reader;
    progress.update({ bytes, totalBytes, frames });
  }
  progress.end();
  const { counts, first, last, backwards } = census;
  const undecoded = [...census.undecoded]
    .map(([linkType, frames]) => ({ linkType, frames }))
    .sort((a, b) => b.frames - a.frames);
  const bytes = reader.captureBytes;
  return { kind: 'read', facts: reader.facts(), counts, bytes, first, last, backwards, undecoded };
}

function render(info: CaptureInfo, flags: InfoFlags, { stdout, env }: Terminal): string {
  if (flags.format === 'json') return renderInfoJson(info);
  if (info.kind === 'unread') return '';
  return renderInfo(info, {
    width: widthOf(stdout),
    color: wantsColor(flags.color, stdout, env),
    zone: flags.localTime ? 'local' : 'utc',
    verbose: flags.verbose ?? false,
  });
}

function worse(code: number, info: CaptureInfo): number {
  if (code === EXIT_UNUSABLE || info.kind === 'unread') return EXIT_UNUSABLE;
  return isWhole(info) ? code : EXIT_INCOMPLETE;
}
