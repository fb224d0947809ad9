import { EXIT_INTERRUPTED } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** Whoever writes to standard input may take so long to end. */
const PATIENCE_MS = 1000;

/**
 * While standard input is read as a capture, the first Ctrl-C ends that, and what was read is reported. It reaches the program
 * that captures as well, whose last packets are waited for. Where that one goes on nevertheless, its capture ends here; but a
 * signal that nobody gave at a terminal ends the process then.
 */
export class InputEnd {
  interrupted = false;
  private readonly terminal: Terminal;
  private ended = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(terminal: Terminal) {
    const { interrupts, stdin } = terminal;
    this.terminal = terminal;
    if (!interrupts) return;
    interrupts.first = () => this.wait();
    stdin.once('end', () => {
      clearTimeout(this.timer);
      this.ended = true;
      // The signal may be heard after the end that the writer came to because of it.
      setTimeout(() => {
        interrupts.first = null;
      }, PATIENCE_MS).unref();
    });
  }

  private wait(): void {
    this.interrupted = true;
    if (this.ended) return;
    // It was refused, or failed: there is nothing to wait for.
    if (this.terminal.stdin.destroyed) process.exit(EXIT_INTERRUPTED);
    this.timer = setTimeout(() => this.giveUp(), PATIENCE_MS);
  }

  private giveUp(): void {
    const { stdin, stderr } = this.terminal;
    if (!stderr.isTTY) process.exit(EXIT_INTERRUPTED);
    // What comes all the same is of no interest.
    stdin.once('error', () => undefined);
    stdin.push(null);
  }
}
