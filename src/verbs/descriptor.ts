import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** As many links as Linux follows (MAXSYMLINKS in include/linux/namei.h). */
const MOST_LINKS = 40;
const OWN = /^\/proc\/self(?:\/task\/\d+)?\/fd\/(\d{1,9})$/;

/**
 * The open descriptor of this process that a path means, as /dev/stdout and /dev/fd/3 do; null where it means none. The
 * links are followed one by one: the last one, from the descriptor to its file, would hide that it is one.
 */
export function descriptorOf(path: string): number | null {
  let at = resolve(path);
  for (let links = 0; links < MOST_LINKS; links++) {
    try {
      const place = join(realpathSync(dirname(at)), basename(at));
      const own = OWN.exec(place.replace(`${realpathSync('/proc/self')}/`, '/proc/self/'));
      if (own) return Number(own[1]);
      at = resolve(dirname(place), readlinkSync(place));
    } catch {
      return null;
    }
  }
  return null;
}

/**
 * Whether whoever started the program gave it this descriptor. Node opens some for itself before the program begins, and to
 * write to those breaks it or is lost. That one would be closed by exec(2) tells nothing: Node sets this for those it was
 * given, too. What it opens and could be written to are event descriptors, and pipes that it reads as well.
 */
export function isGiven(descriptor: number): boolean {
  const meant = linkOf(descriptor);
  if (meant === null || meant.startsWith('anon_inode:')) return false;
  if (descriptor <= 2 || !meant.startsWith('pipe:')) return true;
  const others = openDescriptors().filter((one) => one !== descriptor && linkOf(one) === meant);
  return !others.some(isReadFrom);
}

function openDescriptors(): number[] {
  return readdirSync('/proc/self/fd').map(Number);
}

function linkOf(descriptor: number): string | null {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return null;
  }
}

/** O_ACCMODE, the last two bits, is O_RDONLY. */
function isReadFrom(descriptor: number): boolean {
  try {
    const flags = /^flags:\t\d*([0-7])$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'));
    return flags !== null && Number(flags[1]) % 4 === 0;
  } catch {
    return false;
  }
}
