import type { Output } from './terminal.ts';

/** Short work shows nothing. */
const SILENT_MS = 1000;
const REDRAW_MS = 200;
/** Where the lines are kept (no terminal), fewer of them. */
const RELINE_MS = 5000;

/** How far reading has come, all captures together. */
export interface ReadSoFar {
  readonly bytes: number;
  /** Null where it cannot be known (a pipe). */
  readonly totalBytes: number | null;
  readonly frames: number;
}

/** How far reading has come, on standard error; one line that is drawn again where it is a terminal. */
export class Progress {
  private readonly stderr: Output;
  private readonly shown: boolean;
  private readonly clock: () => number;
  private readonly began: number;
  private drawnAt = 0;

  /**
   * @param wish undefined: only on a terminal
   * @param clock milliseconds since whenever
   */
  constructor(stderr: Output, wish: boolean | undefined, clock: () => number = () => performance.now()) {
    this.stderr = stderr;
    this.shown = wish ?? !!stderr.isTTY;
    this.clock = clock;
    this.began = clock();
    // Ctrl-C leaves no line behind.
    if (this.shown && stderr.isTTY) process.once('exit', this.clear);
  }

  update(read: ReadSoFar): void {
    if (!this.shown) return;
    const now = this.clock();
    const every = this.stderr.isTTY ? REDRAW_MS : RELINE_MS;
    if (now - this.began < SILENT_MS || now - this.drawnAt < every) return;
    this.drawnAt = now;
    const line = progressLine(read, (now - this.began) / 1000);
    const { isTTY, columns } = this.stderr;
    // A line that the terminal wraps is not taken away whole.
    this.stderr.write(isTTY ? `\r\x1b[K${columns ? line.slice(0, columns - 1) : line}` : `${line}\n`);
  }

  /** Takes the line away, so that messages and the report stand alone. */
  end(): void {
    process.off('exit', this.clear);
    this.clear();
  }

  private readonly clear = (): void => {
    if (this.drawnAt > 0 && this.stderr.isTTY) this.stderr.write('\r\x1b[K');
  };
}

/** The rate is that since the beginning, and what is left is reckoned by it. */
export function progressLine({ bytes, totalBytes, frames }: ReadSoFar, seconds: number): string {
  const rate = bytes / Math.max(seconds, 0.001);
  // A file still growing is longer than it was when it was opened.
  const total = totalBytes && Math.max(totalBytes, bytes);
  const share = total ? ` of ${size(total)} (${Math.floor((bytes / total) * 100)}%)` : '';
  const left = total && rate > 0 ? `, ${duration((total - bytes) / rate)} left` : '';
  return `read ${size(bytes)}${share}, ${frames} frames, ${size(rate)}/s${left}`;
}

function size(bytes: number): string {
  if (bytes >= 1e10) return `${(bytes / 1e9).toFixed(1)} GB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
