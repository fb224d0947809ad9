import { expect, test } from 'vitest';
import { columns } from '../../src/report/text/columns.ts';

function textsOf(lines: readonly { cells: readonly string[]; mark: string }[]): string[] {
  return columns(lines).map((row) => row.map((piece) => piece.text).join(''));
}

test('cells stand below each other; a line with a wide one stands apart', () => {
  const wide = 'w'.repeat(61);
  expect(
    textsOf([
      { cells: ['a', 'b'], mark: '' },
      { cells: [wide, 'c'], mark: '' },
      { cells: ['long', 'd'], mark: 'wrong' },
    ]).map((text) => text.trimEnd()),
  ).toEqual(['a     b', `${wide}  c`, 'long  d  ! wrong']);
});

test('tens of thousands of lines are laid out in time, as few would be', () => {
  const lines = Array.from({ length: 40_000 }, (_, i) => ({ cells: [`rule ${i}`, '1 route'], mark: '' }));
  lines[20_000] = { cells: ['the widest of all', '経路'], mark: 'wrong' };
  const texts = textsOf(lines);
  const few = textsOf([lines[0], lines[20_000], lines[39_999]]);
  expect(texts).toHaveLength(40_000);
  expect([texts[0], texts[39_999]].map((text) => text.trimEnd())).toEqual(
    [few[0], few[2]].map((text) => text.trimEnd()),
  );
  expect(texts[20_000]).toMatch(/^the widest of all {2}経路 +! wrong$/);
});
