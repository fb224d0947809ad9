/** Exit codes that scripts rely on. */
export const EXIT_NOTHING_WRONG = 0;
/** At least one finding of level error. */
export const EXIT_FOUND = 1;
/** Usage, or nothing could be analysed. */
export const EXIT_UNUSABLE = 2;
/** Nothing wrong was found, but the evidence is incomplete. */
export const EXIT_INCOMPLETE = 3;
/** 128 + SIGINT. */
export const EXIT_INTERRUPTED = 130;
/** 128 + SIGTERM. */
export const EXIT_TERMINATED = 143;

/** A verb tells its exit code by calling this, before it writes where it knows it: a reader may go away then. */
export type Finish = (code: number) => void;
