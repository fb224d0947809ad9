import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mistakes, toldCauses } from './acceptance.ts';
import { analyze, compile } from './analyzer.ts';
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

let compiled: Promise<void>;

beforeAll(() => {
  mkdirSync(root, { recursive: true });
  if (obstacle) return;
  sweepOrphans();
  compiled = compile();
  // Only the comparisons need the analyzer; they await it and tell the compiler's words.
  compiled.catch(() => {});
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

  it('is diagnosed as the kernel says', async (ctx) => {
    if (obstacle) ctx.skip(obstacle);
    if (!made) throw new Error('the case could not be built');
    await compiled;
    const { exit, analysis } = await analyze(made);
    const wrong = mistakes(made, exit, analysis);
    const told = toldCauses(analysis).join(' ') || 'no cause';
    console.log(
      `${wrong.length ? 'WRONG' : 'ok   '} ${scenario.name}: kernel ${made.verdict.code}, wayhome ${told}`,
    );
    expect(wrong).toEqual([]);
  });
});
