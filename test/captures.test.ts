import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { run } from './verbs/run.ts';

interface Expected {
  readonly findings: readonly string[];
  readonly causes: readonly { readonly kind: string; readonly host: string | null }[];
  readonly exit: number;
}

interface Told {
  readonly findings: readonly {
    readonly kind: string;
    readonly causes: readonly { kind: string; host: string | null }[];
  }[];
}

const CASES = readdirSync('captures', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** Kinds are written by hand in `case.json`; the report beside them in `expected.txt` was read and blessed by a person. */
describe.each(CASES)('captures/%s', (name) => {
  const expected: Expected = JSON.parse(readFileSync(`captures/${name}/case.json`, 'utf8'));

  it('yields the kinds written down by hand', async () => {
    const { stdout, code } = await run(['analyze', `captures/${name}`, '--format', 'json']);
    const told: Told = JSON.parse(stdout);
    expect(told.findings.map((finding) => finding.kind)).toEqual(expected.findings);
    const causes = told.findings.flatMap((finding) =>
      finding.causes.map(({ kind, host }) => ({ kind, host })),
    );
    expect(causes).toEqual(expected.causes);
    expect(code).toBe(expected.exit);
  });

  it('prints the report beside it', async () => {
    const { stdout } = await run(['analyze', `captures/${name}`]);
    expect(stdout).toBe(readFileSync(`captures/${name}/expected.txt`, 'utf8'));
  });
});
