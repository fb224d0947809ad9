/** A file inside an archive that may be a host state or a capture. */
export interface Entry {
  /** Below the archive, without `..`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What was taken out of an archive. */
export interface Unpacked {
  readonly entries: readonly Entry[];
  /** Why the rest was not read; null: all of it was. */
  readonly stopped: string | null;
  /** Links and names that lead outside and were refused. */
  readonly refused: readonly string[];
}

/** A link and what it names, both below the archive. */
export interface Link {
  readonly path: string;
  readonly target: string;
}
