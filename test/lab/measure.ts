import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { shiftTimes } from './capture.ts';
import { type Change, difference, policyOf } from './change.ts';
import { type Counters, readCounters, risen } from './counters.ts';
import { type Drops, traceDrops } from './drops.ts';
import type { Lab } from './lab.ts';
import { clientAddress, type Lookups, lookUp } from './lookup.ts';
import { meetGateways } from './neighbour.ts';
import { buildLab } from './network.ts';
import { observeAll } from './observation.ts';
import { type ProbeResult, runProbe } from './probe.ts';
import type { Fix, Node, Probe, Scenario } from './scenario.ts';
import { type Stages, stagesOf } from './stage.ts';
import { readCounterFile, readPolicyState, readState, writeState } from './state.ts';

/** A change that was tried, and what the probe then said. */
export interface FixResult {
  readonly fix: Fix;
  readonly proved: boolean;
  readonly probe: ProbeResult;
  /** What the change did to rules, routes, firewall and settings of either server. */
  readonly changes: Readonly<Record<'a' | 'b', Change>>;
}

/** A probe that was made and the way its packets took. */
export interface Attempt {
  readonly probe: Probe;
  readonly result: ProbeResult;
  readonly stages: Stages;
}

/** Everything measured of one scenario. Nothing in here was stated by its author. */
export interface Measurement {
  readonly probe: ProbeResult;
  readonly stages: Stages;
  /** What was tried after the probe. */
  readonly others: readonly Attempt[];
  readonly counters: ReadonlyMap<Node, Counters>;
  /** Null where the kernel's drop reasons cannot be read. */
  readonly drops: Drops | null;
  readonly lookups: Lookups;
  readonly states: Readonly<Record<'a' | 'b', ReadonlyMap<string, string>>>;
  readonly fixes: readonly FixResult[];
}

/** Time for the last packets to reach the capture files; dumpcap reads its buffer a few times a second. */
const SETTLE_MS = { pcap: 250, pcapng: 800 };

/**
 * Builds a scenario, runs its probe under captures and counters, writes captures and states below
 * `folder` (a sub-folder a server, and `oracle`), and tries every fix on a lab of its own.
 */
export async function measure(scenario: Scenario, folder: string): Promise<Measurement> {
  const [broken, ...tried] = await Promise.all([
    withLab(scenario, [], (lab) => observe(lab, scenario, folder)),
    ...scenario.fixes.map((fix) => tryFix(scenario, fix)),
  ]);
  const fixes = tried.map(({ states, ...result }) => {
    const change = (node: 'a' | 'b') => difference(policyOf(broken.states[node]), policyOf(states[node]));
    return { ...result, changes: { a: change('a'), b: change('b') } };
  });
  return { ...broken, fixes };
}

async function withLab<T>(
  scenario: Scenario,
  extra: Fix['steps'],
  use: (lab: Lab) => Promise<T>,
): Promise<T> {
  const lab = await buildLab(scenario.plan, scenario);
  try {
    for (const step of scenario.setup) await lab.apply(step);
    if (!scenario.late) for (const step of extra) await lab.apply(step);
    await meetGateways(lab);
    for (const step of scenario.late ? [...scenario.late, ...extra] : []) await lab.apply(step);
    return await use(lab);
  } finally {
    lab.close();
  }
}

async function observe(lab: Lab, scenario: Scenario, folder: string): Promise<Omit<Measurement, 'fixes'>> {
  const style = scenario.captureStyle ?? 'any';
  const observation = await observeAll(lab, style, folder);
  const { probe, ended, drops, counters, counterFiles } = await watchProbe(lab, scenario.probe);
  const states = await statesOf(lab);
  const later = await tryOthers(lab, scenario);
  if (style === 'pcapng') await setTimeout(SETTLE_MS.pcapng);
  const packets = await observation.finish();

  for (const node of ['a', 'b'] as const) {
    for (const [file, text] of counterFiles[node]) states[node].set(file, text);
    await writeState(states[node], join(folder, lab.title(node)));
  }
  if (scenario.clockOffsetS) {
    await shiftTimes(join(folder, lab.title('b'), 'any.pcap'), scenario.clockOffsetS);
  }
  const within = (from: number, to: number) => packets.filter(({ time }) => time >= from && time <= to);
  const stages = stagesOf(within(probe.began, ended), scenario.probe, lab.nodes);
  const others = later.map(({ until, ...attempt }) => {
    const own = within(attempt.result.began, until);
    return { ...attempt, stages: stagesOf(own, attempt.probe, lab.nodes) };
  });
  const client = stages.requestReachedB.src?.[0] ?? clientAddress(lab, scenario.probe);
  const asked = stages.requestReachedB.dst?.[0] ?? scenario.probe.to;
  const lookups = await lookUp(lab, scenario.probe, client, asked);
  return { probe, stages, others, counters, drops, lookups, states };
}

/** Runs the probe and tells what the kernels counted and dropped meanwhile. */
async function watchProbe(lab: Lab, probe: Probe) {
  const counterFile = async (name: string) => {
    const [a, b] = await Promise.all([readCounterFile(lab, 'a'), readCounterFile(lab, 'b')]);
    return { a: [name, a], b: [name, b] } as const;
  };
  const before = await countersOf(lab);
  const fileBefore = await counterFile('nstat-before.txt');
  const trace = traceDrops(lab);
  const result = await runProbe(lab, probe);
  await setTimeout(SETTLE_MS.pcap);
  const drops = trace?.stop() ?? null;
  const ended = Date.now() / 1000;
  const after = await countersOf(lab);
  const fileAfter = await counterFile('nstat-after.txt');
  const counterFiles = { a: [fileBefore.a, fileAfter.a], b: [fileBefore.b, fileAfter.b] };
  const counters = new Map(lab.nodes.map((node) => [node, risen(before.get(node)!, after.get(node)!)]));
  return { probe: result, ended, drops, counters, counterFiles };
}

/** Further probes and what happens between them, under the same captures. */
async function tryOthers(lab: Lab, { also = [] }: Scenario) {
  const attempts: { probe: Probe; result: ProbeResult; until: number }[] = [];
  for (const item of also) {
    if ('kind' in item) {
      const result = await runProbe(lab, item);
      await setTimeout(SETTLE_MS.pcap);
      attempts.push({ probe: item, result, until: Date.now() / 1000 });
    } else await lab.apply(item);
  }
  return attempts;
}

async function statesOf(lab: Lab): Promise<Record<'a' | 'b', Map<string, string>>> {
  const [a, b] = await Promise.all([readState(lab, 'a'), readState(lab, 'b')]);
  return { a, b };
}

async function countersOf(lab: Lab): Promise<Map<Node, Counters>> {
  const rows = await Promise.all(
    lab.nodes.map(async (node): Promise<[Node, Counters]> => [node, await readCounters(lab, node)]),
  );
  return new Map(rows);
}

async function tryFix(scenario: Scenario, fix: Fix) {
  return withLab(scenario, fix.steps, async (lab) => {
    const [a, b] = await Promise.all([readPolicyState(lab, 'a'), readPolicyState(lab, 'b')]);
    const states = { a, b };
    const probe = await runProbe(lab, scenario.probe);
    return { fix, proved: probe.succeeded, probe, states };
  });
}

/** Names of the capture files a server's folder holds. */
export async function captureNames(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => /\.pcap(ng)?$/.test(name)).sort();
}
