import { analyzeOptions } from './analyze-flags.ts';
import type { Finish } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** The main job: captures and host states in, findings and causes out. The work itself is loaded when it is asked for. */
export function analyzeCommand(terminal: Terminal, finish: Finish) {
  return analyzeOptions().action(async (sources, options) => {
    const { runAnalyze } = await import('./analyze-run.ts');
    await runAnalyze(sources, options, terminal, finish);
  });
}
