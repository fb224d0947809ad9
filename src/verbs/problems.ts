import type { Problem } from '../report/problem.ts';
import { problemWords, severityOf } from '../report/problem-words.ts';
import { tell } from './messages.ts';
import type { Output } from './terminal.ts';

/** Of one kind; a file of another sort by mistake would fill the screen. */
const MOST_OF_A_KIND = 10;

/** What is wrong with the input, one line each on standard error; when quiet, only what cost an input. */
export function tellProblems(stderr: Output, problems: readonly Problem[], quiet: boolean): void {
  const kinds = [...new Set(problems.map((one) => one.kind))];
  for (const kind of kinds) {
    const own = problems.filter((one) => one.kind === kind && !(quiet && severityOf(one) === 'warning'));
    for (const one of own.slice(0, MOST_OF_A_KIND)) tell(stderr, `${prefix(one)}${problemWords(one)}`);
    const more = own.length - MOST_OF_A_KIND;
    if (more > 0) tell(stderr, `${prefix(own[0])}and ${more} more like this`);
  }
}

function prefix(problem: Problem): string {
  return severityOf(problem) === 'warning' ? 'warning: ' : '';
}
