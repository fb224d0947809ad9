import { EXIT_UNUSABLE } from './exit-code.ts';

/** Ends a verb with one line on standard error; thrown in `verbs/` only. */
export class UsageError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT_UNUSABLE) {
    super(message);
    this.exitCode = exitCode;
  }
}
