import type { Finish } from './exit-code.ts';
import type { Terminal } from './terminal.ts';
import { traceOptions } from './trace-flags.ts';

/** Will it work? The round trip of a probe, foretold from the states of both hosts. */
export function traceCommand(terminal: Terminal, finish: Finish) {
  return traceOptions().action(async (sources, flags) => {
    const { runTrace } = await import('./trace-run.ts');
    await runTrace(sources, flags, terminal, finish);
  });
}
