import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Verdict } from './evidence.ts';
import { type Measurement, measure } from './measure.ts';
import type { Scenario } from './scenario.ts';
import { writeTruth } from './truth.ts';
import { verdictOf } from './verdict.ts';

/** A scenario that was built, measured and written down. */
export interface Case {
  readonly scenario: Scenario;
  readonly folder: string;
  readonly measurement: Measurement;
  readonly verdict: Verdict;
}

/** Runs a scenario and writes its case folder below `root`, replacing an older one. Throws when the lab cannot be built. */
export async function buildCase(scenario: Scenario, root: string): Promise<Case> {
  const folder = join(root, scenario.name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const measurement = await measure(scenario, folder);
  const verdict = verdictOf(measurement, scenario.probe);
  await writeTruth(scenario, measurement, verdict, folder);
  return { scenario, folder, measurement, verdict };
}

/** What the author stated and the kernel did not confirm; empty when both agree. */
export function disagreements({ scenario, measurement, verdict }: Case): string[] {
  const { code, host } = scenario.expected;
  const wrong = measurement.fixes.filter((result) => result.proved !== result.fix.helps);
  return [
    ...(code === verdict.code
      ? []
      : [`meant ${code}, the kernel says ${verdict.code}: ${verdict.explanation}`]),
    ...(host === verdict.host ? [] : [`meant host ${host}, the kernel says ${verdict.host}`]),
    ...wrong.map(
      ({ fix, proved }) =>
        `fix "${fix.what}" was meant ${fix.helps ? '' : 'not '}to help, it did${proved ? '' : ' not'}`,
    ),
  ];
}
