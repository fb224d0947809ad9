import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foretell } from '../reason/trip/foretold.ts';
import { unexplained } from '../reason/trip/unforeseeable.ts';
import { mistakes, toldCauses } from './acceptance.ts';
import { analyze, analyzeWithoutFirewalls, compile } from './analyzer.ts';
import { buildCase, type Case, disagreements } from './case.ts';
import { type Answer, confusionTable, tallyLine, tallyOf } from './confusion.ts';
import { removeAllNamespaces, sweepOrphans, whyNoNamespaces } from './namespace.ts';
import { poolOf } from './pool.ts';
import type { Scenario } from './scenario.ts';
import { allScenarios } from './scenarios/all.ts';

/**
 * Builds every scenario on this machine's kernel. One scenario alone: `npm run test:lab -- -t NAME`.
 * WAYHOME_LAB_KEEP=FOLDER keeps the cases, so that `wayhome analyze` can be run on them by hand.
 */
const obstacle = whyNoNamespaces();
const keep = process.env.WAYHOME_LAB_KEEP;
const root = keep ? resolve(keep) : mkdtempSync(join(tmpdir(), 'wayhome-lab-'));

/** A lab mostly waits for packets that do not come. */
const building = poolOf(2 * availableParallelism());
const analyzing = poolOf(availableParallelism());
const cases = new Map<string, Promise<Case>>();
const answers: Answer[] = [];

let compiled: Promise<void>;

/** The case of a scenario, built once. */
function built(scenario: Scenario): Promise<Case> {
  const made = cases.get(scenario.name) ?? building(() => buildCase(scenario, root));
  cases.set(scenario.name, made);
  return made;
}

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

describe.concurrent.each(allScenarios)('$name', (scenario) => {
  it('breaks as its author meant', async (ctx) => {
    if (obstacle) ctx.skip(obstacle);
    expect(disagreements(await built(scenario))).toEqual([]);
  });

  it('is diagnosed as the kernel says', async (ctx) => {
    if (obstacle) ctx.skip(obstacle);
    const made = await built(scenario);
    await compiled;
    const { exit, analysis } = await analyzing(() => analyze(made));
    answers.push({ made, analysis });
    const wrong = mistakes(made, exit, analysis);
    const told = toldCauses(analysis).join(' ') || 'no cause';
    console.log(
      `${wrong.length ? 'WRONG' : 'ok   '} ${scenario.name}: kernel ${made.verdict.code}, wayhome ${told}`,
    );
    expect(wrong).toEqual([]);
  });
});

describe('all scenarios together', () => {
  it('go as trace foretells from the states alone, but for what none of them tells', async (ctx) => {
    if (obstacle) ctx.skip(obstacle);
    const trips = await Promise.all(answers.map(({ made }) => foretell(made.folder)));
    const compared = trips.reduce((sum, one) => sum + one.compared, 0);
    const differ = trips.flatMap((one) => one.differ);
    const foretold = compared - differ.length;
    console.log([...differ, `${foretold} of ${compared} probes foretold`].join('\n'));
    expect(unexplained(differ)).toEqual([]);
  });

  it('name nobody wrongly', (ctx) => {
    if (obstacle) ctx.skip(obstacle);
    const tally = tallyOf(answers);
    console.log(`${confusionTable(answers)}\n${tallyLine('with all files', tally)}`);
    expect(tally.wrongAccusations).toEqual([]);
    expect(tally.falseAlarms).toEqual([]);
  });

  it('name nobody wrongly when the firewalls are not told', async (ctx) => {
    if (obstacle) ctx.skip(obstacle);
    const bare = await Promise.all(
      answers.map(({ made }) =>
        analyzing(async () => ({ made, analysis: await analyzeWithoutFirewalls(made) })),
      ),
    );
    const tally = tallyOf(bare);
    console.log(tallyLine('without firewall files', tally));
    expect(tally.wrongAccusations).toEqual([]);
    expect(tally.falseAlarms).toEqual([]);
  });
});
