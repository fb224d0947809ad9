import type { HostState } from './host-state.ts';

/**
 * Is the host's kernel at least this one? Null where no `uname` tells. Distribution kernels carry changes backwards,
 * so that an older number does not prove an older behaviour; a newer one is certain.
 */
export function kernelIsAtLeast(state: HostState, major: number, minor: number): boolean | null {
  const match = state.kernelRelease?.match(/^(\d+)\.(\d+)/);
  if (!match) return null;
  const [, a, b] = match;
  return Number(a) > major || (Number(a) === major && Number(b) >= minor);
}
