import { readlinkSync, realpathSync } from 'node:fs';
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
