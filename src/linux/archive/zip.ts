import { promisify } from 'node:util';
import { fromBuffer, type Entry as ZipEntry, type ZipFile } from 'yauzl';
import type { Budget } from './budget.ts';
import type { Entry } from './entry.ts';
import { gather } from './inflate.ts';
import { isWanted } from './wanted.ts';

const openZip = promisify(
  fromBuffer as (bytes: Buffer, options: object, done: (error: Error | null, file: ZipFile) => void) => void,
);

/** The upper half of the attributes is the Unix mode; links are stored as files that hold their target. */
const LINK_MODE = 0o120000;
const TYPE_BITS = 0o170000;

/** Files of a zip archive. The library refuses names that lead outside (absolute, or by `..`) by itself. */
export async function readZip(bytes: Buffer, budget: Budget): Promise<Entry[]> {
  const zip = await openZip(bytes, { lazyEntries: true, autoClose: false });
  const entries: Entry[] = [];
  await new Promise<void>((resolve, reject) => {
    zip.on('error', reject);
    zip.on('end', resolve);
    zip.on('entry', (entry: ZipEntry) => {
      takeEntry(zip, entry, budget, entries).then(() => zip.readEntry(), reject);
    });
    zip.readEntry();
  });
  return entries;
}

async function takeEntry(zip: ZipFile, entry: ZipEntry, budget: Budget, into: Entry[]): Promise<void> {
  budget.enter();
  const { fileName, uncompressedSize } = entry;
  const isLink = ((entry.externalFileAttributes >>> 16) & TYPE_BITS) === LINK_MODE;
  if (isLink || fileName.endsWith('/') || !isWanted(fileName, uncompressedSize)) return;
  budget.unpack(uncompressedSize);
  budget.keep(uncompressedSize);
  // The library holds the content to the size that the archive states.
  const open = promisify(
    zip.openReadStream.bind(zip) as (
      one: ZipEntry,
      done: (error: Error | null, stream: NodeJS.ReadableStream) => void,
    ) => void,
  );
  into.push({ path: fileName, bytes: await gather((await open(entry)) as AsyncIterable<Uint8Array>) });
}
