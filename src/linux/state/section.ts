import type { Family } from '../../addr/ip.ts';
import type { SourceFile, Span } from '../../addr/source.ts';
import type { Gap, StateProblem } from '../host-state.ts';
import type { TableNames } from './table-names.ts';

/** The output of one command: a whole file, or a part of a file into which several outputs were pasted. */
export interface Section {
  readonly source: SourceFile;
  /** Character offsets in the file, end excluded; the command line itself is outside. */
  readonly start: number;
  readonly end: number;
  readonly hint: Hint;
}

/** What the command line says, or, less surely, the file's name. Content decides first. */
export interface Hint {
  /** The command, with the object of `ip`: `ip route`, `ip rule`, `sysctl`, `hostname` ...; null: no idea. */
  readonly command: string | null;
  readonly family: Family | null;
  /** `all`, a name or a number after the word `table`; `perhaps all` where only the word `all` stands there. */
  readonly table: string | null;
  /** Options such as `-ltn`, which tell TCP from UDP where `ss` prints no line. */
  readonly options: string;
  /** The command lists only a part: `ip route show dev eth1`. */
  readonly limited: boolean;
  /** Settings as a file has them for the next boot (sysctl.conf), not as they are in force. */
  readonly configured: boolean;
  /** Keys of sysctl whose values stand alone, a line each: of a file under /proc/sys, or of `sysctl -n`. */
  readonly keys: readonly string[];
  /** Counters are saved before and after; which of them this is. */
  readonly moment: 'before' | 'after' | null;
  /** From a command line, so that it says how the content came to be; a file's name was chosen by somebody. */
  readonly sure: boolean;
}

/** A section being read: parsers put their problems here and take table numbers from here. */
export interface Reading {
  readonly section: Section;
  readonly tables: TableNames;
  readonly problems: StateProblem[];
  /** Addresses of which only the line is known. */
  readonly gaps: Gap[];
}

/** So that a hostile file of a million odd lines does not become a million problems. */
const MOST_PROBLEMS = 500;

export function spanIn(section: Section, start: number, end: number): Span {
  return { source: section.source, start, end };
}

export function lineNotUnderstood(reading: Reading, span: Span, expected: string): void {
  if (reading.problems.length < MOST_PROBLEMS)
    reading.problems.push({ kind: 'line-not-understood', span, expected });
}

/** A line that tells an address, and not which. */
export function addressNotUnderstood(reading: Reading, span: Span, expected: string, device: string): void {
  lineNotUnderstood(reading, span, expected);
  if (reading.gaps.length < MOST_PROBLEMS)
    reading.gaps.push({ kind: 'address', family: null, table: 0, destination: null, device, span });
}

export function wordNotUnderstood(reading: Reading, span: Span, word: string): void {
  if (reading.problems.length < MOST_PROBLEMS)
    reading.problems.push({ kind: 'word-not-understood', span, word });
}
