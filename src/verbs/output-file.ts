import {
  accessSync,
  chmodSync,
  constants,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { HostInput } from '../analyze-options.ts';
import { descriptorOf, isGiven } from './descriptor.ts';
import type { Output, Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Refuses, before any work, an output that cannot be written or that is one of the inputs. */
export function checkOutput(file: string, hosts: readonly HostInput[]): void {
  if (file === '') throw new UsageError('--output: the name is empty; name a file');
  const there = look(file);
  if (there?.isDirectory()) throw new UsageError(`--output ${file}: is a directory; name a file`);
  const inputs = hosts.flatMap((host) => host.paths.map((one) => one.path));
  const same = inputs.find((path) => there?.isFile() && isInput(file, path));
  if (same) throw new UsageError(`--output ${file}: is one of the inputs (${same}); name another file`);
  const descriptor = descriptorOf(file);
  if (descriptor !== null && !isGiven(descriptor))
    throw new UsageError(
      `--output ${file}: cannot write there: EBADF: descriptor ${descriptor} is not open; name a file`,
    );
  if (descriptor === null && there && !there.isFile()) return;
  try {
    // No bytes: only whether it is open for writing.
    if (descriptor !== null) writeSync(descriptor, '');
    else accessSync(dirname(resolve(file)), constants.W_OK);
  } catch (error) {
    throw new UsageError(`--output ${file}: cannot write there: ${reason(error)}`);
  }
}

/** The input itself, or a file among those of an input directory. */
function isInput(file: string, input: string): boolean {
  const given = look(input);
  if (!given) return false;
  if (given.isDirectory()) return realpathSync(dirname(resolve(file))) === realpathSync(input);
  // As doubles, numbers of large file systems are rounded.
  const [one, other] = [statSync(file, { bigint: true }), statSync(input, { bigint: true })];
  return one.dev === other.dev && one.ino === other.ino;
}

/**
 * To a file beside the one asked for, then renamed: whoever reads it never sees half a report. Pipes and devices straight,
 * and so what is open already: a file that others write to as well, behind what stands in it.
 */
export async function writeReport(
  report: string,
  file: string | undefined,
  { stdout, stderr }: Pick<Terminal, 'stdout' | 'stderr'>,
): Promise<void> {
  const descriptor = file === undefined ? 1 : descriptorOf(file);
  if (descriptor === 1) return writeAll(stdout, report);
  if (descriptor === 2) return writeAll(stderr, report);
  if (file !== undefined) writeTo(file, descriptor, report);
}

function writeTo(file: string, descriptor: number | null, report: string): void {
  try {
    const there = look(file);
    // A pipe is opened anew: whoever opened it may have done so without waiting, and then a full one refuses.
    if (descriptor !== null && !there?.isFIFO()) writeFileSync(descriptor, report);
    else if (there && !there.isFile()) writeFileSync(file, report);
    else replace(there ? realpathSync(file) : file, there, report);
  } catch (error) {
    throw new UsageError(`--output ${file}: cannot write: ${reason(error)}`);
  }
}

function replace(file: string, before: Stats | null, report: string): void {
  const beside = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`);
  try {
    writeFileSync(beside, report, { flag: 'wx' });
    if (before) chmodSync(beside, before.mode);
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** Waits until the text is taken; a reader that went away is no error. */
export function writeAll(stdout: Output, text: string): Promise<void> {
  return new Promise((done) => {
    if (text === '') done();
    else stdout.write(text, () => done());
  });
}

function look(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
