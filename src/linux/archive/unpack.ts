import { Budget, Exhausted } from './budget.ts';
import { type Container, HEAD_BYTES, isTar } from './container.ts';
import type { Entry, Link, Unpacked } from './entry.ts';
import { type Chunks, gather, inflate } from './inflate.ts';
import { TarReader } from './tar.ts';
import { ZipReader } from './zip.ts';

/** What the files of an archive may tell of a host; a single file under compression is an archive of one without a name. */
export async function unpack(chunks: Chunks, container: Container, packedBytes: number): Promise<Unpacked> {
  const budget = new Budget(packedBytes);
  return container === 'zip' ? unzip(chunks, budget) : untar(chunks, container, budget);
}

async function unzip(chunks: Chunks, budget: Budget): Promise<Unpacked> {
  const zip = new ZipReader(budget);
  let stopped: string | null = null;
  try {
    await zip.read(await gather(chunks));
  } catch (error) {
    stopped = reasonOf(error);
  }
  return { entries: zip.entries, refused: zip.refused, stopped };
}

async function untar(chunks: Chunks, container: Container, budget: Budget): Promise<Unpacked> {
  const contents = new Contents(budget);
  let stopped: string | null = null;
  try {
    await inflate(chunks, container, budget, (bytes) => contents.write(bytes));
    contents.end();
  } catch (error) {
    stopped = reasonOf(error);
  }
  return { ...contents.unpacked(), stopped: stopped ?? contents.tar?.damage ?? null };
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof Exhausted ? `${message}; the rest was not read` : message;
}

/** The bytes under the compression: a tar archive, or one file. */
class Contents {
  tar: TarReader | null = null;
  readonly #budget: Budget;
  #head: Uint8Array[] = [];
  #headBytes = 0;
  #isPlain = false;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  write(bytes: Uint8Array): void {
    if (this.tar) this.tar.write(bytes);
    else {
      this.#head.push(bytes);
      this.#headBytes += bytes.length;
      if (this.#isPlain) this.#budget.keep(bytes.length);
      else if (this.#headBytes >= HEAD_BYTES) this.#decide();
    }
  }

  #decide(): void {
    const head = Buffer.concat(this.#head);
    this.#isPlain = !isTar(head);
    if (this.#isPlain) this.#budget.keep(head.length);
    else {
      this.tar = new TarReader(this.#budget);
      this.#head = [];
      this.tar.write(head);
    }
  }

  end(): void {
    this.tar?.end();
  }

  unpacked(): Pick<Unpacked, 'entries' | 'refused'> {
    const { tar } = this;
    if (!tar) return { entries: [{ path: '', bytes: Buffer.concat(this.#head) }], refused: [] };
    return { entries: withLinks(tar.entries, tar.links), refused: tar.refused };
  }
}

/** A file goes by the name of a link to it as well, if only that name says what it is. */
function withLinks(entries: readonly Entry[], links: readonly Link[]): Entry[] {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const renamed = new Map<Entry, string>();
  for (const { path, target } of links) {
    const entry = byPath.get(target);
    if (entry && !/[a-z]/i.test(target.replace(/^.*\//, ''))) renamed.set(entry, path);
  }
  return entries.map((entry) => ({ ...entry, path: renamed.get(entry) ?? entry.path }));
}
