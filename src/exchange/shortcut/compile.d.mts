/** The text of `shortcut-code.ts`, compiled from this folder now. */
export function codeModule(): Promise<string>;
