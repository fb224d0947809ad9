import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostState } from '../../src/linux/host-state.ts';
import { buildHostState } from '../../src/linux/state/build.ts';
import { type Bench, buildBench, listings } from './firewall/bench.ts';
import { forecast } from './firewall/forecast.ts';
import { randomIptables } from './firewall/iptables-dice.ts';
import { randomNft } from './firewall/nft-dice.ts';
import { deliveredIn, OBSERVER, replyIn } from './firewall/observer.ts';
import { allShots, nextId, type Shot } from './firewall/shot.ts';
import { Dice } from './fuzz/dice.ts';
import { removeAllNamespaces, sweepOrphans, whyNoNamespaces } from './namespace.ts';

/**
 * Random rule sets on this machine's kernel: real packets are sent through them, and what becomes of each is compared
 * with what `receive` and `send` foretell from the dumps alone. WAYHOME_FIREWALL_SEED repeats a run,
 * WAYHOME_FIREWALL_SETS (25 for each tool, about a minute) sets its length.
 */
const obstacle = whyNoNamespaces();
const seed = Number(process.env.WAYHOME_FIREWALL_SEED ?? Date.now() % 1_000_000_000);
const sets = Number(process.env.WAYHOME_FIREWALL_SETS ?? 25);

/**
 * A fresh seed may find what no seed found before, or a packet that came too late: it is printed with its reproduction.
 * A mistake of any weight meets far more sets than so many in a hundred.
 */
const MOST_SETS = 0.08;

/** Milliseconds after which answers are in, as a rule and at any rate. */
const SOON = 450;
const LATE = 1500;

let bench: Bench;

beforeAll(async () => {
  if (obstacle) return;
  sweepOrphans();
  bench = await buildBench();
});

afterAll(() => {
  bench?.close();
  removeAllNamespaces();
});

interface Tally {
  told: number;
  open: number;
  refused: number;
  readonly differences: string[];
}

describe.each(['nft', 'iptables'] as const)('a host with rules of %s', (tool) => {
  it('does what is foretold', { timeout: 400_000 }, async (ctx) => {
    if (obstacle) ctx.skip(obstacle);
    const tally: Tally = { told: 0, open: 0, refused: 0, differences: [] };
    let differing = 0;
    for (let i = 0; i < sets; i++) {
      const before = tally.differences.length;
      await compareSet(tool, seed + i, tally);
      if (tally.differences.length > before) differing++;
    }
    const { told, open, refused, differences } = tally;
    console.log(
      `${tool}: seed ${seed}: ${told} told, ${open} cannot tell, ${refused} sets refused by ${tool}`,
    );
    if (differing > 0) console.log(differences.slice(0, 3).join('\n\n'));
    expect(differing, `${differences.length} packets went otherwise`).toBeLessThanOrEqual(sets * MOST_SETS);
    expect(told).toBeGreaterThan(sets * 10);
  });
});

async function compareSet(tool: 'nft' | 'iptables', own: number, tally: Tally): Promise<void> {
  const dice = new Dice(own);
  const sysctls = await setSysctls(dice);
  const dumps = await (tool === 'nft' ? loadNft(dice) : loadIptables(dice)).catch(() => null);
  if (!dumps) {
    tally.refused++;
    return;
  }
  const files: Record<string, string> = { ...(await listings(bench)), 'sysctl.txt': sysctls, ...dumps };
  const state = buildHostState(
    'server',
    Object.entries(files).map(([path, text]) => ({ path, text })),
  );
  const shots = allShots();
  const wrong = (await fire(state, shots, SOON)).filter(({ differs }) => differs);
  tally.told += shots.length - wrong.length;
  // A machine under load is late now and then: only what shows again, alone and with time, is a difference.
  for (const { shot } of wrong.slice(0, 3)) {
    const [again] = await fire(state, [{ ...shot, id: nextId() }], LATE);
    if (again.open) tally.open++;
    else tally.told++;
    if (again.differs) tally.differences.push(`${again.words}\n${reproduction(own, shot, files)}`);
  }
}

interface Comparison {
  readonly shot: Shot;
  readonly open: boolean;
  readonly differs: boolean;
  readonly words: string;
}

async function fire(state: HostState, shots: readonly Shot[], waitMs: number): Promise<Comparison[]> {
  const lines = await bench.fire(shots, waitMs);
  const observed = await bench.server(['nft', '-j', 'list', 'table', 'inet', 'observer']);
  return shots.map((shot) => compareShot(state, shot, observed, lines));
}

function compareShot(state: HostState, shot: Shot, observed: string, lines: readonly string[]): Comparison {
  const told = forecast(state, shot);
  const kernel = { delivered: deliveredIn(observed, shot), reply: replyIn(lines, shot) };
  const differs =
    (told.delivered !== null && told.delivered !== kernel.delivered) ||
    (told.reply !== null && told.reply !== kernel.reply);
  const steps = told.passages.map(({ outcome, changes }) =>
    JSON.stringify([
      outcome.kind,
      'by' in outcome ? outcome.by.chain : '',
      ...changes.map(({ what }) => what),
    ]),
  );
  const words = `kernel  ${kernel.delivered}, ${kernel.reply}\nwayhome ${told.delivered}, ${told.reply}\n${steps.join('\n')}`;
  return { shot, open: told.delivered === null || told.reply === null, differs, words };
}

function reproduction(own: number, shot: Shot, files: Readonly<Record<string, string>>): string {
  const dumps = Object.entries(files).filter(([name]) => /nft|save|sysctl/.test(name));
  return [
    `WAYHOME_FIREWALL_SEED=${own} WAYHOME_FIREWALL_SETS=1 npx vitest run --project lab test/lab/firewall.test.ts`,
    JSON.stringify(shot),
    ...dumps.map(([name, text]) => `--- ${name}\n${text}`),
  ].join('\n');
}

async function setSysctls(dice: Dice): Promise<string> {
  const lines = ['all', 'eth1', 'eth2'].flatMap((name) => [
    `net.ipv4.conf.${name}.rp_filter=${name === 'all' && dice.chance(30) ? dice.between(1, 2) : 0}`,
    `net.ipv4.conf.${name}.src_valid_mark=${name === 'all' && dice.chance(40) ? 1 : 0}`,
  ]);
  await bench.server(['sysctl', '-qw', ...lines]);
  return `${['net.ipv4.ip_forward=0', 'net.ipv6.conf.all.forwarding=0', ...lines].join('\n').replaceAll('=', ' = ')}\n`;
}

async function loadNft(dice: Dice): Promise<Record<string, string>> {
  await clear();
  await loadLines(`${randomNft(dice)}${OBSERVER}`.split('\n'));
  const json = dice.chance(30);
  const text = await bench.server([
    'nft',
    ...(json ? ['-j'] : dice.pick([[], ['-a'], ['-n']])),
    'list',
    'ruleset',
  ]);
  return { [json ? 'nft.json' : 'nft.txt']: text };
}

/** Some matches do not go together: lines that nft names are left out. */
async function loadLines(lines: readonly string[], tries = 8): Promise<void> {
  const { exit, stderr } = await bench.tryServer(['nft', '-f', '-'], lines.join('\n'));
  if (exit === 0) return;
  const named = new Set([...stderr.matchAll(/^\/dev\/stdin:(\d+):/gm)].map((match) => Number(match[1]) - 1));
  if (tries === 0 || named.size === 0) throw new Error(stderr);
  await loadLines(
    lines.filter((_, i) => !named.has(i)),
    tries - 1,
  );
}

async function loadIptables(dice: Dice): Promise<Record<string, string>> {
  await clear();
  const kind = dice.pick(['legacy', 'nft']);
  await bench.server([`iptables-${kind}-restore`], randomIptables(dice, 4));
  await bench.server([`ip6tables-${kind}-restore`], randomIptables(dice, 6));
  await bench.server(['nft', '-f', '-'], OBSERVER);
  const options = dice.chance(50) ? [] : ['-c'];
  const files: Record<string, string> = {
    'iptables-save.txt': await bench.server([`iptables-${kind}-save`, ...options]),
    'ip6tables-save.txt': await bench.server([`ip6tables-${kind}-save`, ...options]),
  };
  if (dice.chance(50)) files['nft.txt'] = await bench.server(['nft', 'list', 'ruleset']);
  return files;
}

async function clear(): Promise<void> {
  await bench.server(['nft', 'flush', 'ruleset']);
  for (const table of ['raw', 'mangle', 'nat', 'filter']) {
    // Flushing leaves the policies as they were.
    const policies = table === 'filter' ? ':INPUT ACCEPT\n:OUTPUT ACCEPT\n' : '';
    const empty = `*${table}\n${policies}COMMIT\n`;
    for (const program of ['iptables-legacy-restore', 'ip6tables-legacy-restore'])
      await bench.server([program], empty);
  }
}
