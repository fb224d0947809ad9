import type { Sample } from './measure.ts';

/** One line of the table: wayhome alone, or beside another program that does the like. */
export interface Row {
  readonly what: string;
  /** Of what is read, in units of 1000 × 1000 bytes; null where nothing is. */
  readonly megabytes: number | null;
  readonly ours: Sample;
  /** Beside whom, or what else is to be told. */
  readonly beside: string;
  /** Null where it is not installed; undefined where nobody is asked. */
  readonly theirs?: Sample | null;
  /** How many times as fast we are to be. */
  readonly goal?: number;
}

/** Right-aligned where a colon says so, as in the rule below it. */
const COLUMNS: readonly (readonly [heading: string, width: number, align: '' | ':'])[] = [
  ['case', 28, ''],
  ['MB', 5, ':'],
  ['wayhome s', 9, ':'],
  ['cpu s', 6, ':'],
  ['peak MB', 7, ':'],
  ['beside', 21, ''],
  ['s', 6, ':'],
  ['cpu s', 6, ':'],
  ['times as fast', 13, ':'],
  ['in cpu', 6, ':'],
  ['goal', 5, ':'],
];

export function tableHead(): string {
  const rule = COLUMNS.map(([, width, align]) => '-'.repeat(width - align.length) + align);
  return `${line(COLUMNS.map(([heading]) => heading))}\n${line(rule)}`;
}

/** A line of a table in markdown. */
export function rowText({ what, megabytes, ours, beside, theirs, goal }: Row): string {
  return line([
    what,
    megabytes?.toFixed(0) ?? '',
    seconds(ours.seconds),
    ours.cpuSeconds?.toFixed(2) ?? '?',
    ours.peakMb?.toFixed(0) ?? '?',
    beside,
    theirs === null ? 'absent' : theirs ? seconds(theirs.seconds) : '',
    theirs?.cpuSeconds?.toFixed(2) ?? '',
    times(theirs?.seconds, ours.seconds),
    times(theirs?.cpuSeconds, ours.cpuSeconds),
    goal?.toFixed(2) ?? '',
  ]);
}

function seconds(value: number): string {
  return value.toFixed(value < 1 ? 3 : 2);
}

function times(theirs: number | null | undefined, ours: number | null): string {
  return theirs && ours ? (theirs / ours).toFixed(2) : '';
}

function line(cells: readonly string[]): string {
  const padded = cells.map((cell, i) => {
    const [, width, align] = COLUMNS[i];
    return align ? cell.padStart(width) : cell.padEnd(width);
  });
  return `| ${padded.join(' | ')} |`;
}
