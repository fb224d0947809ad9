import { PassThrough, Writable } from 'node:stream';
import { main } from '../../src/verbs/main.ts';
import type { Terminal } from '../../src/verbs/terminal.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface World {
  readonly stdin?: Uint8Array | 'terminal';
  readonly env?: Record<string, string>;
  readonly columns?: number;
}

/** Runs the command line in this process, with streams and environment of its own. */
export async function run(args: readonly string[], world: World = {}): Promise<Ran> {
  const stdout = collector(world.columns);
  const stderr = collector();
  const terminal: Terminal = {
    stdin: stdinOf(world.stdin),
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: world.env ?? {},
  };
  const code = await main(['node', 'wayhome', ...args], terminal);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** A terminal where it has columns, else a pipe. */
function collector(columns?: number) {
  const pieces: Buffer[] = [];
  const stream = new Writable({
    write(piece: Buffer, _encoding, done) {
      pieces.push(piece);
      done();
    },
  });
  if (columns !== undefined) Object.assign(stream, { isTTY: true, columns });
  return { stream, text: () => Buffer.concat(pieces).toString('utf8') };
}

function stdinOf(given: World['stdin']): PassThrough & { isTTY?: boolean } {
  const stream: PassThrough & { isTTY?: boolean } = new PassThrough();
  if (given === 'terminal') stream.isTTY = true;
  else stream.end(given ?? '');
  return stream;
}
