import { Command } from '@commander-js/extra-typings';
import type { Finish } from './exit-code.ts';
import { routeGetCommand } from './route-get.ts';
import { routeTableCommand } from './route-table.ts';
import type { Terminal } from './terminal.ts';

/** What a host's saved state does with packets. */
export function routeCommand(terminal: Terminal, finish: Finish) {
  return new Command('route')
    .description('the routing of one host, from its saved state')
    .addCommand(routeGetCommand(terminal, finish))
    .addCommand(routeTableCommand(terminal, finish));
}
