import type { Lab } from './lab.ts';
import type { Node } from './scenario.ts';

export type Counters = Readonly<Record<string, number>>;

/** Every SNMP counter of a node's kernel, absolute. */
export async function readCounters(lab: Lab, node: Node): Promise<Counters> {
  const outcome = await lab.run(node, ['nstat', '-a', '-s', '-z', '-j']);
  if (outcome.exit !== 0) throw new Error(`nstat on ${lab.title(node)}: ${outcome.stderr.trim()}`);
  return (JSON.parse(outcome.stdout) as { kernel: Counters }).kernel;
}

/** The counters that rose, and by how much. */
export function risen(before: Counters, after: Counters): Counters {
  const keys = Object.keys(after).filter((key) => after[key] !== (before[key] ?? 0));
  return Object.fromEntries(keys.sort().map((key) => [key, after[key]! - (before[key] ?? 0)]));
}
