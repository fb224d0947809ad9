import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { run } from './run.ts';

/** Times, dates and identifiers change when the example is captured anew; everything else must be what a user gets. */
function steady(text: string): string {
  return text
    .replace(/\d\d:\d\d:\d\d(\.\d+)?/g, 'TIME')
    .replace(/\d{4}-\d\d-\d\d/g, 'DATE')
    .replace(/id \d+/g, 'id N')
    .replace(/\d+ us/g, 'N us')
    .replace(/\s+/g, ' ');
}

it('the README opens with the real output of its first command', async () => {
  const readme = readFileSync('README.md', 'utf8');
  const shown = /```\n\$ npm ci && \.\/bin\/wayhome analyze captures\/ping-asymmetric\n([\s\S]*?)```/.exec(
    readme,
  )?.[1];
  const { stdout } = await run(['analyze', 'captures/ping-asymmetric']);
  expect(steady(shown ?? '')).toBe(steady(stdout));
});

it('the README is short', () => {
  expect(readFileSync('README.md', 'utf8').split('\n').length).toBeLessThan(200);
});
