import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Case } from './case.ts';
import { bare, type Card, type ServerPlan } from './plan.ts';

/** A case under captures/: which scenario it comes from and what its user handed in for each server. */
export interface Example {
  /** Folder below captures/. */
  readonly name: string;
  /** Name of the scenario in this lab. */
  readonly scenario: string;
  /** Files of each server, by the names the lab gives them; `route.md` is the four-column table of the story. */
  readonly files: readonly string[];
}

const TEXT = [
  'any.pcap',
  'ip-addr.txt',
  'ip-route.txt',
  'ip-rule.txt',
  'rt_tables',
  'sysctl.txt',
  'ip-neigh.txt',
];
const ALL_TABLES = TEXT.map((file) => (file === 'ip-route.txt' ? 'ip-route-all.txt' : file));
const JSON_FORMS = [
  'any.pcap',
  'ip-addr.json',
  'ip-route-all.json',
  'ip-rule.json',
  'ip-neigh.json',
  'sysctl.txt',
];
const SIX = ['any.pcap', 'ip-addr.txt', 'ip6-route-all.txt', 'ip6-rule.txt', 'ip-neigh.txt', 'sysctl.txt'];

/** The cases shipped with the project. */
export const examples: readonly Example[] = [
  { name: 'ping-asymmetric', scenario: 'router-checks-sources', files: TEXT },
  { name: 'ping-repaired', scenario: 'source-rule-repaired', files: ALL_TABLES },
  { name: 'ping-as-written', scenario: 'story-as-written', files: TEXT },
  { name: 'ping-crooked-but-home', scenario: 'second-default', files: JSON_FORMS },
  { name: 'strict-rp-filter', scenario: 'responder-strict', files: ALL_TABLES },
  {
    name: 'synack-wrong-interface',
    scenario: 'synack-wrong-interface',
    files: [...JSON_FORMS, 'ss-ltn.txt'],
  },
  { name: 'rule-with-dev', scenario: 'rule-with-dev', files: ALL_TABLES },
  { name: 'ping6-asymmetric', scenario: 'ping6-asymmetric', files: SIX },
  {
    name: 'reply-wrong-source',
    scenario: 'reply-source-rewritten',
    files: [...ALL_TABLES, 'nft.txt', 'ss-ltn.txt'],
  },
  { name: 'route-table-only', scenario: 'router-checks-sources', files: ['any.pcap', 'route.md'] },
];

/** Replaces the servers' folders of an example with those of a freshly built case; README and case.json stay. */
export async function writeExample(
  example: Example,
  { scenario, folder }: Case,
  root: string,
): Promise<void> {
  for (const server of [scenario.plan.a, scenario.plan.b]) {
    const into = join(root, example.name, server.name);
    await rm(into, { recursive: true, force: true });
    await mkdir(into, { recursive: true });
    for (const file of example.files) {
      if (file === 'route.md') await writeFile(join(into, file), storyTable(server));
      else await copyFile(join(folder, server.name, file), join(into, file));
    }
  }
}

/** The server's own table as the story prints it: a gateway for the connected networks, too, and no other table. */
function storyTable(server: ServerPlan): string {
  const rows = server.cards.map((card) => [networkOf(card), card.gateway4, '255.255.255.0', card.name]);
  const [first] = server.cards;
  const lines = [['default', first.gateway4, '0.0.0.0', first.name], ...rows].map(
    (row) => `| ${row.join(' | ')} |`,
  );
  return ['| Destination | Gateway | Genmask | Iface |', '|---|---|---|---|', ...lines, ''].join('\n');
}

/** All networks of the story are /24. */
function networkOf(card: Card): string {
  return bare(card.address4).replace(/\d+$/, '0');
}
