import { Parser, type ReadEntry } from 'tar';
import type { Budget } from './budget.ts';
import type { Entry, Link } from './entry.ts';
import { insidePath, symlinkTarget } from './inside.ts';
import { isWanted } from './wanted.ts';

const FILES: ReadonlySet<string> = new Set(['File', 'OldFile', 'ContiguousFile']);

/** Files and links of a tar archive, taken as its bytes come. */
export class TarReader {
  readonly entries: Entry[] = [];
  readonly links: Link[] = [];
  readonly refused: string[] = [];
  /** What the archive does wrong, in the library's words. */
  damage: string | null = null;
  readonly #budget: Budget;
  readonly #parser: Parser;
  /** Two blocks of zeros were seen; the parser would gather whatever follows. */
  #ended = false;
  #failure: unknown = null;

  constructor(budget: Budget) {
    this.#budget = budget;
    this.#parser = new Parser({ onReadEntry: (entry) => this.#enter(entry) });
    this.#parser.on('warn', (_code: string, message: string) => {
      this.damage ??= message;
    });
    this.#parser.on('eof', () => {
      this.#ended = true;
    });
    this.#parser.on('error', (error: Error) => {
      this.#failure ??= error;
    });
  }

  write(bytes: Uint8Array): void {
    if (!this.#ended) this.#parser.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    if (this.#failure !== null) throw this.#failure;
  }

  end(): void {
    this.#parser.end();
    if (this.#failure !== null) throw this.#failure;
  }

  /** The parser calls this amid its work: what is thrown here would leave it half done. */
  #enter(entry: ReadEntry): void {
    try {
      this.#budget.enter(entry.path.length + (entry.linkpath?.length ?? 0));
      this.#take(entry);
    } catch (error) {
      this.#failure ??= error;
    }
    entry.resume();
  }

  #take(entry: ReadEntry): void {
    const path = insidePath(entry.path);
    if (path === null) this.refused.push(entry.path);
    else if (entry.type === 'SymbolicLink' || entry.type === 'Link') this.#takeLink(entry, path);
    else if (FILES.has(entry.type) && isWanted(path, entry.size)) this.#takeFile(entry, path);
  }

  #takeLink(entry: ReadEntry, path: string): void {
    const to = entry.linkpath ?? '';
    const target = entry.type === 'Link' ? insidePath(to) : symlinkTarget(path, to);
    if (target !== null) this.links.push({ path, target });
    else if (isWanted(path, 0)) this.refused.push(`${path} -> ${to}`);
  }

  #takeFile(entry: ReadEntry, path: string): void {
    this.#budget.keep(entry.size);
    const parts: Uint8Array[] = [];
    entry.on('data', (part: Uint8Array) => parts.push(part));
    entry.on('end', () => this.entries.push({ path, bytes: Buffer.concat(parts) }));
  }
}
