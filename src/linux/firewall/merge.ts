import type { Chain, Firewall, Table } from './firewall.ts';

/** One rule set from all dumps, the preferred first; null where there was none. */
export function mergeFirewalls(dumps: readonly Firewall[]): Firewall | null {
  if (dumps.length === 0) return null;
  const tables = new Map<string, Firewall>();
  for (const dump of dumps) addTables(tables, dump);
  for (const [key, own] of [...tables]) {
    const other = key.replace(/^iptables /, 'nft ');
    const twin = tables.get(other);
    if (other !== key && twin && isManaged(twin)) tables.delete(misread(own) > misread(twin) ? key : other);
  }
  const all = [...tables.values()];
  return { chains: all.flatMap((one) => one.chains), sets: all.flatMap((one) => one.sets) };
}

/** Each table from the first dump that shows it: text and JSON, or two listings, tell the same. */
function addTables(tables: Map<string, Firewall>, { chains, sets }: Firewall): void {
  const own = new Map<string, { chains: Chain[]; sets: Firewall['sets'] }>();
  for (const chain of chains) {
    const key = keyOf(chain.table);
    const known = own.get(key);
    if (known) known.chains.push(chain);
    else own.set(key, { chains: [chain], sets: sets.filter((one) => isOf(chain.table, one)) });
  }
  for (const [key, table] of own) if (!tables.has(key)) tables.set(key, table);
}

function isOf(table: Table, set: Firewall['sets'][number]): boolean {
  return set.family === table.family && set.table === table.name;
}

function keyOf({ from, family, name }: Table): string {
  return `${from} ${family} ${name}`;
}

/** A table of iptables-nft, as nft shows it: its base chains bear iptables' names. */
function isManaged({ chains }: Firewall): boolean {
  const bases = chains.filter(({ base }) => base !== null);
  return bases.every(({ name }) => /^(?:PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING)$/.test(name));
}

/** How many clauses of the table were not understood. */
function misread({ chains }: Firewall): number {
  const clauses = chains.flatMap(({ rules }) => rules.flatMap((rule) => rule.clauses));
  return clauses.filter(({ kind }) => kind === 'unknown' || kind === 'unmodelled').length;
}
