import type { Analysis } from './analysis.ts';

/** `1 error`, `2 errors`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export function levelCount(analysis: Analysis, level: 'error' | 'warning' | 'note'): number {
  return analysis.diagnoses.filter((one) => one.finding.level === level).length;
}

/** The verdict with its figures, as one or two sentences that stand alone. */
export function verdictWords(analysis: Analysis): string {
  const { verdict, exchanges } = analysis;
  if (exchanges.total === 0 && analysis.diagnoses.length === 0) return `${verdict.sentence}.`;
  const joint = verdict.sentence.includes(':') ? '; ' : ': ';
  return `${verdict.sentence}${joint}${figures(analysis)}.`;
}

function figures(analysis: Analysis): string {
  const { total, answered, failed, undecided } = analysis.exchanges;
  if (analysis.diagnoses.length === 0) {
    const open = undecided > 0 ? `, ${undecided} undecided` : '';
    return `${answered} of ${counted(total, 'exchange')} answered${open}`;
  }
  const errors = levelCount(analysis, 'error');
  const levels = `${counted(errors, 'error')}, ${counted(levelCount(analysis, 'warning'), 'warning')}`;
  if (errors > 0 && failed === 0 && undecided === 0)
    return `${levels}, ${answered} of ${counted(total, 'exchange')} answered in the end`;
  if (errors > 0 && failed === 0) return `${levels}, ${undecided} of ${counted(total, 'exchange')} undecided`;
  const open = undecided > 0 ? `, ${undecided} undecided` : '';
  return `${levels}, ${failed} of ${counted(total, 'exchange')} failed${open}`;
}
