import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { differences } from './foretold.ts';
import { unexplained } from './unforeseeable.ts';

/** Cases measured on real kernels, kept beside the checkout; and those a run of the lab has kept (WAYHOME_LAB_CASES). */
const truth = process.env.WAYHOME_KERNEL_TRUTH ?? resolve('../shared/kernel-truth');
const folders = [join(truth, 'cases'), join(truth, 'cases-more'), process.env.WAYHOME_LAB_CASES ?? ''];

describe('a trip foretells what the probe met', () => {
  it.each(folders.filter((folder) => folder !== '' && existsSync(folder)))(
    'in %s',
    async (folder) => {
      const { compared, differ } = await differences(folder);
      console.log([...differ, `${compared - differ.length} of ${compared} probes foretold`].join('\n'));
      expect(unexplained(differ)).toEqual([]);
    },
    300_000,
  );

  // Registered only where it says something: a skipped test is a lack of what the tests need.
  if (!existsSync(folders[0]))
    it.skip('no measured cases: set WAYHOME_KERNEL_TRUTH to their folder', () => {});
});
