import { quoteOf, type Span } from '../../addr/source.ts';
import type { Missing } from '../decision.ts';

/** A question that no file answers: does this clause match? */
export interface Doubt {
  readonly span: Span;
  readonly words: string;
}

/** Answers given beforehand, then "no": so that every way through the rules can be walked, one after another. */
export class Doubts {
  readonly #answers: readonly boolean[];
  readonly asked: Doubt[] = [];
  /** Rules tried so far: a hostile dump may let chains call each other without end. */
  steps = 0;

  constructor(answers: readonly boolean[]) {
    this.#answers = answers;
  }

  ask(doubt: Doubt): boolean {
    this.asked.push(doubt);
    return this.#answers[this.asked.length - 1] ?? false;
  }
}

/** More ways than these are not walked: the answer is then that nobody can tell. */
const MOST_WAYS = 64;

export interface Undoubted<T> {
  /** What the first way, where no doubtful rule matches, came to. */
  readonly result: T;
  /** The doubt on which the result depends; null where all ways agree. */
  readonly doubt: Doubt | null;
  /** What the way came to that differs from the first; null where all agree. */
  readonly other: T | null;
}

/** Walks every way that doubts leave open, until two of them differ. */
export function walkAllWays<T>(walk: (doubts: Doubts) => T, signature: (result: T) => string): Undoubted<T> {
  const first = new Doubts([]);
  const result = walk(first);
  const expected = signature(result);
  const open = branches([], first);
  for (let ways = 1; open.length > 0; ways++) {
    const { answers, doubt } = open.pop()!;
    if (ways >= MOST_WAYS) return { result, doubt, other: null };
    const doubts = new Doubts(answers);
    const other = walk(doubts);
    if (signature(other) !== expected) return { result, doubt, other };
    open.push(...branches(answers, doubts));
  }
  return { result, doubt: null, other: null };
}

/** The ways that leave this one at a doubt it met on its own: there the answer is yes. */
function branches(answers: readonly boolean[], { asked }: Doubts) {
  return asked.slice(answers.length).map((doubt, i) => {
    const before = [...answers, ...new Array<boolean>(i).fill(false)];
    return { answers: [...before, true], doubt };
  });
}

/** `nft.txt:12: tcp dport 22 limit rate 3/minute accept`. */
export function missingBy({ span, words }: Doubt): Missing {
  const { file, line, text } = quoteOf(span);
  return {
    kind: 'unmodelled',
    what: `${file}:${line}: ${text.includes(words) ? text : `${text} (${words})`}`,
  };
}
