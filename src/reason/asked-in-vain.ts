import { sameIp } from '../addr/ip.ts';
import type { NeighbourAnswer, NeighbourQuestion } from '../exchange/correlation.ts';
import type { Finding, Unresolved } from '../finding/finding.ts';
import { askedDuring, unresolvedOf } from '../finding/neighbour.ts';
import type { ReasonContext } from './context.ts';

/** Whom a host asked for in vain at the time of the finding, and who did not answer it in between. */
export function askedInVain(
  host: string | null,
  finding: Finding,
  { questions, answers }: Pick<ReasonContext, 'questions' | 'answers'>,
): Unresolved[] {
  return questions
    .filter(
      (one) =>
        one.host === host &&
        askedDuring(one, finding) &&
        !answers.some((answer) => answersTo(answer, one) && askedDuring(answer, finding)),
    )
    .map(unresolvedOf);
}

function answersTo({ host, direction, target }: NeighbourAnswer, question: NeighbourQuestion): boolean {
  return host === question.host && direction !== 'out' && sameIp(target, question.target);
}
