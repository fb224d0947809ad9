import type { Output } from './terminal.ts';

/** Short work shows nothing. */
const SILENT_MS = 1000;
const REDRAW_MS = 200;
/** Where the lines are kept (no terminal), fewer of them. */
const RELINE_MS = 5000;

/** How far reading has come, on standard error; one line that is drawn again where it is a terminal. */
export class Progress {
  private readonly stderr: Output;
  private readonly shown: boolean;
  private readonly began = performance.now();
  private drawnAt = 0;

  /** `wish` undefined: only on a terminal. */
  constructor(stderr: Output, wish: boolean | undefined) {
    this.stderr = stderr;
    this.shown = wish ?? !!stderr.isTTY;
  }

  update(bytesRead: number, bytesTotal: number | null, frames: number): void {
    if (!this.shown) return;
    const now = performance.now();
    const every = this.stderr.isTTY ? REDRAW_MS : RELINE_MS;
    if (now - this.began < SILENT_MS || now - this.drawnAt < every) return;
    this.drawnAt = now;
    const line = progressLine(bytesRead, bytesTotal, frames, (now - this.began) / 1000);
    this.stderr.write(this.stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  }

  /** Takes the line away, so that messages and the report stand alone. */
  end(): void {
    if (this.drawnAt > 0 && this.stderr.isTTY) this.stderr.write('\r\x1b[K');
  }
}

export function progressLine(bytes: number, total: number | null, frames: number, seconds: number): string {
  const share = total ? ` of ${megabytes(total)} (${Math.floor((bytes / total) * 100)}%)` : '';
  const rate = megabytes(bytes / Math.max(seconds, 0.001));
  return `read ${megabytes(bytes)}${share}, ${frames} frames, ${rate}/s`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
