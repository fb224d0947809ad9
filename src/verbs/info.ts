import type { Finish } from './exit-code.ts';
import { infoOptions } from './info-flags.ts';
import type { Terminal } from './terminal.ts';

/** What captures hold and whether they are whole. */
export function infoCommand(terminal: Terminal, finish: Finish) {
  return infoOptions().action(async (files, flags) => {
    const { runInfo } = await import('./info-run.ts');
    finish(await runInfo(files, flags, terminal));
  });
}
