import { posix } from 'node:path';

/**
 * The path of an entry below the archive, or null where it leads outside: absolute, or by `..`. Nothing is ever written, so
 * that this guards names in reports and what links may stand for.
 */
export function insidePath(path: string): string | null {
  const plain = posix.normalize(path.replaceAll('\\', '/'));
  if (plain.startsWith('/') || /^[A-Za-z]:/.test(plain)) return null;
  return plain === '..' || plain.startsWith('../') ? null : plain.replace(/\/$/, '');
}

/** Where a symbolic link of an archive leads: from its own folder. */
export function symlinkTarget(path: string, target: string): string | null {
  return target.startsWith('/') ? null : insidePath(posix.join(posix.dirname(path), target));
}
