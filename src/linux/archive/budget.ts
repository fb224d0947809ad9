const MEBI = 1024 * 1024;

/** Kept of one archive at most, so that a small file cannot fill the memory. */
export const MOST_KEPT_BYTES = 64 * MEBI;
/** Unpacked at most, by the size of what is packed; real archives of text come to a tenth of it. */
const MOST_RATIO = 200;
/** Archives of a few bytes may be mostly padding. */
const LEAST_LIMIT = MEBI;
/** An hour of unpacking helps nobody. */
const MOST_UNPACKED_BYTES = 2048 * MEBI;
export const MOST_ENTRIES = 100_000;
/** Of an archive that is not read as a stream: zip, whose list of files is at its end, and bzip2, for the library's sake. */
export const MOST_PACKED_BYTES = 256 * MEBI;

/** Why unpacking was given up; what was read before is used. */
export class Exhausted extends Error {}

/** Counts what an archive costs and ends it where that is out of proportion. */
export class Budget {
  readonly #limit: number;
  #unpacked = 0;
  #kept = 0;
  #entries = 0;

  constructor(packedBytes: number) {
    this.#limit = Math.min(MOST_UNPACKED_BYTES, Math.max(LEAST_LIMIT, packedBytes * MOST_RATIO));
  }

  unpack(bytes: number): void {
    this.#unpacked += bytes;
    if (this.#unpacked > this.#limit) throw new Exhausted(`unpacks to more than ${this.#limit} bytes`);
  }

  keep(bytes: number): void {
    this.#kept += bytes;
    if (this.#kept > MOST_KEPT_BYTES)
      throw new Exhausted(`holds more than ${MOST_KEPT_BYTES} bytes of what may be host states or captures`);
  }

  /** A file or link of the archive; its name is kept, and a name may be of any length. */
  enter(nameCharacters: number): void {
    this.keep(nameCharacters);
    if (++this.#entries > MOST_ENTRIES) throw new Exhausted(`holds more than ${MOST_ENTRIES} files`);
  }
}
