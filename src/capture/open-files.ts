import { readdirSync, readFileSync } from 'node:fs';

/** Where the system does not tell. */
const FEW = 64;

/** How many files this process may still open. */
export function openFilesLeft(): number {
  try {
    const [, most] =
      /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    if (most === undefined) return FEW;
    return most === 'unlimited'
      ? Number.POSITIVE_INFINITY
      : Number(most) - readdirSync('/proc/self/fd').length;
  } catch {
    return FEW;
  }
}
