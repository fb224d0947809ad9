import { renderTablesJson } from '../report/json/tables.ts';
import { tablesOf } from '../report/tables.ts';
import { renderTables } from '../report/text/tables.ts';
import { EXIT_NOTHING_WRONG } from './exit-code.ts';
import { hostNameAt, readHostState } from './given-host.ts';
import type { RouteTableFlags } from './route-table-flags.ts';
import { type Terminal, wantsColor, widthOf } from './terminal.ts';

/** A picture is no verdict: what it marks does not change the exit code. */
export async function runRouteTable(flags: RouteTableFlags, terminal: Terminal): Promise<number> {
  const { stdout, stderr, env } = terminal;
  const state = await readHostState(hostNameAt(flags.host[0]), flags.host, stderr, flags.quiet ?? false);
  const tables = tablesOf(state);
  const options = {
    width: widthOf(stdout),
    color: wantsColor(flags.color, stdout, env),
    verbose: flags.verbose ?? false,
  };
  stdout.write(flags.format === 'json' ? renderTablesJson(tables) : renderTables(tables, options));
  return EXIT_NOTHING_WRONG;
}
