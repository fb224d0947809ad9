import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawHost } from './fuzz/host-plan.ts';
import { judge, stateOf } from './fuzz/judge.ts';
import { ask, makeMachine, removeMachine, saveState } from './fuzz/machine.ts';
import { type Difference, reproduction, shrink } from './fuzz/shrink.ts';
import { removeAllNamespaces, sweepOrphans, whyNoNamespaces } from './namespace.ts';

/**
 * Random hosts, asked by `ip route get` on this machine's kernel and by wayhome from what a user would save of them.
 * WAYHOME_FUZZ_SEED repeats a run, WAYHOME_FUZZ_LOOKUPS (2000) sets its length.
 */
const obstacle = whyNoNamespaces();
const seed = Number(process.env.WAYHOME_FUZZ_SEED ?? Date.now() % 1_000_000_000);
const lookups = Number(process.env.WAYHOME_FUZZ_LOOKUPS ?? 2000);
const LOOKUPS_A_HOST = 60;
/** So many differences are made smaller; the others are counted. */
const MOST_SHRUNK = Number(process.env.WAYHOME_FUZZ_SHRINK ?? 5);
const MOST_LISTED = 40;
/**
 * A fresh seed may find what no seed found before: it is printed with a reproduction, and so many hosts in a hundred with
 * a difference fail the run. A mistake of any weight meets far more of them.
 */
const MOST_HOSTS = 0.05;

interface Tally {
  agree: number;
  leftOut: number;
  readonly cannotTell: string[];
  readonly differ: Difference[];
}

async function compareHost(hostSeed: number, tally: Tally): Promise<void> {
  const plan = drawHost(hostSeed, LOOKUPS_A_HOST);
  const machine = await makeMachine(plan.lines);
  try {
    const state = stateOf(await saveState(machine, plan.style));
    for (const kernel of await ask(machine, plan.queries)) {
      const said = judge(state, kernel);
      if (said.kind === 'agrees') tally.agree++;
      else if (said.kind === 'left-out') tally.leftOut++;
      else if (said.kind === 'cannot-tell')
        tally.cannotTell.push(`seed ${hostSeed}: ${kernel.query}: ${said.why}`);
      else
        tally.differ.push({
          seed: hostSeed,
          lines: plan.lines,
          style: plan.style,
          kernel,
          wayhome: said.wayhome,
        });
    }
  } finally {
    removeMachine(machine);
  }
}

/** What goes wrong on a host is one thing as a rule, however many questions meet it. */
function firstOfEachHost(differ: readonly Difference[]): Difference[] {
  return differ.filter((one, i) => differ.findIndex((other) => other.seed === one.seed) === i);
}

beforeAll(() => {
  if (!obstacle) sweepOrphans();
});
afterAll(removeAllNamespaces);

describe('random hosts', () => {
  it('are asked by the kernel and by wayhome with the same answers', { timeout: 900_000 }, async (ctx) => {
    if (obstacle) ctx.skip(obstacle);
    const tally: Tally = { agree: 0, leftOut: 0, cannotTell: [], differ: [] };
    for (let i = 0; i * LOOKUPS_A_HOST < lookups; i++) await compareHost(seed + i, tally);
    const told = [];
    for (const one of firstOfEachHost(tally.differ).slice(0, MOST_SHRUNK))
      told.push(reproduction(await shrink(one)));
    const lines = tally.differ.map(
      ({ seed, kernel, wayhome }) =>
        `DIFFERS (seed ${seed}) ${kernel.query}\n  kernel  ${kernel.line.trim()}\n  wayhome ${wayhome}`,
    );
    const { agree, cannotTell, differ, leftOut } = tally;
    const all = agree + cannotTell.length + differ.length;
    console.log(
      [
        ...lines.slice(0, MOST_LISTED),
        ...told,
        ...cannotTell,
        `WAYHOME_FUZZ_SEED=${seed}: ${agree} of ${all} agree, ${cannotTell.length} cannot tell, ${differ.length} differ (${leftOut} left out)`,
      ].join('\n\n'),
    );
    expect(firstOfEachHost(differ).length).toBeLessThanOrEqual(
      Math.ceil((lookups / LOOKUPS_A_HOST) * MOST_HOSTS),
    );
    expect(cannotTell.length).toBeLessThanOrEqual(all * 0.005);
  });
});
