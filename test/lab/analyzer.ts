import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Analysis } from './acceptance.ts';
import type { Case } from './case.ts';
import { must, run } from './command.ts';

/** Compiles the analyzer; throws with the compiler's words. */
export async function compile(): Promise<void> {
  await must(['node_modules/.bin/tsc', '-p', 'tsconfig.build.json'], { timeoutMs: 300_000 });
}

/** Gives a case's files, and nothing else, to the command a user has. Throws when it does not answer in JSON. */
export async function analyze({ scenario, folder }: Case): Promise<{ exit: number; analysis: Analysis }> {
  const sources = [scenario.plan.a.name, scenario.plan.b.name].map((name) => `${name}=${join(folder, name)}`);
  const outcome = await run(['./bin/wayhome', 'analyze', ...sources, '--format', 'json'], {
    timeoutMs: 60_000,
  });
  if (outcome.exit < 0 || (outcome.exit > 1 && outcome.exit !== 3))
    throw new Error(`wayhome: exit ${outcome.exit}: ${outcome.stderr.trim()}`);
  return { exit: outcome.exit, analysis: JSON.parse(outcome.stdout) as Analysis };
}

const FIREWALL_DUMPS = /^(nft|iptables-save|ip6tables-save)\b/;

/** As `analyze`, on a copy of the files from which the firewall's dumps are missing. */
export async function analyzeWithoutFirewalls(made: Case): Promise<Analysis> {
  const folder = await mkdtemp(join(tmpdir(), 'wayhome-bare-'));
  try {
    for (const { name } of [made.scenario.plan.a, made.scenario.plan.b]) {
      await cp(join(made.folder, name), join(folder, name), { recursive: true });
      const dumps = (await readdir(join(folder, name))).filter((file) => FIREWALL_DUMPS.test(file));
      await Promise.all(dumps.map((file) => rm(join(folder, name, file))));
    }
    return (await analyze({ ...made, folder })).analysis;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
