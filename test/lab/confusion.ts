import type { Analysis } from './acceptance.ts';
import { expectedCauses, outcomeOf, toldCauses } from './acceptance.ts';
import type { Case } from './case.ts';

/** A case and what was told of it. */
export interface Answer {
  readonly made: Case;
  readonly analysis: Analysis;
}

/** How many answers were right, undecided, or put the blame where it does not belong. */
export interface Tally {
  readonly right: number;
  readonly undecided: number;
  readonly wrongAccusations: readonly string[];
  readonly falseAlarms: readonly string[];
}

export function tallyOf(answers: readonly Answer[]): Tally {
  const outcomes = answers.map(({ made, analysis }) => ({ made, outcome: outcomeOf(made, analysis) }));
  const count = (wanted: string) => outcomes.filter(({ outcome }) => outcome === wanted).length;
  const wrong = outcomes.filter(({ outcome }) => outcome === 'wrong').map(({ made }) => made);
  const healthy = ({ verdict }: Case) => verdict.code.startsWith('HEALTHY');
  return {
    right: count('right'),
    undecided: count('undecided'),
    wrongAccusations: wrong.filter((made) => !healthy(made)).map(({ scenario }) => scenario.name),
    falseAlarms: wrong.filter(healthy).map(({ scenario }) => scenario.name),
  };
}

/** One line of a tally. */
export function tallyLine(name: string, tally: Tally): string {
  const { right, undecided, wrongAccusations, falseAlarms } = tally;
  const parts = [`${right} right`, `${undecided} undecided`];
  const named = (what: string, names: readonly string[]) =>
    `${names.length} ${what}${names.length ? ` (${names.join(' ')})` : ''}`;
  return `${name}: ${[...parts, named('wrong accusations', wrongAccusations), named('false alarms', falseAlarms)].join(', ')}`;
}

/** Cause made, cause told, and how often, one pair a line; `=` marks the right ones. */
export function confusionTable(answers: readonly Answer[]): string {
  const pairs = new Map<string, number>();
  for (const { made, analysis } of answers) {
    const healthy = made.verdict.code.startsWith('HEALTHY');
    const wanted = healthy ? 'nothing' : expectedCauses(made).map(kindOf).join('|');
    const told = toldCauses(analysis).map(kindOf).join('+') || 'nothing';
    const mark = outcomeOf(made, analysis) === 'right' ? '=' : ' ';
    const pair = `${mark} ${wanted.padEnd(34)} ${told}`;
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  const rows = [...pairs].sort(([one], [other]) => (one.slice(2) < other.slice(2) ? -1 : 1));
  return [`  ${'made'.padEnd(34)} told`, ...rows.map(([pair, count]) => `${pair}  ${count}`)].join('\n');
}

function kindOf(cause: string): string {
  return cause.split('@')[0]!;
}
