/** Gives bytes for a buffer. */
export type Made = (bytes: number) => Uint8Array;

/** Two buffers, for that one of a host's captures of which another thread reads stretches (`read-ahead.ts`). */
export class StretchBuffers {
  /** Chunks of a stretch that are handed on as one. */
  readonly chunksAtOnce: number;
  private buffers: readonly [Uint8Array, Uint8Array] | null = null;
  private user: object | null = null;

  /**
   * @param captures of the host. Where one is alone, longer chunks save some time; of several, where chunks end decides which is
   * decoded when, and that must not depend on who read them.
   */
  constructor(captures: number) {
    this.chunksAtOnce = captures > 1 ? 1 : 4;
  }

  /** For a capture that is read now; null where another one has them. They are made for the first, and are the same for all. */
  lend(user: object, bytes: number, made: Made): readonly [Uint8Array, Uint8Array] | null {
    if (this.user !== null && this.user !== user) return null;
    this.user = user;
    this.buffers ??= [made(bytes), made(bytes)];
    return this.buffers;
  }

  /** Nothing is read into them for that capture any longer, and nothing of it lies there. */
  giveBack(user: object): void {
    if (this.user === user) this.user = null;
  }
}
