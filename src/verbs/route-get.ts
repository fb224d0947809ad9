import type { Finish } from './exit-code.ts';
import { routeGetOptions } from './route-get-flags.ts';
import type { Terminal } from './terminal.ts';

/** The kernel's route lookup on a saved state, with the reason why. */
export function routeGetCommand(terminal: Terminal, finish: Finish) {
  return routeGetOptions().action(async (words, flags) => {
    const { runRouteGet } = await import('./route-get-run.ts');
    finish(await runRouteGet(words, flags, terminal));
  });
}
