/** What `wayhome explain KIND` tells, in the order of a reader's questions. Paragraphs without line breaks. */
export interface Explanation {
  /** One line for the list of kinds. */
  readonly title: string;
  /** What one sees: in the captures, and at the prompt. */
  readonly see: readonly string[];
  /** Why Linux (or the network) does so. */
  readonly why: readonly string[];
  readonly check: readonly Step[];
  readonly ways: readonly Step[];
}

/** What to do, in words, and the commands for it. Words in capitals are to be replaced. */
export interface Step {
  readonly text: string;
  readonly commands: readonly string[];
}

export function step(text: string, ...commands: readonly string[]): Step {
  return { text, commands };
}
