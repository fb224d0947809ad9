import { join } from 'node:path';
import type { Analysis } from './acceptance.ts';
import type { Case } from './case.ts';
import { must, run } from './command.ts';

/** Compiles the analyzer; throws with the compiler's words. */
export async function compile(): Promise<void> {
  await must(['node_modules/.bin/tsc', '-p', 'tsconfig.build.json'], { timeoutMs: 120_000 });
}

/** Gives a case's files, and nothing else, to the command a user has. Throws when it does not answer in JSON. */
export async function analyze({ scenario, folder }: Case): Promise<{ exit: number; analysis: Analysis }> {
  const sources = [scenario.plan.a.name, scenario.plan.b.name].map((name) => `${name}=${join(folder, name)}`);
  const outcome = await run(['./bin/wayhome', 'analyze', ...sources, '--format', 'json'], {
    timeoutMs: 60_000,
  });
  if (outcome.exit < 0 || outcome.exit > 1)
    throw new Error(`wayhome: exit ${outcome.exit}: ${outcome.stderr.trim()}`);
  return { exit: outcome.exit, analysis: JSON.parse(outcome.stdout) as Analysis };
}
