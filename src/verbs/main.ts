import { readFileSync } from 'node:fs';
import { Command, CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { analyzeCommand } from './analyze.ts';
import {
  EXIT_INTERRUPTED,
  EXIT_NOTHING_WRONG,
  EXIT_TERMINATED,
  EXIT_UNUSABLE,
  type Finish,
} from './exit-code.ts';
import { explainCommand } from './explain.ts';
import { infoCommand } from './info.ts';
import { suggestion, tell, usageLine } from './messages.ts';
import { routeCommand } from './route.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { traceCommand } from './trace.ts';
import { UsageError } from './usage-error.ts';

const EXAMPLES = `
Examples:
  wayhome analyze ServerA=a.pcap ServerA=a-state/ ServerB=b.pcap ServerB=b-state/
  wayhome analyze captures/ping-asymmetric
  wayhome trace captures/ping-asymmetric --from ServerA:eth1 --to 10.4.0.100
  wayhome route get 10.2.0.100 --from 10.4.0.100 --host captures/ping-asymmetric/ServerB
  wayhome info any.pcap
  wayhome explain rp-filter-strict

Exit codes of analyze: 0 nothing wrong, 1 something wrong, 2 could not be analysed,
3 nothing wrong found but the evidence is incomplete, 130 interrupted.`;

/** The command line. Without a terminal of its own it uses the process's, and sets the process's exit code. */
export async function main(argv: readonly string[], terminal?: Terminal): Promise<number> {
  if (terminal) return run(argv, terminal);
  const own = processTerminal();
  const release = guardProcess(own);
  const code = await run(argv, own, (told) => {
    process.exitCode = told;
  });
  release();
  process.exitCode = code;
  return code;
}

/** @param hear told the exit code as soon as it is known */
async function run(argv: readonly string[], terminal: Terminal, hear?: Finish): Promise<number> {
  let code: number = EXIT_NOTHING_WRONG;
  const finish: Finish = (told) => {
    code = told;
    hear?.(told);
  };
  try {
    checkHelp(argv);
    await program(argv[2], terminal, finish).parseAsync([...argv]);
    return code;
  } catch (error) {
    return failure(error, terminal);
  }
}

const VERBS = new Map<string | undefined, (terminal: Terminal, finish: Finish) => CommandUnknownOpts>([
  ['analyze', analyzeCommand],
  ['trace', traceCommand],
  ['route', routeCommand],
  ['info', infoCommand],
  ['explain', explainCommand],
]);

/** commander answers `help` of what is no verb with all verbs, and no word. */
function checkHelp([, , first, asked]: readonly string[]): void {
  if (first !== 'help' || asked === undefined || asked.startsWith('-') || VERBS.has(asked)) return;
  const names = [...VERBS.keys()].filter((name) => name !== undefined);
  if (asked !== 'help') throw new UsageError(`unknown command '${asked}'${suggestion(asked, names)}`);
}

/** @param first a verb needs no other beside it; help and what is misspelt do */
function program(first: string | undefined, terminal: Terminal, finish: Finish): Command {
  const all = new Command('wayhome')
    .description('finds out why a reply did not come home, from packet captures and route tables')
    .version(version())
    .addHelpText('after', EXAMPLES);
  const verb = VERBS.get(first);
  for (const make of verb ? [verb] : VERBS.values()) all.addCommand(make(terminal, finish));
  for (const one of withSubcommands(all as Command)) {
    one.exitOverride();
    one.configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      outputError: (text) => tell(terminal.stderr, usageLine(text)),
    });
  }
  return all as Command;
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap((one) => withSubcommands(one as Command))];
}

/** Usage errors have been printed by commander; ours are printed here; anything else is a fault of ours. */
function failure(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_NOTHING_WRONG : EXIT_UNUSABLE;
  if (error instanceof UsageError) {
    tell(terminal.stderr, error.message);
    return error.exitCode;
  }
  const reason = error instanceof Error ? error : new Error(String(error));
  if (TOO_MANY_OPEN.test(reason.message)) {
    tell(terminal.stderr, `too many files are open; raise the limit (ulimit -n): ${reason.message}`);
    return EXIT_UNUSABLE;
  }
  tell(terminal.stderr, `internal error: ${reason.message}`);
  if (terminal.env.WAYHOME_DEBUG) terminal.stderr.write(`${reason.stack}\n`);
  return EXIT_UNUSABLE;
}

/** Another thread tells by its message alone. */
const TOO_MANY_OPEN = /\bE[MN]FILE\b/;

function version(): string {
  const manifest = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

/** A reader that went away (`| head`), Ctrl-C and SIGTERM end the process without a word; a full disk does not. */
function guardProcess({ interrupts }: Terminal): () => void {
  const failed = (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT_NOTHING_WRONG);
    tell(process.stderr, `cannot write the report: ${error.message}`);
    process.exit(EXIT_UNUSABLE);
  };
  // Handlers run between steps: a file that is being written beside its place is renamed or removed first.
  const interrupted = () => {
    const first = interrupts?.first;
    if (!interrupts || !first) process.exit(EXIT_INTERRUPTED);
    interrupts.first = null;
    first();
  };
  const terminated = () => process.exit(EXIT_TERMINATED);
  process.stdout.on('error', failed);
  process.stderr.on('error', () => process.exit(EXIT_UNUSABLE));
  process.on('SIGINT', interrupted);
  process.once('SIGTERM', terminated);
  return () => process.off('SIGINT', interrupted).off('SIGTERM', terminated);
}
