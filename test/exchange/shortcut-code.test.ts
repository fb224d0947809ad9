import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SharedMemory } from '../../src/exchange/shared-memory.ts';
import { codeModule } from '../../src/exchange/shortcut/compile.mjs';
import { S_STOP } from '../../src/exchange/shortcut/layout.ts';

const CODE = new URL('../../src/exchange/shortcut-code.ts', import.meta.url);

test('the code is what the compiler makes of its sources', { timeout: 120_000 }, async () => {
  const made = await codeModule();
  // Not by `toBe`: nobody wants to see how two of them differ.
  expect(made === readFileSync(CODE, 'utf8'), 'run `npm run compile:shortcut`').toBe(true);
});

test('the code leaves the memory all zero when it is loaded, as its users expect', () => {
  const words = SharedMemory.make(1)?.words;
  expect(words?.subarray(S_STOP >> 2).findIndex((word) => word !== 0)).toBe(-1);
});
