import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import type { OpenFile } from './sources.ts';

/**
 * A regular file that is open only while it is read: of more captures at the same time than may be open. To open it again for
 * each piece takes far less than to read the piece. What was written in its place meanwhile is another file.
 */
export class BriefFile implements OpenFile {
  private readonly path: string;
  private readonly facts: Stats;
  private position = 0;

  /** @param facts of the file, when it was first looked at */
  constructor(path: string, facts: Stats) {
    this.path = path;
    this.facts = facts;
  }

  /** Up to `length` bytes behind those read before; throws. */
  readNow(into: Uint8Array, at: number, length: number): number {
    const descriptor = openSync(this.path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { dev, ino } = fstatSync(descriptor);
      if (dev !== this.facts.dev || ino !== this.facts.ino)
        throw new Error('another file has taken its place');
      const got = readSync(descriptor, into, at, length, this.position);
      this.position += got;
      return got;
    } finally {
      closeSync(descriptor);
    }
  }

  async read(into: Uint8Array, at: number, length: number): Promise<{ readonly bytesRead: number }> {
    return { bytesRead: this.readNow(into, at, length) };
  }

  async close(): Promise<void> {}
}
