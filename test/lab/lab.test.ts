import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCase, type Case, disagreements } from './case.ts';
import { removeAllNamespaces, sweepOrphans, whyNoNamespaces } from './namespace.ts';
import { allScenarios } from './scenarios/all.ts';

/**
 * Builds every scenario on this machine's kernel. One scenario alone: `npm run test:lab -- -t NAME`.
 * WAYHOME_LAB_KEEP=FOLDER keeps the cases, so that `wayhome analyze` can be run on them by hand.
 */
const obstacle = whyNoNamespaces();
const keep = process.env.WAYHOME_LAB_KEEP;
const root = keep ? resolve(keep) : mkdtempSync(join(tmpdir(), 'wayhome-lab-'));

beforeAll(() => {
  mkdirSync(root, { recursive: true });
  if (!obstacle) sweepOrphans();
});
afterAll(() => {
  removeAllNamespaces();
  if (!keep) rmSync(root, { recursive: true, force: true });
});

describe.each(allScenarios)('$name', (scenario) => {
  let made: Case | undefined;

  it('breaks as its author meant', async (ctx) => {
    if (obstacle) ctx.skip(obstacle);
    made = await buildCase(scenario, root);
    expect(disagreements(made)).toEqual([]);
  });
});
