import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startCapture, stopCapture } from './capture.ts';
import { type Change, difference, policyOf, readPolicy } from './change.ts';
import { type Counters, readCounters, risen } from './counters.ts';
import { type Drops, traceDrops } from './drops.ts';
import type { Lab } from './lab.ts';
import { clientAddress, type Lookups, lookUp } from './lookup.ts';
import { meetGateways } from './neighbour.ts';
import { buildLab } from './network.ts';
import { type Packet, readPackets } from './packet.ts';
import { type ProbeResult, runProbe } from './probe.ts';
import type { Fix, Node, Scenario } from './scenario.ts';
import { type Stages, stagesOf } from './stage.ts';
import { readState, writeState } from './state.ts';

/** A change that was tried, and what the probe then said. */
export interface FixResult {
  readonly fix: Fix;
  readonly proved: boolean;
  readonly probe: ProbeResult;
  /** What the change did to rules and routes of either server. */
  readonly changes: Readonly<Record<'a' | 'b', Change>>;
}

/** Everything measured of one scenario. Nothing in here was stated by its author. */
export interface Measurement {
  readonly probe: ProbeResult;
  readonly stages: Stages;
  readonly counters: ReadonlyMap<Node, Counters>;
  /** Null where the kernel's drop reasons cannot be read. */
  readonly drops: Drops | null;
  readonly lookups: Lookups;
  readonly states: Readonly<Record<'a' | 'b', ReadonlyMap<string, string>>>;
  readonly fixes: readonly FixResult[];
}

/** Time for the last packets to reach the capture files. */
const SETTLE_MS = 250;

/**
 * Builds a scenario, runs its probe under captures and counters, writes captures and states below
 * `folder` (a sub-folder a server, and `oracle`), then tries every fix on a lab of its own.
 */
export async function measure(scenario: Scenario, folder: string): Promise<Measurement> {
  const broken = await withLab(scenario, [], (lab) => observe(lab, scenario, folder));
  const fixes = await Promise.all(scenario.fixes.map((fix) => tryFix(scenario, fix, broken.states)));
  return { ...broken, fixes };
}

async function withLab<T>(
  scenario: Scenario,
  extra: Fix['steps'],
  use: (lab: Lab) => Promise<T>,
): Promise<T> {
  const lab = await buildLab(scenario.plan, { firewall: scenario.firewall ?? false });
  try {
    for (const step of [...scenario.setup, ...extra]) await lab.apply(step);
    await meetGateways(lab);
    return await use(lab);
  } finally {
    lab.close();
  }
}

async function observe(lab: Lab, scenario: Scenario, folder: string): Promise<Omit<Measurement, 'fixes'>> {
  const files = await captureFiles(lab, scenario, folder);
  const captures = await Promise.all(files.map(([node, name, into]) => startCapture(lab, node, name, into)));
  const before = await countersOf(lab);
  const trace = traceDrops();
  const probe = await runProbe(lab, scenario.probe);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const drops = trace?.stop(lab) ?? null;
  const after = await countersOf(lab);
  await Promise.all(captures.map(stopCapture));

  const [a, b] = await Promise.all([readState(lab, 'a'), readState(lab, 'b')]);
  await writeState(a, join(folder, lab.title('a')));
  await writeState(b, join(folder, lab.title('b')));
  const eyes = captures.filter((capture) => capture.file.endsWith('any.pcap'));
  const packets: Packet[][] = await Promise.all(eyes.map(({ node, file }) => readPackets(lab, node, file)));
  const stages = stagesOf(packets.flat(), scenario.probe, lab.nodes);
  const client = stages.requestReachedB.src?.[0] ?? clientAddress(lab, scenario.probe);
  const lookups = await lookUp(lab, scenario.probe, client);
  const counters = new Map(lab.nodes.map((node) => [node, risen(before.get(node)!, after.get(node)!)]));
  return { probe, stages, counters, drops, lookups, states: { a, b } };
}

/** The lab always sees through `any`; where the user's captures are one a card, its own eyes stay with the oracle. */
async function captureFiles(lab: Lab, scenario: Scenario, folder: string): Promise<[Node, string, string][]> {
  const files: [Node, string, string][] = [];
  for (const node of lab.nodes) {
    const server = node === 'a' || node === 'b';
    const hand = join(folder, lab.title(node));
    const oracle = join(folder, 'oracle', lab.title(node));
    const seen = server && scenario.captureStyle !== 'per-interface' ? hand : oracle;
    await mkdir(seen, { recursive: true });
    files.push([node, 'any', seen]);
    if (!server || seen === hand) continue;
    await mkdir(hand, { recursive: true });
    for (const card of lab.plan[node].cards) files.push([node, card.name, hand]);
  }
  return files;
}

async function countersOf(lab: Lab): Promise<Map<Node, Counters>> {
  const rows = await Promise.all(
    lab.nodes.map(async (node): Promise<[Node, Counters]> => [node, await readCounters(lab, node)]),
  );
  return new Map(rows);
}

async function tryFix(scenario: Scenario, fix: Fix, broken: Measurement['states']): Promise<FixResult> {
  return withLab(scenario, fix.steps, async (lab) => {
    const changes = {
      a: difference(policyOf(broken.a), await readPolicy(lab, 'a')),
      b: difference(policyOf(broken.b), await readPolicy(lab, 'b')),
    };
    const probe = await runProbe(lab, scenario.probe);
    return { fix, proved: probe.succeeded, probe, changes };
  });
}

/** Names of the capture files a server's folder holds. */
export async function captureNames(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.pcap')).sort();
}
