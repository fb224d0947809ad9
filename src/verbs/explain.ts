import { Command } from '@commander-js/extra-typings';
import type { Finish } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** What a finding or cause means. Loads the explanations alone, no analysis. */
export function explainCommand(terminal: Terminal, finish: Finish) {
  return new Command('explain')
    .description('what a finding or cause means, why Linux does so, and the ways out')
    .argument('[kind]', 'such as asymmetric-reply or rp-filter-strict; without it, all are listed')
    .action(async (kind) => {
      const { runExplain } = await import('./explain-run.ts');
      finish(runExplain(kind, terminal));
    });
}
