import type { Lab } from './lab.ts';

/** One entry of `ip -j rule` or `ip -j route show table all`, as the kernel tells it. */
export type Entry = Readonly<Record<string, unknown>>;

/** Rules and routes of one server, both families. */
export interface Policy {
  readonly rules: readonly Entry[];
  readonly routes: readonly Entry[];
}

/** How two policies differ. */
export interface Change {
  readonly rulesAdded: readonly Entry[];
  readonly rulesRemoved: readonly Entry[];
  readonly routesAdded: readonly Entry[];
  readonly routesRemoved: readonly Entry[];
}

/** Asks a server's kernel for its policy. */
export async function readPolicy(lab: Lab, node: 'a' | 'b'): Promise<Policy> {
  const read = async (command: string) =>
    JSON.parse((await lab.run(node, command.split(' '))).stdout || '[]');
  const rules = [...(await read('ip -j rule')), ...(await read('ip -j -6 rule'))];
  return { rules, routes: await read('ip -j route show table all') };
}

/** The policy in the state files of a server. */
export function policyOf(state: ReadonlyMap<string, string>): Policy {
  const read = (file: string) => JSON.parse(state.get(file) || '[]') as Entry[];
  // `show table all` lists both families at once, `rule` only the one asked for.
  return { rules: [...read('ip-rule.json'), ...read('ip6-rule.json')], routes: read('ip-route-all.json') };
}

/** What was added and what removed on the way from one policy to the other. */
export function difference(before: Policy, after: Policy): Change {
  return {
    rulesAdded: without(after.rules, before.rules),
    rulesRemoved: without(before.rules, after.rules),
    routesAdded: without(after.routes, before.routes),
    routesRemoved: without(before.routes, after.routes),
  };
}

/**
 * Names the fault of a policy rule by what had to change to cure the probe: the same rule without
 * its incoming interface, earlier, with another selector; or the same rule with its table filled or
 * corrected. Null when the cure did not touch a rule that was already there, or its table.
 */
export function ruleFault(before: Policy, change: Change): string | null {
  const [removed] = change.rulesRemoved;
  const added = change.rulesAdded.find((rule) => rule.table === removed?.table);
  if (removed && added) return faultOfRule(removed, added);
  if (removed?.action) return 'PROHIBIT_RULE';
  if (change.rulesAdded.length > 0) return null;
  const tables = new Set(before.rules.map((rule) => String(rule.table)));
  for (const table of ['local', 'main', 'default']) tables.delete(table);
  const touched = [...change.routesAdded, ...change.routesRemoved].find((route) =>
    tables.has(String(route.table)),
  );
  if (!touched) return null;
  const held = before.routes.filter((route) => route.table === touched.table);
  if (held.length === 0) return 'RULE_TABLE_EMPTY';
  const replaced = change.routesRemoved.some((route) => route.table === touched.table);
  return replaced ? 'RULE_TABLE_WRONG_ROUTE' : 'RULE_TABLE_NO_DEFAULT';
}

function faultOfRule(removed: Entry, added: Entry): string {
  const keys = new Set([...Object.keys(removed), ...Object.keys(added)]);
  const differing = [...keys].filter((key) => JSON.stringify(removed[key]) !== JSON.stringify(added[key]));
  if (differing.includes('iif') && added.iif === undefined) return 'RULE_IIF_NEVER_MATCHES';
  if (differing.every((key) => key === 'priority')) return 'RULE_AFTER_MAIN';
  return 'RULE_WRONG_SELECTOR';
}

function without(entries: readonly Entry[], others: readonly Entry[]): Entry[] {
  const known = new Set(others.map((entry) => JSON.stringify(entry)));
  return entries.filter((entry) => !known.has(JSON.stringify(entry)));
}
