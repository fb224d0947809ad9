import { spawn } from 'node:child_process';

/** What a finished program left behind. `exit` is -1 when a signal or the time limit ended it. */
export interface Outcome {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Bytes for standard input; without it standard input is empty. */
  readonly input?: string;
  /** Time limit in milliseconds, 20 000 unless told. */
  readonly timeoutMs?: number;
}

/**
 * Runs a program with an argument array; no shell sees the words.
 * Resolves whatever the exit code; rejects only when the program cannot be started.
 */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const [program, ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program!, args, { timeout: options.timeoutMs ?? 20_000, killSignal: 'SIGKILL' });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    // A program may end before it has read its input; that is its business, not an error of the lab.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    child.on('error', reject);
    child.on('close', (code) => resolve({ exit: code ?? -1, stdout, stderr }));
  });
}

/** As `run`, but throws with the program's own words when it exits with anything but 0. */
export async function must(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const outcome = await run(argv, options);
  if (outcome.exit !== 0) {
    const said = outcome.stderr.trim() || outcome.stdout.trim();
    throw new Error(`${argv.join(' ')}: exit ${outcome.exit}: ${said}`);
  }
  return outcome.stdout;
}
