import { promisify } from 'node:util';
import { fromBuffer, getFileNameLowLevel, type Entry as ZipEntry, type ZipFile } from 'yauzl';
import type { Budget } from './budget.ts';
import type { Entry } from './entry.ts';
import { gather } from './inflate.ts';
import { insidePath, symlinkTarget } from './inside.ts';
import { isWanted } from './wanted.ts';

const openZip = promisify(
  fromBuffer as (bytes: Buffer, options: object, done: (error: Error | null, file: ZipFile) => void) => void,
);

/** The upper half of the attributes is the Unix mode; links are stored as files that hold their target. */
const LINK_MODE = 0o120000;
const TYPE_BITS = 0o170000;
/** PATH_MAX of Linux: what is longer is no link. */
const MOST_TARGET_BYTES = 4096;

/** Files of a zip archive. */
export class ZipReader {
  readonly entries: Entry[] = [];
  /** Links and names that lead outside. */
  readonly refused: string[] = [];
  readonly #budget: Budget;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** Throws where the archive is damaged or too large; what was read before is in `entries`. */
  async read(bytes: Buffer): Promise<void> {
    // With names as they are: the library would end at the first that leads outside.
    const zip = await openZip(bytes, { lazyEntries: true, autoClose: false, decodeStrings: false });
    await new Promise<void>((resolve, reject) => {
      zip.on('error', reject);
      zip.on('end', resolve);
      zip.on('entry', (entry: ZipEntry) => {
        this.#enter(zip, entry).then(() => zip.readEntry(), reject);
      });
      zip.readEntry();
    });
  }

  async #enter(zip: ZipFile, entry: ZipEntry): Promise<void> {
    const name = nameOf(entry);
    this.#budget.enter(name.length);
    const path = insidePath(name);
    if (path === null) this.refused.push(name);
    else if (!name.endsWith('/') && isWanted(path, entry.uncompressedSize))
      await this.#take(zip, entry, path);
  }

  async #take(zip: ZipFile, entry: ZipEntry, path: string): Promise<void> {
    const { uncompressedSize } = entry;
    const isLink = ((entry.externalFileAttributes >>> 16) & TYPE_BITS) === LINK_MODE;
    if (isLink && uncompressedSize > MOST_TARGET_BYTES) return;
    this.#budget.unpack(uncompressedSize);
    this.#budget.keep(uncompressedSize);
    const bytes = await contentOf(zip, entry);
    // What a link leads to inside is read under its own name.
    if (!isLink) this.entries.push({ path, bytes });
    else if (symlinkTarget(path, bytes.toString()) === null) this.refused.push(`${path} -> ${bytes}`);
  }
}

function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: ZipEntry): string {
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
}

/** The library holds the content to the size that the archive states. */
async function contentOf(zip: ZipFile, entry: ZipEntry): Promise<Buffer> {
  const open = promisify(
    zip.openReadStream.bind(zip) as (
      one: ZipEntry,
      done: (error: Error | null, stream: NodeJS.ReadableStream) => void,
    ) => void,
  );
  return gather((await open(entry)) as AsyncIterable<Uint8Array>);
}
