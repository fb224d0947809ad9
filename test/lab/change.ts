/** One entry of `ip -j rule` or `ip -j route show table all`, as the kernel tells it. */
export type Entry = Readonly<Record<string, unknown>>;

/** Rules and routes of one server, both families; its firewall's lines and its settings. */
export interface Policy {
  readonly rules: readonly Entry[];
  readonly routes: readonly Entry[];
  /** Lines of `nft list ruleset` and iptables-save, without counters. */
  readonly firewall: readonly string[];
  /** `net.ipv4.fwmark_reflect = 0` */
  readonly settings: readonly string[];
}

/** How two policies differ. */
export interface Change {
  readonly rulesAdded: readonly Entry[];
  readonly rulesRemoved: readonly Entry[];
  readonly routesAdded: readonly Entry[];
  readonly routesRemoved: readonly Entry[];
  readonly firewallAdded: readonly string[];
  readonly firewallRemoved: readonly string[];
  readonly settingsAdded: readonly string[];
}

/** The policy in the state files of a server. */
export function policyOf(state: ReadonlyMap<string, string>): Policy {
  const read = (file: string) => JSON.parse(state.get(file) || '[]') as Entry[];
  const firewalls = ['nft.txt', 'iptables-save.txt', 'ip6tables-save.txt'];
  return {
    // `show table all` lists both families at once, `rule` only the one asked for.
    rules: [...read('ip-rule.json'), ...read('ip6-rule.json')],
    routes: read('ip-route-all.json'),
    firewall: firewalls.flatMap((file) => linesOf(state.get(file)).map(withoutCounters)),
    settings: linesOf(state.get('sysctl.txt')),
  };
}

function linesOf(text = ''): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && line !== '}' && !line.startsWith('#'));
}

function withoutCounters(line: string): string {
  return line.replace(/ packets \d+ bytes \d+/, '').replace(/\[\d+:\d+\]/, '');
}

/** What was added and what removed on the way from one policy to the other. */
export function difference(before: Policy, after: Policy): Change {
  return {
    rulesAdded: without(after.rules, before.rules),
    rulesRemoved: without(before.rules, after.rules),
    routesAdded: without(after.routes, before.routes),
    routesRemoved: without(before.routes, after.routes),
    firewallAdded: without(after.firewall, before.firewall),
    firewallRemoved: without(before.firewall, after.firewall),
    settingsAdded: without(after.settings, before.settings),
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
  // A refusing route is told by its own name.
  if (!touched || change.routesRemoved.some((route) => route.type)) return null;
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

function without<T>(entries: readonly T[], others: readonly T[]): T[] {
  const known = new Set(others.map((entry) => JSON.stringify(entry)));
  return entries.filter((entry) => !known.has(JSON.stringify(entry)));
}
