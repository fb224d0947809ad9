import { describe, expect, it } from 'vitest';
import { CAUSES, EXPLANATIONS, FINDINGS } from '../../src/report/explanations/all.ts';
import { listText, pageText } from '../../src/report/explanations/page.ts';

type Kind = keyof typeof EXPLANATIONS;
const kinds = Object.keys(EXPLANATIONS) as Kind[];

describe('explain', () => {
  it('knows every kind once, as finding or as cause', () => {
    expect(kinds).toHaveLength(Object.keys(FINDINGS).length + Object.keys(CAUSES).length);
  });

  it.each(kinds)('%s: what you see, why, how to check and a way out, with commands', (kind) => {
    const one = EXPLANATIONS[kind];
    expect(one.see.length).toBeGreaterThan(0);
    expect(one.why.length).toBeGreaterThan(0);
    expect(one.check.flatMap((step) => step.commands).length).toBeGreaterThan(0);
    expect(one.ways.flatMap((step) => step.commands).length).toBeGreaterThan(0);
    expect(one.title).not.toMatch(/\.$/);
  });

  it.each(kinds)('%s: placeholders, no addresses of some example', (kind) => {
    const commands = [...EXPLANATIONS[kind].check, ...EXPLANATIONS[kind].ways].flatMap(
      (step) => step.commands,
    );
    expect(commands.join('\n')).not.toMatch(/\b10\.\d+\.\d+|\beth\d/);
  });

  it.each(kinds)('%s: keeps to the width, commands whole', (kind) => {
    const prose = pageText(kind, 50)
      .split('\n')
      .filter((line) => !line.startsWith('      '));
    expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(50);
    for (const step of EXPLANATIONS[kind].ways) {
      for (const command of step.commands) expect(pageText(kind, 50)).toContain(`      ${command}\n`);
    }
  });

  it.each(kinds)('%s: is ASCII', (kind) => {
    expect(pageText(kind, 79)).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it('lists them all', () => {
    for (const kind of kinds) expect(listText(79)).toContain(`  ${kind} `);
  });

  it('tells the kernel right where folklore is wrong', () => {
    expect(pageText('rule-never-matches-local', 79)).toMatch(/`dev` means `iif`/);
    expect(pageText('wrong-source', 79)).toMatch(/A route table is not the cause/);
    expect(pageText('rp-filter-strict', 79)).toMatch(/greater of/);
    expect(pageText('asymmetric-reply', 79)).toMatch(/works all the same/);
  });
});
