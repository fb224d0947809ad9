import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildCase, disagreements } from './case.ts';
import { examples, writeExample } from './example.ts';
import { allScenarios } from './scenarios/all.ts';

/**
 * The cases under captures/ were made by this lab. WAYHOME_LAB_EXAMPLES=captures makes them anew
 * (`npm run test:lab -- example`); their README and case.json are written by hand and stay.
 */
const into = process.env.WAYHOME_LAB_EXAMPLES;
const captures = resolve(into ?? 'captures');

describe.each(examples)('captures/$name', (example) => {
  const folder = join(captures, example.name);
  const scenario = allScenarios.find(({ name }) => name === example.scenario)!;
  const servers = [scenario.plan.a.name, scenario.plan.b.name];

  it('holds two servers, a README and the kinds expected', async () => {
    if (into) await remake();
    const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    // `wayhome analyze` takes every sub-folder for a host.
    expect(folders.map((entry) => entry.name).sort()).toEqual(servers);
    for (const server of servers) {
      expect(readdirSync(join(folder, server)).sort()).toEqual([...example.files].sort());
    }
    expect(existsSync(join(folder, 'README.md'))).toBe(true);
    const wanted = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8'));
    expect(wanted.exit).toBe(scenario.expected.code.startsWith('HEALTHY') ? 0 : 1);
    expect(wanted.findings).toBeInstanceOf(Array);
  });

  async function remake(): Promise<void> {
    const root = mkdtempSync(join(tmpdir(), 'wayhome-example-'));
    try {
      const made = await buildCase(scenario, root);
      expect(disagreements(made)).toEqual([]);
      await writeExample(example, made, captures);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }
});
