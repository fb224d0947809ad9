import { describe, expect, it } from 'vitest';
import { compareConfig, emptyTally, type Tally } from './support/compare.ts';
import { configsIn, FIXTURES, measuredFolder } from './support/kernel-truth.ts';

function compareAll(folder: string): Tally {
  const tally = emptyTally();
  for (const config of configsIn(folder)) compareConfig(config, tally);
  return tally;
}

function print(tally: Tally): void {
  const { agree, cannotTell, differ, leftOut } = tally;
  const all = agree + cannotTell.length + differ.length;
  const figures = `${agree} of ${all} agree, ${cannotTell.length} cannot tell, ${differ.length} differ (${leftOut} left out)`;
  console.log([...differ.map((line) => `DIFFERS ${line}`), ...cannotTell, figures].join('\n'));
}

function expectAgreement(tally: Tally): void {
  print(tally);
  expect(tally.differ).toEqual([]);
  expect(tally.cannotTell.length).toBeLessThanOrEqual(tally.agree * 0.005);
}

describe('lookups agree with a real kernel', () => {
  it('in the configurations shipped with the tests', () => {
    expectAgreement(compareAll(FIXTURES));
  });

  const measured = measuredFolder();
  const name = measured
    ? 'in all configurations measured'
    : 'in all configurations measured (none beside the checkout)';
  it.skipIf(!measured)(name, { timeout: 120_000 }, () => {
    expectAgreement(compareAll(measured ?? FIXTURES));
  });
});
