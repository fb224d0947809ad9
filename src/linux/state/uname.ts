import { Lines } from './lines.ts';
import type { Reading } from './section.ts';
import type { Told } from './told.ts';

/** `uname -a` (`Linux HOST 6.18.44 ...`) or `uname -r` alone. */
export function readKernelRelease(reading: Reading): Told {
  const lines = new Lines(reading.section);
  while (lines.next()) {
    const match = /^(?:Linux \S+ )?(\d+\.\d+\S*)/.exec(lines.text);
    if (match) return { kernelRelease: match[1], given: ['kernel'] };
  }
  return {};
}
