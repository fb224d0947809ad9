import type { Finish } from './exit-code.ts';
import { routeTableOptions } from './route-table-flags.ts';
import type { Terminal } from './terminal.ts';

/** Rules and tables of one host as a picture. */
export function routeTableCommand(terminal: Terminal, finish: Finish) {
  return routeTableOptions().action(async (flags) => {
    const { runRouteTable } = await import('./route-table-run.ts');
    finish(await runRouteTable(flags, terminal));
  });
}
